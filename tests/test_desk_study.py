"""`desk.py study` as scripts use it: the contract, kill -9 in the middle, bad plans."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.shell import Shell, questions

PLAN = """
name = "first"
models = ["deepseek/deepseek-chat"]
prompts = ["北京在哪里？", {id = "tea", prompt = "What is tea?", reference = "leaf"}]
repeats = 2
concurrency = 4
params = {max_output_tokens = 40}
[factors]
temperature = [0.2, 0.6]
[[scores]]
kind = "length"
primary = true
[[scores]]
kind = "latency"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def test_a_dry_run_says_what_it_takes_and_sends_nothing(shell: Shell, plan: Path) -> None:
    plan.write_text(PLAN.replace("temperature = [", "penalty_score = ["), encoding="utf-8")
    told = shell.run("study", "run", str(plan), "--dry-run")
    found = json.loads(told.stdout)
    assert told.returncode == 0 and found["calls"] == 8
    assert found["tokens"] == found["input_tokens"] + found["output_tokens"]
    assert found["output_tokens"] == 8 * 40
    assert found["seconds"] > 0
    assert {lost["name"] for lost in found["not_honoured"]} == {"penalty_score"}
    assert shell.run("usage", "export").stdout == ""


def test_a_study_is_run_looked_at_and_exported(shell: Shell, plan: Path) -> None:
    told = shell.run("study", "run", str(plan))
    run = told.stdout.splitlines()[0]
    assert told.returncode == 0, told.stderr
    status = json.loads(shell.run("study", "status", run, "--json").stdout)
    assert (status["run"], status["calls"], status["open"]) == (run, 8, 0)
    assert sum(status["states"].values()) == 8 and status["seconds_left"] == 0
    exported = json.loads(shell.run("study", "export", run, "--format", "json").stdout)
    assert exported["run"] == run and exported["emulated"] is True
    assert exported["plan"]["prompts"][1] == {
        "id": "tea",
        "prompt": "What is tea?",
        "reference": "leaf",
    }
    assert {cell["prompt_id"] for cell in exported["cells"]} == {"1", "tea"}
    for cell in exported["cells"]:
        assert {"cell", "prompt_id", "setting", "repeat", "call_id", "state", "scores"} <= set(cell)
    settings = {cell["setting"] for cell in exported["cells"]}
    for verdict in exported["verdicts"]:
        assert {verdict["a"], verdict["b"]} <= settings
        assert verdict["word"] in ("better", "worse", "equivalent", "cannot tell")
        assert {"score", "difference", "low", "high", "n_more"} <= set(verdict)
    assert {verdict["score"] for verdict in exported["verdicts"]} == {"length", "latency"}
    calls = [json.loads(line) for line in shell.run("usage", "export").stdout.splitlines()]
    assert {call["run"] for call in calls} == {run}
    assert {call["id"] for call in calls} == {cell["call_id"] for cell in exported["cells"]}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("models", "modles"), "models"),
        (("deepseek/deepseek-chat", "deepseek/"), "no model"),
        (('"length"', '"lenght"'), "length"),
        (("repeats = 2", "repeats = 0"), "repeats"),
        (
            (
                "[factors]",
                '[preregistered]\nhypothesis = "h"\nmetric = "length"\nn = 3\n[factors]',
            ),
            "only 2 prompts decide",
        ),
    ],
)
def test_a_bad_plan_is_one_sentence_and_nothing_is_sent(
    shell: Shell, plan: Path, change: tuple[str, str], named: str
) -> None:
    plan.write_text(PLAN.replace(*change), encoding="utf-8")
    told = shell.run("study", "run", str(plan))
    assert told.returncode == 2 and named in told.stderr
    assert told.stdout == "" and len(told.stderr.strip().splitlines()) == 1
    assert shell.run("usage", "export").stdout == ""


def test_an_unknown_run_is_told(shell: Shell) -> None:
    for command in ("resume", "status", "export", "pause"):
        told = shell.run("study", command, "abc")
        assert told.returncode == 2 and "abc" in told.stderr


def test_killed_five_times_every_cell_is_answered_once(shell: Shell, tmp_path: Path) -> None:
    log = tmp_path / "received.jsonl"
    emulator = shell.start("emulate", "--only", "deepseek", "--json", "--log", str(log))
    assert emulator.stdout is not None
    told = json.loads(emulator.stdout.readline())
    shell.environment |= {**told["environment"], **told["keys"]}
    plan = tmp_path / "long.toml"
    prompts = json.dumps([f"问题 {number} 是什么？" for number in range(30)], ensure_ascii=False)
    plan.write_text(
        f'models = ["deepseek/deepseek-chat"]\nprompts = {prompts}\n'
        'concurrency = 6\nparams = {max_output_tokens = 20}\n[[scores]]\nkind = "length"\n',
        encoding="utf-8",
    )
    run, words = "", ["study", "run", str(plan)]
    for patience in (0.0, 0.3, 0.1, 0.5, 0.2):
        going = shell.start(*words)
        assert going.stdout is not None
        run = going.stdout.readline().strip()
        # In the middle of whatever it does by then; any moment must do.
        time.sleep(patience)
        going.kill()
        going.wait(10)
        words = ["study", "resume", run]
    last = shell.run(*words)
    assert last.returncode == 0, last.stderr
    emulator.send_signal(signal.SIGTERM)
    emulator.wait(10)
    cells = json.loads(shell.run("study", "export", run).stdout)["cells"]
    assert len(cells) == 30 and {cell["state"] for cell in cells} <= {"ok", "length"}
    assert len({cell["call_id"] for cell in cells}) == 30
    asked = questions(log)
    assert len(asked) == 30
    # Beyond once each: at most what was under way at each of the five kills.
    assert asked.total() - 30 <= 5 * 6
    states = Counter(
        json.loads(line)["state"] for line in shell.run("usage", "export").stdout.splitlines()
    )
    assert states["sent"] == 0 and states["interrupted"] <= 5 * 6
    assert states.total() >= asked.total()


def test_told_to_end_it_lets_answers_come_in_and_says_how_to_go_on(
    shell: Shell, plan: Path
) -> None:
    plan.write_text(PLAN.replace("repeats = 2", "repeats = 40"), encoding="utf-8")
    going = shell.start("study", "run", str(plan))
    assert going.stdout is not None
    run = going.stdout.readline().strip()
    going.send_signal(signal.SIGTERM)
    _, said = going.communicate(timeout=30)
    assert going.returncode == 1 and f"study resume {run}" in said
    status = json.loads(shell.run("study", "status", run, "--json").stdout)
    assert status["open"] > 0 and status["states"].get("running", 0) == 0


def test_a_worker_helps_with_an_open_run(shell: Shell, plan: Path) -> None:
    run = shell.run("study", "run", str(plan)).stdout.splitlines()[0]
    told = shell.run("worker", "--once")
    assert told.returncode == 0
    assert json.loads(shell.run("study", "status", run, "--json").stdout)["calls"] == 8


def test_a_declaration_is_told_and_judged(shell: Shell, plan: Path) -> None:
    declared = '[preregistered]\nhypothesis = "Cooler is shorter"\nmetric = "latency"\n'
    plan.write_text(PLAN + declared, encoding="utf-8")
    told = shell.run("study", "run", str(plan))
    assert "Cooler is shorter" in told.stdout and "declared as latency" in told.stdout
    run = told.stdout.splitlines()[0]
    kept = json.loads(shell.run("study", "export", run).stdout)["preregistered"]
    assert kept["followed"] is False and len(kept["departures"]) == 1
