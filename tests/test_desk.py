"""The command line as scripts use it: output, exit codes, sentences."""

from __future__ import annotations

import base64
import json
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import emulators
from tests.conftest import picture, sound
from tests.shell import Shell


def test_models_lists_every_model_with_its_ranges(shell: Shell) -> None:
    listed = {row["name"]: row for row in json.loads(shell.run("models", "--json").stdout)}
    speed = listed["qianfan/ernie-speed-8k"]
    ranges = {spec["name"]: spec for spec in speed["parameters"]}
    assert ranges["temperature"]["exclusive_minimum"] and ranges["temperature"]["maximum"] == 1
    assert ranges["max_output_tokens"]["wire_name"] == "max_tokens"
    assert all(spec["source"].startswith("https://") for spec in speed["parameters"])
    assert listed["qianfan-v1/ernie_speed"]["status"] == "retired"
    assert listed["handbook/ngram"]["emulated"] is False
    assert "spark/4.0Ultra" in shell.run("models").stdout


def test_chat_prints_the_answer_and_records_the_call(shell: Shell) -> None:
    told = shell.run(
        "chat", "spark/lite", "什么是温度？", "-p", "temperature=0.4", "-p", "penalty_score=1.2"
    )
    assert told.returncode == 0 and len(told.stdout.strip()) > 5
    assert "penalty_score" in told.stderr  # not sent, and told so
    [call] = [json.loads(line) for line in shell.run("usage", "export").stdout.splitlines()]
    assert call["text"] == told.stdout.strip("\n") and call["emulated"] is True
    sent = {trace["name"]: trace["sent"] for trace in call["params"]}
    assert sent["temperature"] == 0.4 and sent["penalty_score"] is None


