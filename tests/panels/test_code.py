"""Copied code makes the same request again: it is run here, against the emulators."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backends import (
    PROVIDERS,
    Access,
    Attachment,
    Call,
    Catalogue,
    ChatRequest,
    Client,
    Message,
    ParamTrace,
    Provider,
    Secret,
    WireRequest,
    Words,
)
from emulators import Emulators, start
from panels.code import curl, python
from panels.recipes import RECIPES
from tests.emulators.wire import Log, saying
from tests.panels.calls import HTTP, call

QUESTION = "引号 ' \" `whoami` $HOME \\n\nJSON\n$(id) 'quoted' \u2028 end"
WAYS = {
    "bearer": ("qianfan/ernie-speed-8k", ("QIANFAN_BEARER_TOKEN",)),
    "bearer-iam": ("qianfan/ernie-speed-8k", ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")),
    "oauth": ("qianfan-v1/ernie_speed", ("QIANFAN_AK", "QIANFAN_SK")),
    "bce": ("qianfan-v1/ernie_speed", ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")),
    "spark": ("spark/generalv3.5", ("SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")),
    "deepseek": ("deepseek/deepseek-chat", ("DEEPSEEK_API_KEY",)),
}


class Forgets:
    """A ledger for calls that need none."""

    def begin(self, call: Call) -> None: ...
    def keep(self, call: Call) -> None: ...

    def close(self, call: Call, *, wait: bool) -> None: ...


@pytest.fixture(scope="module")
def log() -> Log:
    return Log()


@pytest.fixture(scope="module")
def running(log: Log) -> Iterator[Emulators]:
    emulators = start(tokens_per_second=float("inf"), log=log, answer=saying("你好", "，", "世界"))
    yield emulators
    emulators.close()


def made(running: Emulators, way: str, stream: bool) -> Call:
    """A call of this kind, made by the door."""
    model, names = WAYS[way]

    def access(provider: Provider) -> Access:
        return Access(
            {name: running.environment[name] for name in provider.base_urls},
            {name: Secret(running.keys[name]) for name in names},
            emulated=True,
        )

    client = Client(Catalogue(PROVIDERS), access, Forgets())
    finished = client.start(
        ChatRequest(
            model,
            (Message("user", QUESTION),),
            system="简洁",
            params={"temperature": 0.3, "max_output_tokens": 200},
            stream=stream,
        )
    ).result(10)
    assert finished.state == "ok", finished.error
    return finished


def ran(command: list[str], running: Emulators, way: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONIOENCODING": "utf-8",
        "NO_PROXY": "*",
        "QIANFAN_IAM_BASE_URL": running.environment["QIANFAN_IAM_BASE_URL"],
        "LANG": "C.UTF-8",
    }
    environment |= {name: running.keys[name] for name in WAYS[way][1]}
    if command[0] == "sh":
        environment["QIANFAN_BEARER_TOKEN"] = running.keys["QIANFAN_BEARER_TOKEN"]
    done = subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def chats(log: Log) -> list[Mapping[str, Any]]:
    """The bodies of the chats the emulators received, token requests apart."""
    return [row["body"] for row in list(log.rows) if row.get("body")]


def received(log: Log, before: int) -> Mapping[str, Any]:
    """The body of the one chat that came after `before` others; its row is written at its end."""
    deadline = time.monotonic() + 3
    while len(chats(log)) <= before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(chats(log)) == before + 1
    return chats(log)[before]


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("way", WAYS)
def test_the_python_code_repeats_the_call(
    running: Emulators, log: Log, way: str, stream: bool, tmp_path: Path
) -> None:
    before = len(chats(log))
    original = made(running, way, stream)
    sent = received(log, before)
    script = tmp_path / "call.py"
    script.write_text(python(original), encoding="utf-8")
    printed = ran([sys.executable, str(script)], running, way)
    assert "你好，世界" in printed
    assert printed.strip() == "你好，世界" or not stream
    assert received(log, before + 1) == sent


@pytest.mark.parametrize("way", ["bearer", "bearer-iam", "oauth", "bce", "deepseek"])
def test_the_shell_code_repeats_the_call(
    running: Emulators, log: Log, way: str, tmp_path: Path
) -> None:
    before = len(chats(log))
    original = made(running, way, True)
    sent = received(log, before)
    script = tmp_path / "call.sh"
    script.write_text(curl(original), encoding="utf-8")
    assert "世界" in ran(["sh", str(script)], running, way)
    assert received(log, before + 1) == sent


@pytest.mark.parametrize("way", WAYS)
def test_no_key_is_in_the_code(running: Emulators, way: str) -> None:
    original = made(running, way, True)
    code = curl(original) + python(original)
    for name in WAYS[way][1]:
        assert running.keys[name] not in code
    assert "local emulator" in code


def test_what_a_shell_cannot_speak_says_so() -> None:
    note = curl(call(wire=WireRequest("GET", "wss://x.cn/", {}, {}, "spark")))
    assert all(line.startswith("#") for line in note.splitlines())
    assert "Python version" in note


def test_every_kind_of_authorisation_has_a_recipe() -> None:
    kinds = get_args(get_type_hints(WireRequest)["auth"])
    assert set(RECIPES) == set(kinds)
    for auth in kinds:
        body = {"header": {}, "stream": True}
        one = call(wire=WireRequest("POST", "https://x.cn/", {}, body, auth))
        compile(python(one), "x", "exec")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON, max_size=4))
def test_any_body_survives_exactly(body: dict[str, Any]) -> None:
    one = call(wire=WireRequest(HTTP.method, HTTP.url, HTTP.headers, body, "bearer"))
    text = python(one)
    scope: dict[str, Any] = {}
    exec(text[text.index("body = ") : text.index("\nresponse = ")], scope)
    assert scope["body"] == body
    heredoc = curl(one).partition("<<'JSON'\n")[2].rpartition("\nJSON\n")[0]
    assert json.loads(heredoc) == body
    assert "\nJSON\n" not in heredoc


def test_without_a_wire_request_the_command_line_asks_again() -> None:
    traces = (
        ParamTrace("temperature", 0.5, "t", 0.5, "sent", Words("", "")),
        ParamTrace("top_p", None, "p", None, "off", Words("", "")),
        ParamTrace("stop", ["a", "b"], "s", ["a", "b"], "sent", Words("", "")),
    )
    one = call(
        provider="handbook",
        model="ngram",
        wire=None,
        params=traces,
        messages=(Message("user", "what's top_p?"),),
    )
    assert curl(one) == (
        "python desk.py chat handbook/ngram 'what'\"'\"'s top_p?' -p temperature=0.5 -p stop=a,b\n"
    )
    compile(python(one), "x", "exec")


def test_the_command_line_runs_questions_of_any_form() -> None:
    one = call(wire=None, messages=(Message("user", "-p x"),), system="be brief", stream=False)
    assert curl(one) == (
        "python desk.py chat -s 'be brief' --no-stream -- qianfan/ernie-speed-8k '-p x'\n"
    )


def requested(code: str) -> Any:
    """The request that code makes through Tunedesk, as it stands before it is sent."""
    scope: dict[str, Any] = {}
    exec(code.partition("desk = wiring")[0].replace("import wiring\n", ""), scope)
    return scope["request"]


TURNS = (Message("user", "a'\nPYTHON\n"), Message("assistant", "b"), Message("user", QUESTION))


def test_what_is_asked_through_tunedesk_has_all_turns_persona_and_parameters() -> None:
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"a": [1, None]}}}]
    traces = (
        ParamTrace("temperature", 0.5, "t", 0.5, "sent", Words("", "")),
        ParamTrace("top_p", None, "p", None, "off", Words("", "")),
        ParamTrace("tools", tools, "tools", tools, "sent", Words("", "")),
    )
    one = call(wire=None, messages=TURNS, system="be 'brief'", params=traces, stream=False)
    shell = curl(one)
    inner = shell.partition("<<'PYTHON'\n")[2].removesuffix("PYTHON\n")
    assert "\nPYTHON\n" not in inner
    for code in (python(one), inner):
        assert requested(code) == ChatRequest(
            "qianfan/ernie-speed-8k",
            TURNS,
            "be 'brief'",
            {"temperature": 0.5, "tools": tools},
            stream=False,
        )


def test_a_call_with_a_picture_is_copied_with_the_name_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Attachment(b"\x89PNG\r\n\x1a\n", "image/png", "图 1.png")
    asked = call(messages=(Message("user", "这是什么？", (picture,)),), wire=HTTP)
    assert "--attach '图 1.png'" in curl(asked) and "base64" not in curl(asked) + python(asked)
    monkeypatch.chdir(tmp_path)
    Path("图 1.png").write_bytes(picture.data)
    assert requested(python(asked)).messages == asked.messages
