"""`study export --bundle`, `replay` and `study code` as scripts use them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.experiments.bundles import as_lines, lines, parts, put, signed
from tests.shell import Shell

PLAN = """
name = "first"
models = ["deepseek/deepseek-chat"]
prompts = ["北京在哪里？", {id = "tea", prompt = "What is tea?", reference = "leaf"}]
system = "Be brief."
examples = [["hi", "hello"]]
params = {max_output_tokens = 60}
[factors]
temperature = [0.2, 0.6]
[[scores]]
kind = "length"
primary = true
[[scores]]
kind = "latency"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shell, str, Path]:
    """A study that was run, its id, and its bundle."""
    folder = tmp_path_factory.mktemp("study")
    shell, plan, bundle = Shell(folder), folder / "plan.toml", folder / "study.zip"
    plan.write_text(PLAN, encoding="utf-8")
    run = shell.run("study", "run", str(plan)).stdout.splitlines()[0]
    told = shell.run("study", "export", run, "--bundle", "--output", str(bundle))
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    return shell, run, bundle


def test_a_replay_is_the_same_and_touches_no_store(
    made: tuple[Shell, str, Path], tmp_path: Path
) -> None:
    shell, run, bundle = made
    elsewhere = Shell(tmp_path / "elsewhere")
    told = elsewhere.run("replay", str(bundle))
    assert told.returncode == 0, told.stdout
    assert "DIFFERENT" not in told.stdout and "same      results.json" in told.stdout
    as_json = elsewhere.run("replay", str(bundle), "--json")
    assert as_json.returncode == 0
    assert as_json.stdout == shell.run("study", "export", run, "--format", "json").stdout
    assert not (tmp_path / "elsewhere").exists()


def test_a_changed_answer_is_told_by_exit_code_1(
    made: tuple[Shell, str, Path], tmp_path: Path
) -> None:
    shell, _, bundle = made
    held = parts(bundle)
    calls = lines(held["calls.jsonl"])
    calls[0]["text"] += " and more"
    changed = put(tmp_path / "b.zip", signed({**held, "calls.jsonl": as_lines(calls)}))
    told = shell.run("replay", str(changed))
    assert told.returncode == 1 and "DIFFERENT results.json" in told.stdout


@pytest.mark.parametrize("words", [[], ["--cell", "0"], ["--json"]])
def test_a_file_that_is_no_bundle_is_one_sentence(
    shell: Shell, tmp_path: Path, words: list[str]
) -> None:
    path = tmp_path / "b.zip"
    path.write_text("no zip")
    told = shell.run("replay", str(path), *words)
    assert told.returncode == 2 and told.stdout == ""
    assert len(told.stderr.strip().splitlines()) == 1 and "no bundle" in told.stderr


def test_an_answer_streams_again_at_its_recorded_times(made: tuple[Shell, str, Path]) -> None:
    shell, _, bundle = made
    cell = lines(parts(bundle)["cells.jsonl"])[0]
    [call] = [each for each in lines(parts(bundle)["calls.jsonl"]) if each["id"] == cell["call_id"]]
    going = shell.start("replay", str(bundle), "--cell", "0")
    assert going.stdout is not None and going.stderr is not None
    assert "deepseek/deepseek-chat (emulated)" in going.stderr.readline()
    began = time.monotonic()
    first = going.stdout.read(1)
    arrived = time.monotonic() - began
    rest = going.stdout.read()
    took = time.monotonic() - began
    assert going.wait(10) == 0
    going.stdout.close()
    going.stderr.close()
    assert first + rest == call["text"] + "\n"
    # A pipe and a busy machine lie between; the bound of 20 ms is tested without them.
    assert arrived == pytest.approx(call["timings"]["time_to_first_token"], abs=0.25)
    assert took >= call["chunks"][-1][0] - 0.05


def test_at_speed_0_it_is_there_at_once_and_an_unknown_cell_is_told(
    made: tuple[Shell, str, Path],
) -> None:
    shell, _, bundle = made
    told = shell.run("replay", str(bundle), "--cell", "1", "--speed", "0")
    assert told.returncode == 0 and told.stdout.strip()
    told = shell.run("replay", str(bundle), "--cell", "99")
    assert told.returncode == 2 and "99" in told.stderr and told.stdout == ""
    assert shell.run("replay", str(bundle), "--speed", "-1").returncode == 2


def test_a_bundle_needs_a_file_that_can_be_written(made: tuple[Shell, str, Path]) -> None:
    shell, run, bundle = made
    told = shell.run("study", "export", run, "--bundle")
    assert told.returncode == 2 and "--output" in told.stderr
    told = shell.run("study", "export", run, "--bundle", "--output", str(bundle / "x.zip"))
    assert told.returncode == 2 and "--output" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        (["--language", "curl"], "curl -N"),
        (["--language", "python"], "import requests"),
        ([], "import requests"),
    ],
)
def test_a_cell_is_copied_as_code(
    made: tuple[Shell, str, Path], words: list[str], holds: str
) -> None:
    shell, run, _ = made
    told = shell.run("study", "code", run, "0", *words)
    assert told.returncode == 0 and holds in told.stdout
    assert "Be brief." in told.stdout and "hello" in told.stdout
    assert shell.run("study", "code", run, "99").returncode == 2
    assert shell.run("study", "code", run, "0", "--language", "cobol").returncode == 2
