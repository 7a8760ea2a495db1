"""`desk.py batch` as scripts use it: a table in, answers out, kill -9 in the middle."""

from __future__ import annotations

import csv
import io
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from experiments.tabular.tables import read_table
from tests.shell import Shell, questions

MODEL = "deepseek/deepseek-chat"
TABLE = '编号,评价,answer\n1,"好吃，还会来",x\n2,,y\n3,-5,=1+1\n'
ASK = ("--template", "好评还是差评：{评价}", "-p", "max_output_tokens=8")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "评价.csv"
    path.write_text(TABLE, encoding="gb18030")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def calls(shell: Shell) -> list[dict[str, Any]]:
    return [json.loads(line) for line in shell.run("usage", "export").stdout.splitlines()]


def test_a_dry_run_says_what_it_takes_and_sends_nothing(shell: Shell, table: Path) -> None:
    words = ("batch", "run", str(table), *ASK, "--model", MODEL, "--model", "spark/lite")
    told = shell.run(*words, "-p", "penalty_score=1.5", "--dry-run")
    found = json.loads(told.stdout)
    assert told.returncode == 0 and found["calls"] == 6
    assert found["output_tokens"] == 6 * 8 and found["seconds"] > 0
    assert {lost["model"] for lost in found["not_honoured"]} == {MODEL, "spark/lite"}
    assert "评价" in told.stderr and "row 2" in told.stderr
    assert calls(shell) == []


def test_a_table_comes_back_with_its_answers(shell: Shell, table: Path, tmp_path: Path) -> None:
    told = shell.run("batch", "run", str(table), *ASK, "--model", MODEL, "-s", "你是店长",
                     "--example", "好评还是差评：棒 => 好评")  # fmt: skip
    run = told.stdout.splitlines()[0]
    assert told.returncode == 0, told.stderr
    status = json.loads(shell.run("batch", "status", run, "--json").stdout)
    assert (status["run"], status["calls"], status["open"], status["failed"]) == (run, 3, 0, 0)
    exported = shell.run("batch", "export", run)
    assert "“answer_2”" in exported.stderr
    found = rows(exported.stdout)
    assert list(found[0])[:4] == ["编号", "评价", "answer", "answer_2"]
    assert [row["编号"] for row in found] == ["1", "2", "3"]
    # A number is no formula; a formula is text.
    assert (found[2]["评价"], found[2]["answer"]) == ("-5", "'=1+1")
    by_id = {call["id"]: call for call in calls(shell)}
    for row in found:
        call = by_id[row["call_id"]]
        assert call["text"].strip() == row["answer_2"].strip().removeprefix("'")
        assert call["run"] == run and row["emulated"] == "True"
        assert int(row["output_tokens"]) == call["usage"]["output_tokens"]
    for form in ("xlsx", "jsonl", "parquet"):
        path = tmp_path / f"out.{form}"
        assert (
            shell.run("batch", "export", run, "--format", form, "--output", str(path)).stdout == ""
        )
        if form != "parquet":
            back = read_table(path.read_bytes(), path.name)
            assert len(back.rows) == 3 and back.columns[:3] == ("编号", "评价", "answer")
    assert json.loads(shell.run("batch", "list", "--json").stdout)["run"] == run


def test_examples_and_sheets_come_from_files(shell: Shell, table: Path, tmp_path: Path) -> None:
    examples = tmp_path / "examples.jsonl"
    examples.write_text('{"q": "棒", "a": "好评"}\n{"q": "差", "a": "差评"}\n', encoding="utf-8")
    told = shell.run("batch", "run", str(table), *ASK, "--model", "handbook/ngram",
                     "--example", str(examples))  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert {call["model"] for call in calls(shell)} == {"ngram"}
    told = shell.run("batch", "run", str(table), *ASK, "--model", MODEL, "--example", str(table))
    assert told.returncode == 2 and "two" in told.stderr


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("{评价}", "{评论}"), "{评论}"),
        (("{评价}", "它"), "{编号}"),
        (("{评价}", "{评价"), "{{"),
        ((MODEL, "deepseek/"), "no model"),
        (("max_output_tokens=8", "max_outputs=8"), "max_outputs"),
        (("评价.csv", "没有.csv"), "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_is_sent(
    shell: Shell, table: Path, change: tuple[str, str], named: str
) -> None:
    words = ["batch", "run", str(table), *ASK, "--model", MODEL]
    told = shell.run(*(word.replace(*change) for word in words))
    assert told.returncode == 2 and named in told.stderr
    assert told.stdout == "" and len(told.stderr.strip().splitlines()) == 1
    assert calls(shell) == []


