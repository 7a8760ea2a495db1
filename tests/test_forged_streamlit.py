"""What no page of ours sends to the Streamlit app, over its real WebSocket: refused or ignored.

And what its process prints when something fails: no secret, whoever formats it.
"""

from __future__ import annotations

import math
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

import emulators
from tests.browser.conftest import ROOT, free_port, wait_until_up
from tests.shell import Shell
from tests.streamlit_wire import Tab, state, tab

SPEED = "model=qianfan/ernie-speed-8k"
# By the kind of widget: values of the right type that its page does not send.
GARBAGE: dict[str, list[dict[str, Any]]] = {
    "selectbox": [{"string_value": each} for each in ("x", "", "\0", "长" * 20_000)],
    "button_group": [{"string_array_value": ["x"]}, {"int_array_value": [99]}],
    "slider": [{"double_array_value": each} for each in ([math.nan], [1e300], [1.0, 2.0], [])],
    "number_input": [{"double_value": each} for each in (math.nan, math.inf, -5.0)],
    "text_area": [{"string_value": "\0" * 20_000}],
    "text_input": [{"string_value": "\0" * 20_000}],
    "checkbox": [{"string_value": "x"}],
}
WRONG: list[dict[str, Any]] = [
    {"double_value": math.nan},
    {"bytes_value": b"\xff"},
    {"string_array_value": ["x"]},
    {"json_value": "{"},
]


