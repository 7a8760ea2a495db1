"""`desk.py usage export`: the filters of the page, on the command line."""

from __future__ import annotations

import json

import pytest

from tests.shell import Shell


def ids(shell: Shell, *options: str) -> list[str]:
    told = shell.run("usage", "export", *options)
    assert told.returncode == 0, told.stderr
    return [json.loads(line)["id"] for line in told.stdout.splitlines()]


def test_an_export_has_what_the_filters_leave(shell: Shell) -> None:
    shell.run("chat", "handbook/ngram", "温度", "--tag", "one", "-p", "max_output_tokens=3")
    shell.run("chat", "qianfan/ernie-speed-8k", "100%", "--tag", "two")
    own, emulated = ids(shell)
    assert ids(shell, "--kind", "built_in") == ids(shell, "--provider", "handbook") == [own]
    assert ids(shell, "--kind", "emulated") == ids(shell, "--tag", "two") == [emulated]
    assert ids(shell, "--model", "handbook/ngram", "--model", "spark/lite") == [own]
    assert ids(shell, "--search", "100%") == [emulated]
    [told] = shell.run("usage", "export", "--tag", "two").stdout.splitlines()
    assert ids(shell, "--credential", json.loads(told)["credential"]) == [emulated]
    assert ids(shell, "--kind", "live") == ids(shell, "--until", "2020-01-01") == []
    assert ids(shell, "--since", "2020-01-01T08:00+08:00", "--state", "length") == [own]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--since", "yesterday"], "2026-11-20"),
        (["--state", "fine"], "failed"),
        (["--kind", "real"], "emulated"),
    ],
)
def test_a_filter_that_cannot_be_is_one_sentence(
    shell: Shell, options: list[str], told: str
) -> None:
    run = shell.run("usage", "export", *options)
    assert run.returncode == 2 and told in run.stderr and run.stdout == ""
