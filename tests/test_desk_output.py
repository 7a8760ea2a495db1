"""Where results go: nobody reads on, or there is no room; and what is said beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import emulators
from tests.shell import ROOT, Shell

CHAT = ("chat", "spark/lite", "hello")


def into(out: int, shell: Shell, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose stdout is this file descriptor."""
    return subprocess.run(
        [sys.executable, "desk.py", *words],
        cwd=ROOT,
        timeout=60,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        env=shell.environment,
    )


@contextmanager
def left() -> Iterator[int]:
    """The end of a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    try:
        yield write
    finally:
        os.close(write)


def states(shell: Shell) -> list[str]:
    lines = shell.run("usage", "export").stdout.splitlines()
    return [json.loads(line)["state"] for line in lines]


@pytest.mark.parametrize(
    "words",
    [
        ("models",),
        ("models", "--json"),
        ("usage",),
        ("usage", "export"),
        ("doctor",),
        CHAT,
    ],
)
def test_whoever_reads_has_read_enough(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run(*CHAT)
    with left() as out:
        told = into(out, shell, *words)
    assert (told.returncode, told.stderr) == (0, "")


def test_what_nobody_reads_is_not_asked_further(shell: Shell) -> None:
    with (
        emulators.start(["deepseek"], tokens_per_second=20, fault="drip") as running,
        left() as out,
    ):
        shell.environment |= {**running.environment, **running.keys}
        told = into(out, shell, "chat", "deepseek/deepseek-chat", "温度是什么")
    assert (told.returncode, told.stderr) == (0, "")
    assert states(shell) == ["cancelled"]


@pytest.mark.parametrize("words", [("models",), ("models", "--json"), ("usage", "export")])
def test_a_full_disk_is_one_sentence(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run(*CHAT)
    with open("/dev/full", "wb") as full:
        told = into(full.fileno(), shell, *words)
    assert told.returncode == 2
    [sentence] = told.stderr.splitlines()
    assert "No space left on device" in sentence and "None" not in sentence


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_an_answer_without_room_is_no_bad_input(shell: Shell, more: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        told = into(full.fileno(), shell, *CHAT, *more)
    # 2 would say that nothing was sent.
    assert told.returncode == 1 and len(states(shell)) == 1
    [sentence] = told.stderr.splitlines()
    assert "No space left on device" in sentence


def test_an_emulated_answer_says_so_beside_it(shell: Shell) -> None:
    told = shell.run("chat", "qianfan/ernie-speed-8k", "hello")
    assert told.stderr.splitlines() == [
        "Emulated: a local emulator answered for qianfan, not the service."
    ]
    assert "mulat" not in told.stdout
    assert shell.run("chat", "qianfan/ernie-speed-8k", "hello", "--json").stderr == ""
    assert shell.run("chat", "handbook/ngram", "hello").stderr == ""
    assert (
        shell.run("usage")
        .stdout.splitlines()[1]
        .startswith("qianfan/ernie-speed-8k (emulated): 2 calls, ")
    )
    assert shell.run("usage").stdout.startswith("handbook/ngram: 1 call, ")