@pytest.mark.parametrize("stream", [[], ["--no-stream"]])
def test_chat_json_is_the_whole_call_on_one_line(shell: Shell, stream: list[str]) -> None:
    told = shell.run(
        "chat", "qianfan/ernie-speed-8k", "hello", "-s", "Be brief.", "--json", *stream
    )
    [line] = told.stdout.splitlines()
    call = json.loads(line)
    assert (call["state"], call["system"], call["stream"]) == ("ok", "Be brief.", not stream)
    assert call["usage"]["source"] == "provider"
    assert call["rate_limit"]["limit_requests"] == 300
    assert call["rate_limit"]["remaining_requests"] == 299
    assert call["timings"]["time_to_first_token"] <= call["timings"]["total"]
    assert call["request"]["body"]["messages"][0] == {"role": "system", "content": "Be brief."}


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (["chat", "qianfan/ernie-speed-8k", "x", "-p", "temperature=0"], "(0, 1]"),
        (["chat", "qianfan/ernie-speed-8k", "x", "-p", "temperature=nan"], "finite"),
        (["chat", "qianfan/ernie-speed-8k", "x", "-p", "temprature=1"], "temprature"),
        (["chat", "qianfan/ernie-speed-8k", "x", "-p", "temperature"], "name=value"),
        (["chat", "qianfan/ernie-speed-8k", "x", "-p", "top_p=1", "-p", "top_p=0"], "twice"),
        (["chat", "qianfan/ernie-speed-8k", " "], "empty"),
        (["chat", "qianfan/ernie-speed-8k", "a\udcff"], "half a character"),
        (["chat", "qianfan/ernie-speed-8k", "长" * 24001], "24,000"),
        (["chat", "nobody/x", "hello"], "nobody/x"),
        (["chat", "qianfan-v1/nothing", "hello"], "qianfan-v1/nothing"),
        (["emulate", "--fault", "gremlins"], "gremlins"),
        (["emulate", "--port", "99999"], "65535"),
        (["emulate", "--port", "65535", "--only", "qianfan,spark"], "2 services from 65535"),
        (["emulate", "--only", "spark,nosuch"], "“nosuch”. Choose one of qianfan, spark,"),
        (["emulate", "--only", ","], "Choose some of qianfan, spark,"),
        (["run", "--port", "99999"], "65535"),
        (["run", "--streamlit-port", "-1"], "no port -1"),
        (["usage", "export", "--format", "pdf"], "pdf"),
        (["usage", "export", "--format", "xlsx"], "--output"),
        (["explain", "qianfan", "no_such_code"], "no_such_code"),
        (["explain", "nobody", "1"], "nobody"),
        (["models", "--ask", "nobody"], "nobody"),
        (["models", "--ask", "spark"], "no list"),
        (["chat", "iat/zh_cn", "", "--attach", "/no/such/file.wav"], "--attach"),
        (["chat", "spark/lite", "hello", "--attach", "README.md"], "takes no pictures"),
        (["chat", "qianfan/ernie-3.5-8k", "x", "-p", "tools=["], "JSON"),
        (["chat", "qianfan/ernie-3.5-8k", "x", "-p", "web_search=maybe"], "true / false"),
        (["chat", "qianfan-v1/completions", "x", "-p", "response_format=xml"], "json_object"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(shell: Shell, words: list[str], cause: str) -> None:
    told = shell.run(*words)
    assert told.returncode == 2
    assert len(told.stderr.strip().splitlines()) == 1 and cause in told.stderr
    assert "Traceback" not in told.stderr


def test_a_store_that_cannot_be_used_is_one_sentence_and_exit_2(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "broken.db").write_text("no database" * 500)
    told = shell.run("usage", TUNEDESK_DB=f"sqlite:///{tmp_path / 'broken.db'}")
    assert told.returncode == 2 and "TUNEDESK_DB" in told.stderr
    assert "Traceback" not in told.stderr


def test_faults_given_one_by_one_come_request_by_request(shell: Shell) -> None:
    faults = ["--fault", "html", "--fault", "ok,error_500"]
    server = shell.start("emulate", "--json", "--only", "deepseek", *faults)
    try:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        asked = urllib.request.Request(
            told["environment"]["DEEPSEEK_BASE_URL"] + "/chat/completions",
            json.dumps({"model": "deepseek-chat", "messages": [{"role": "user", "content": "?"}]})
            .encode(),
            {"Authorization": "Bearer " + told["keys"]["DEEPSEEK_API_KEY"],
             "Content-Type": "application/json"},
        )  # fmt: skip
        assert [_status(asked) for _ in range(4)] == [502, 200, 500, 500]
    finally:
        server.terminate()
        _close(server)


def _status(asked: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(asked) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_emulate_serves_another_process_that_then_counts_as_live(
    shell: Shell, tmp_path: Path
) -> None:
    log = tmp_path / "received.jsonl"
    server = shell.start("emulate", "--json", "--log", str(log), "--only", "qianfan,spark")
    try:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        assert told["qianfan"].startswith("http://127.0.0.1:")
        assert told["spark"].startswith("ws://127.0.0.1:")
        for model in ("qianfan/ernie-speed-8k", "qianfan-v1/ernie_speed", "spark/generalv3.5"):
            call = _chat(shell, model, {**told["keys"], **told["environment"]})
            assert (call["state"], call["emulated"]) == ("ok", False)
        iam_only = {
            name: value
            for name, value in told["keys"].items()
            if name in ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")
        }
        for model in ("qianfan/ernie-speed-8k", "qianfan-v1/ernie_speed"):
            call = _chat(shell, model, {**iam_only, **told["environment"]})
            assert (call["state"], call["emulated"]) == ("ok", False), call["error"]
        forced = _chat(
            shell,
            "qianfan/ernie-speed-8k",
            {**told["keys"], **told["environment"], "TUNEDESK_EMULATED": "1"},
        )
        assert forced["emulated"] is True
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        _close(server)
    received = [json.loads(line) for line in log.read_text().splitlines()]
    assert [row["outcome"] for row in received if "chat" in row["path"]] == ["ok"] * 5
    # The AppID is no secret: it is a field of the question frame.
    assert not [
        name
        for name, value in told["keys"].items()
        if value in log.read_text() and name != "SPARKAI_APP_ID"
    ]


def test_a_provider_that_is_down_is_exit_1(shell: Shell) -> None:
    told = shell.run(
        "chat",
        "qianfan/ernie-speed-8k",
        "hello",
        QIANFAN_BEARER_TOKEN="fake-key-0",
        QIANFAN_V2_BASE_URL=f"http://127.0.0.1:{_closed_port()}/v2",
    )
    assert told.returncode == 1
    assert "could not be reached" in told.stderr and "Traceback" not in told.stderr


@pytest.fixture
def slow(shell: Shell) -> Iterator[Shell]:
    """A shell whose DeepSeek does not end: no signal comes after its last word."""
    with emulators.start(["deepseek"], tokens_per_second=20, fault="drip") as running:
        shell.environment |= {**running.environment, **running.keys}
        yield shell


def test_interrupting_a_chat_keeps_what_came(slow: Shell) -> None:
    child = slow.start("chat", "deepseek/deepseek-chat", "温度是什么")
    assert child.stdout is not None
    first = child.stdout.read(2)
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 1
    _close(child)
    [call] = [json.loads(line) for line in slow.run("usage", "export").stdout.splitlines()]
    assert call["state"] == "cancelled" and call["text"].startswith(first)


def test_a_chat_that_was_killed_is_interrupted_and_keeps_what_was_seen(slow: Shell) -> None:
    child = slow.start("chat", "deepseek/deepseek-chat", "温度是什么")
    assert child.stdout is not None
    seen, began = child.stdout.read(1), time.monotonic()
    # How soon a part of it is on record depends on the disk.
    while not _kept(slow) and time.monotonic() < began + 20:
        seen += child.stdout.read(1)
    child.kill()
    _close(child)
    deadline = time.monotonic() + 5
    while True:
        [call] = [json.loads(line) for line in slow.run("usage", "export").stdout.splitlines()]
        if call["state"] != "sent" or time.monotonic() > deadline:
            break
    assert (call["state"], call["billed"]) == ("interrupted", "possible")
    assert call["text"] and (call["text"].startswith(seen) or seen.startswith(call["text"]))


def _kept(shell: Shell) -> str:
    """What is on record of the one answer."""
    path = shell.environment["TUNEDESK_DB"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        rows = store.execute("SELECT text FROM calls").fetchall()
    return str(rows[0][0]) if rows else ""


def test_ending_a_chat_settles_its_row(slow: Shell) -> None:
    child = slow.start("chat", "deepseek/deepseek-chat", "温度是什么")
    assert child.stdout is not None
    child.stdout.read(2)
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 1
    _close(child)
    [call] = [json.loads(line) for line in slow.run("usage", "export").stdout.splitlines()]
    assert call["state"] == "cancelled"


def test_an_unsupported_nan_is_still_valid_json(shell: Shell) -> None:
    told = shell.run("chat", "spark/lite", "hello", "-p", "seed=nan", "--json")
    call = json.loads(told.stdout, parse_constant=pytest.fail)
    assert next(t for t in call["params"] if t["name"] == "seed")["requested"] == "nan"


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_export_that_cannot_be_written_is_one_sentence(shell: Shell, form: str) -> None:
    told = shell.run("usage", "export", "--format", form, "--output", "/proc/none/calls")
    assert told.returncode == 2 and "--output" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1


def test_doctor_names_keys_and_never_their_values(shell: Shell) -> None:
    told = shell.run(
        "doctor",
        DEEPSEEK_API_KEY="fake-key-of-deepseek",
        DEEPSEEK_BASE_URL=f"http://127.0.0.1:{_closed_port()}/v1",
    )
    assert "DEEPSEEK_API_KEY" in told.stdout and "fake-key-of-deepseek" not in told.stdout
    assert told.returncode == 1  # the base URL does not answer
    assert shell.run("doctor").returncode == 0


def test_explain_tells_both_languages(shell: Shell) -> None:
    told = shell.run("explain", "qianfan-v1", "336501").stdout.splitlines()
    assert told[0] == "qianfan-v1 336501: RateLimit, retry: yes, after a wait"
    assert "RPM" in told[1] and "requests-per-minute" in told[2]
    assert shell.run("explain", "qianfan", "336501").stdout.splitlines() == told


def test_a_picture_and_a_voice_are_attached_to_a_chat(shell: Shell, tmp_path: Path) -> None:
    image, voice = tmp_path / "picture.png", tmp_path / "voice.wav"
    image.write_bytes(picture())
    voice.write_bytes(sound())
    told = shell.run("chat", "spark-image/imagev3", "这是什么？", "--attach", str(image))
    assert told.returncode == 0 and "640×480" in told.stdout
    told = shell.run(
        "chat", "iat/zh_cn", "", "--attach", str(voice), "-p", "dynamic_correction=wpgs"
    )
    assert told.returncode == 0 and len(told.stdout.splitlines()) == 1, "only the transcript"
    calls = [json.loads(line) for line in shell.run("usage", "export").stdout.splitlines()]
    kept = calls[0]["messages"][0]["attachments"][0]
    assert base64.b64decode(kept["data"]) == image.read_bytes(), "the export loses nothing"
    assert kept["sha256"] in json.dumps(calls[0]["request"])
    assert told.stdout.strip() == calls[1]["text"]


def test_a_service_is_asked_for_its_models(shell: Shell) -> None:
    names = json.loads(shell.run("models", "--ask", "deepseek", "--json").stdout)
    assert "deepseek/deepseek-chat" in names


def test_run_serves_both_apps_and_stops_both(shell: Shell) -> None:
    ports = [_closed_port(), _closed_port()]
    child = shell.start("run", "--port", str(ports[0]), "--streamlit-port", str(ports[1]))
    try:
        assert child.stdout is not None
        told = child.stdout.readline() + child.stdout.readline()
        assert all(f"http://127.0.0.1:{port}" in told for port in ports)
        for port in ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=5) as answer:
                assert answer.status == 200
        second = shell.run("run", "--port", str(ports[0]))
        assert second.returncode == 2 and f"Port {ports[0]} is already in use" in second.stderr
    finally:
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
        _close(child)
    for port in ports:
        assert _refuses(port), "an app outlived the supervisor"


def _chat(shell: Shell, model: str, environment: dict[str, str]) -> dict[str, Any]:
    told = shell.run("chat", model, "hello", "--json", **environment)
    parsed: dict[str, Any] = json.loads(told.stdout)
    return parsed


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuses(port: int, seconds: float = 3.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return True
        time.sleep(0.05)
    return False


def _close(child: subprocess.Popen[str]) -> None:
    for pipe in (child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()


def test_a_price_table_that_cannot_be_read_is_one_sentence(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("[[price]]\nx = 1\n", encoding="utf-8")
    for name in ("prices.toml", "none.toml"):
        told = shell.run("models", TUNEDESK_PRICES=str(tmp_path / name))
        assert told.returncode == 2 and name in told.stderr
        assert len(told.stderr.strip().splitlines()) == 1