@contextmanager
def running(script: str, home: Path, **environment: str) -> Iterator[str]:
    """A Streamlit process of its own; its output is in a file beside its store."""
    port = free_port()
    with (home / "printed.log").open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)],
            cwd=ROOT,
            stdout=printed,
            stderr=subprocess.STDOUT,
            env={**Shell(home).environment, "PYTHONPATH": str(ROOT), **environment},
        )
        try:
            wait_until_up(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def one(page: Tab, name: str) -> str:
    """The id of the widget with this key."""
    return next(each for each in page.widgets() if each.endswith(f"-{name}"))


@pytest.mark.timeout(300)
def test_any_state_ends_in_a_sentence_and_what_is_sent_is_in_its_range(tmp_path: Path) -> None:
    received: list[dict[str, Any]] = []
    with emulators.start(["qianfan"], log=received.append, tokens_per_second=5000) as provider:
        values = {**provider.environment, **provider.keys}
        with running("ui_streamlit.py", tmp_path, **values) as address:
            with tab(address) as page:
                page.run(query=SPEED)
                widgets = page.widgets()
                assert len(widgets) > 20 and not page.failures()
            # Whatever is sent for a button presses it.
            boxes = {name: kind for name, kind in widgets.items() if kind != "button"}
            for name, kind in boxes.items():
                # Each in a session of its own: what a visitor breaks is the visitor's.
                with tab(address) as page:
                    for value in [*GARBAGE.get(kind, []), *WRONG]:
                        page.run(state(name, **value), query=SPEED)
                        assert not page.failures(), (name, value)
                        assert "Traceback" not in page.texts(), (name, value)
            assert received == []
            smuggle(address, received)
            with tab(address) as page:
                page.run(query=SPEED)
                asked = state(one(page, "question"), chat_input_value="hello")
                page.run(asked, query=SPEED)
                assert not page.failures()
            assert received[-1]["body"]["messages"] == [{"role": "user", "content": "hello"}]


def smuggle(address: str, received: list[dict[str, Any]]) -> None:
    """Ask with a knob switched on that stands where no page could put it."""
    for value in (math.nan, 1e300, -1.0):
        with tab(address) as page:
            page.run(query=SPEED)
            send = state(one(page, "send-temperature"), bool_value=True)
            knob = next(each for each in page.widgets() if "-value-temperature" in each)
            forged = state(knob, double_array_value=[value])
            page.run(send, forged, query=SPEED)
            asked = state(one(page, "question"), chat_input_value="hi")
            page.run(send, forged, asked, query=SPEED)
            assert not page.failures()
    for entry in received:
        assert 0 < entry["body"].get("temperature", 0.5) <= 1


@pytest.mark.timeout(300)
def test_a_page_goes_on_after_what_it_cannot_work_with(tmp_path: Path) -> None:
    """With what stood there before; nothing is sent, and the next question is answered."""
    received: list[dict[str, Any]] = []
    forged: dict[str, list[dict[str, Any]]] = {
        "number_input": [{"double_value": value} for value in (math.nan, math.inf, -math.inf)]
        + [{"string_value": "x"}, {"bytes_value": b"\xff"}],
        "slider": [{"string_value": "x"}, {"bool_value": True}],
        "text_area": [{"bool_value": True}, {"bytes_value": b"\xff"}],
        "text_input": [{"double_value": 1.0}, {"json_value": "{"}],
        "multiselect": [{"int_value": 1}],
        "button_group": [{"bool_value": True}],
        "selectbox": [{"string_array_value": ["x"]}],
    }
    with emulators.start(["qianfan"], log=received.append, tokens_per_second=5000) as provider:
        values = {**provider.environment, **provider.keys}
        with running("ui_streamlit.py", tmp_path, **values) as address:
            for where, query in (("", SPEED), ("tune", "")):
                with tab(address) as page:
                    page.run(query=query, page=where)
                    widgets = page.widgets()
                kinds = {kind: name for name, kind in widgets.items()}
                for kind, name in kinds.items():
                    for value in forged.get(kind, []):
                        goes_on(address, state(name, **value), query, where, len(widgets))
    asked = [entry["body"]["messages"][-1]["content"] for entry in received]
    assert asked and set(asked) == {"Still there?"}


def goes_on(address: str, forged: WidgetState, query: str, where: str, whole: int) -> None:
    """Send it, and go on working on that page."""
    with tab(address) as page:
        page.run(query=query, page=where)
        page.run(forged, query=query, page=where)
        while len(page.widgets()) < whole - 1:
            # The run that failed; the one that takes its place follows by itself.
            assert not page.failures()
            page.next_run()
        assert "Open the page anew" not in page.texts()
        if math.isnan(forged.double_value):
            assert "went back to what stood before" in page.texts()
        page.run(query=query, page=where)
        while len(page.widgets()) < whole - 1:
            page.next_run()
        assert not page.failures() and "Open the page anew" not in page.texts()
        if not where:
            page.run(state(one(page, "question"), chat_input_value="Still there?"), query=query)
        page.run(query=query, page=where)
        assert "went back" not in page.texts(), forged


_FAILS = """
import streamlit as st
import wiring
wiring.start_logging()
wiring.Desk(wiring.environment())
key = wiring.environment()["DEEPSEEK_API_KEY"]
raise ConnectionError("https://x.example/oauth?client_secret=" + key + "&and=" + "more" * 30)
"""


@pytest.mark.parametrize("streams", ["stdout", "file"])
def test_no_secret_is_printed_by_streamlit_or_its_server(tmp_path: Path, streams: str) -> None:
    key = "fake-Deep0seek-key/+0123456789-abcdefgh="
    script = tmp_path / "fails.py"
    script.write_text(_FAILS)
    environment = {"DEEPSEEK_API_KEY": key, "FORCE_COLOR": "1" if streams == "stdout" else ""}
    with running(str(script), tmp_path, STREAMLIT_LOGGER_LEVEL="debug", **environment) as address:
        with tab(address) as page:
            page.run()
            page.run()
        quoted = urllib.parse.quote(key, safe="")
        for path in (f"/?token={quoted}", f"/{quoted}", f"/media/{quoted}"):
            httpx.get(address + path, headers={"x-key": key}, trust_env=False)
    told = (tmp_path / "printed.log").read_text(errors="replace")
    assert "ConnectionError" in told and "client_secret=***" in told
    parts = {form[at : at + 10] for form in (key, quoted) for at in range(len(form) - 9)}
    assert not [part for part in parts if part in told]