def test_a_study_is_no_batch(shell: Shell) -> None:
    for command in ("resume", "status", "export", "pause"):
        told = shell.run("batch", command, "abc")
        assert told.returncode == 2 and "abc" in told.stderr


def serve(shell: Shell, *words: str) -> Any:
    """Emulators in a process of their own; the shell calls them."""
    emulator = shell.start("emulate", "--only", "deepseek", "--json", *words)
    assert emulator.stdout is not None
    told = json.loads(emulator.stdout.readline())
    shell.environment |= {**told["environment"], **told["keys"]}
    return emulator


def end(emulator: Any) -> None:
    emulator.send_signal(signal.SIGTERM)
    emulator.communicate(timeout=10)


def test_failures_are_called_again_alone(shell: Shell, table: Path) -> None:
    emulator = serve(shell, "--fault", "quota")
    told = shell.run("batch", "run", str(table), *ASK, "--model", MODEL)
    end(emulator)
    run = told.stdout.splitlines()[0]
    assert told.returncode == 1 and f"batch resume {run} --failed-only" in told.stderr
    failed = rows(shell.run("batch", "export", run).stdout)
    assert {row["state"] for row in failed} == {"failed"}
    assert all("Quota" in row["error"] for row in failed)
    # Resuming alone calls what is missing, and nothing is.
    assert shell.run("batch", "resume", run).returncode == 1
    assert len(calls(shell)) == 3
    emulator = serve(shell)
    told = shell.run("batch", "resume", run, "--failed-only")
    end(emulator)
    assert told.returncode == 0, told.stderr
    assert len(calls(shell)) == 6
    assert all(row["error"] == "" for row in rows(shell.run("batch", "export", run).stdout))


def test_killed_in_the_middle_every_row_is_answered_once(shell: Shell, tmp_path: Path) -> None:
    log = tmp_path / "received.jsonl"
    emulator = serve(shell, "--log", str(log))
    table = tmp_path / "many.csv"
    lines = [f"{number},问题 {number} 是什么？" for number in range(40)]
    table.write_text("\n".join(["n,text", *lines]), encoding="utf-8")
    words = ["batch", "run", str(table), "--template", "{text}", "--model", MODEL,
             "-p", "max_output_tokens=20", "--concurrency", "6"]  # fmt: skip
    run = ""
    for patience in (0.0, 0.4, 0.2):
        going = shell.start(*words)
        assert going.stdout is not None
        run = going.stdout.readline().strip()
        # In the middle of whatever it does by then; any moment must do.
        time.sleep(patience)
        going.kill()
        going.wait(10)
        words = ["batch", "resume", run]
    last = shell.run(*words)
    end(emulator)
    assert last.returncode == 0, last.stderr
    found = rows(shell.run("batch", "export", run).stdout)
    assert [row["n"] for row in found] == [str(number) for number in range(40)]
    assert {row["state"] for row in found} <= {"ok", "length"}
    assert len({row["call_id"] for row in found}) == 40
    asked = questions(log)
    assert asked.keys() == {line.partition(",")[2] for line in lines}
    # Beyond once each: at most what was under way at each of the three kills.
    assert asked.total() - 40 <= 3 * 6


def test_told_to_end_it_says_how_to_go_on_and_exports_what_there_is(
    shell: Shell, tmp_path: Path
) -> None:
    table = tmp_path / "many.csv"
    table.write_text("text\n" + "你好\n" * 200, encoding="utf-8")
    words = ("--template", "{text}", "--model", MODEL, "--concurrency", "2")
    going = shell.start("batch", "run", str(table), *words)
    assert going.stdout is not None
    run = going.stdout.readline().strip()
    going.send_signal(signal.SIGTERM)
    _, said = going.communicate(timeout=30)
    assert going.returncode == 1 and f"batch resume {run}" in said
    found = rows(shell.run("batch", "export", run).stdout)
    assert len(found) == 200 and "waiting" in {row["state"] for row in found}
