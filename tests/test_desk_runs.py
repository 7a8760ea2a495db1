"""What `study` and `batch` say beside results: who answers, what was not sent, what is wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import emulators
from tests.shell import Shell
from tests.test_desk_output import into, left

MODEL = "qianfan/ernie-speed-8k"
PLAN = """
name = "first"
models = ["qianfan/ernie-speed-8k"]
prompts = ["北京在哪里？", "What is tea?"]
params = {max_output_tokens = 20}
[factors]
temperature = [0.2, 0.6]
[[scores]]
kind = "length"
"""
NOTHING_REAL = "says nothing about the real models"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text("text\n你好\n天气\n", encoding="utf-8")
    return path


def batch(table: Path, *more: str) -> tuple[str, ...]:
    return ("batch", "run", str(table), "--template", "{text}", "--model", MODEL, *more)


def status(shell: Shell, kind: str, run: str) -> bool:
    told = json.loads(shell.run(kind, "status", run, "--json").stdout)
    assert told["run"] == run
    emulated: bool = told["emulated"]
    return emulated


def test_a_study_names_the_models_that_emulators_answer_for(shell: Shell, plan: Path) -> None:
    judge = '[[scores]]\nkind = "judge"\nmodel = "spark/lite"\n'
    plan.write_text(PLAN.replace('"]', '", "handbook/ngram"]', 1) + judge, encoding="utf-8")
    told = shell.run("study", "run", str(plan))
    assert told.returncode == 0, told.stderr
    [sentence] = [line for line in told.stderr.splitlines() if NOTHING_REAL in line]
    assert sentence.startswith(f"{MODEL}, spark/lite: answered by a local emulator.")
    run = told.stdout.splitlines()[0]
    assert NOTHING_REAL in shell.run("study", "resume", run).stderr
    assert NOTHING_REAL in shell.run("study", "status", run).stderr
    assert status(shell, "study", run) is True
    with left() as out:
        for command in ("list", "status"):
            told = into(out, shell, "study", command, *([run] if command == "status" else []))
            assert told.returncode == 0 and "rror" not in told.stderr


def test_a_batch_names_the_models_that_emulators_answer_for(shell: Shell, table: Path) -> None:
    told = shell.run(*batch(table))
    run = told.stdout.splitlines()[0]
    assert told.returncode == 0 and MODEL in told.stderr and NOTHING_REAL in told.stderr
    assert NOTHING_REAL in shell.run("batch", "resume", run).stderr
    assert NOTHING_REAL in shell.run("batch", "status", run).stderr
    assert status(shell, "batch", run) is True


def test_a_run_without_emulators_says_nothing_of_them(shell: Shell, table: Path) -> None:
    told = shell.run(*(word.replace(MODEL, "handbook/ngram") for word in batch(table)))
    run = told.stdout.splitlines()[0]
    assert told.returncode == 0 and told.stderr == ""
    assert shell.run("batch", "status", run).stderr == ""
    assert status(shell, "batch", run) is False


def test_a_batch_that_is_refused_as_a_whole_is_bad_input(shell: Shell, table: Path) -> None:
    told = shell.run(*batch(table, "-p", "temperature=9"))
    run = told.stdout.splitlines()[0]
    assert told.returncode == 2
    last = told.stderr.splitlines()[-1]
    assert last.startswith(f"Nothing was sent. {MODEL}: temperature = 9 is too large.")
    assert last.endswith("Then run it anew.") and "--failed-only" not in told.stderr
    assert status(shell, "batch", run) is False
    assert shell.run("batch", "resume", run, "--failed-only").returncode == 2


def test_rows_that_were_refused_are_told_apart_from_those_to_try_again(
    shell: Shell, table: Path
) -> None:
    table.write_text("text\n你好\n" + "长" * 24001 + "\n", encoding="utf-8")
    told = shell.run(*batch(table))
    assert told.returncode == 1 and "--failed-only" not in told.stderr
    assert f"Calls not sent: 1 of 2. {MODEL}: " in told.stderr and "24,000" in told.stderr
    hot = ("-p", "temperature=1.5", "--model", "deepseek/deepseek-chat")
    with emulators.start(["deepseek"], fault="quota") as running:
        told = shell.run(*batch(table, *hot), **running.environment, **running.keys)
    run = told.stdout.splitlines()[0]
    assert told.returncode == 1
    assert "Calls not sent: 2 of 4." in told.stderr and "temperature = 1.5" in told.stderr
    assert "2 of 4. Try those again" in told.stderr and f"{run} --failed-only" in told.stderr
    # Only keyless providers count; DeepSeek has a key and an address here.
    assert f"{MODEL}: answered by a local emulator." in told.stderr


def test_a_study_that_is_refused_as_a_whole_is_bad_input(shell: Shell, plan: Path) -> None:
    plan.write_text(PLAN.replace("0.2, 0.6", "1.2, 9"), encoding="utf-8")
    told = shell.run("study", "run", str(plan))
    assert told.returncode == 2
    assert f"Nothing was sent. {MODEL}: temperature = 1.2 is too large." in told.stderr


def test_a_study_says_what_of_it_was_not_sent(shell: Shell, plan: Path) -> None:
    plan.write_text(PLAN.replace("0.2, 0.6", "0.2, 9"), encoding="utf-8")
    told = shell.run("study", "run", str(plan))
    assert told.returncode == 0
    assert f"Calls not sent: 2 of 4. {MODEL}: temperature = 9 is too large." in told.stderr


@pytest.mark.parametrize(("command", "word"), [("pause", "paused"), ("stop", "stopped")])
def test_a_status_says_what_is_wanted(shell: Shell, plan: Path, command: str, word: str) -> None:
    run = shell.run("study", "run", str(plan)).stdout.splitlines()[0]
    assert word not in shell.run("study", "status", run).stdout
    shell.run("study", command, run)
    told = shell.run("study", "status", run).stdout
    assert told.startswith(f"{run}: 4 calls made, 0 to go, {word} (")
