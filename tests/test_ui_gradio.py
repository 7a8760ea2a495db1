"""The Gradio app without a browser: what reaches the wire, what history is sent, no exceptions."""

from __future__ import annotations

import asyncio
import math
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio_client import Client  # type: ignore[import-untyped]

import emulators
import ui_gradio
import wiring
from backends import CATALOGUE, Call
from panels import gradio_chat, gradio_details, gradio_knobs, gradio_page, gradio_usage, knobs
from panels.gradio_respond import responder
from panels.gradio_sidebar import Sidebar
from usage import Store

SPEED = "qianfan/ernie-speed-8k"
MODEL_ON_HAND = "handbook/ngram"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Desk]:
    store = tmp_path_factory.mktemp("gradio") / "store.db"
    made = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{store}"}, tokens_per_second=500)
    yield made
    made.close()


@dataclass
class Page:
    """A chat as one visitor has it, without the browser."""

    store: Store
    sidebar: Sidebar
    respond: Callable[..., Any]
    flights: gradio_chat.Flights
    visitor: str = "tab-1"
    history: list[dict[str, Any]] = field(default_factory=list)

    def ask(
        self, message: str, *, model: str = SPEED, system: str = "", lang: str = "en", **sent: Any
    ) -> list[dict[str, Any]]:
        """The answer's last messages; the history grows as Gradio's does."""
        turns: list[dict[str, Any]] = asyncio.run(self._ask(message, model, system, lang, sent))[
            -1
        ][0]
        return turns

    async def _ask(
        self, message: str, model: str, system: str, lang: str, sent: dict[str, Any]
    ) -> list[Any]:
        panel = self.sidebar.panel
        settings = [
            *(name in sent for name in panel.names),
            *(sent.get(name) for name in panel.names),
        ]
        yields = [
            item
            async for item in self.respond(
                message,
                self.history,
                SimpleNamespace(session_hash=self.visitor),
                lang,
                model,
                system,
                True,
                *settings,
            )
        ]
        self.history = [*self.history, {"role": "user", "content": message}, *yields[-1][0]]
        return yields

    def call(self) -> Call:
        """The record of the latest answer."""
        call = self.store.find(gradio_chat.call_ids(self.history)[-1])
        assert call is not None
        return call


@pytest.fixture
def page(desk: wiring.Desk) -> Page:
    return make_page(desk)


def make_page(desk: wiring.Desk) -> Page:
    flights = gradio_chat.Flights()
    with gr.Blocks():
        sidebar = Sidebar(desk.catalogue, desk.emulated)
        sidebar.draw()
    return Page(
        desk.store,
        sidebar,
        responder(desk.client.start, desk.store.find, sidebar, flights),
        flights,
    )


def texts(turns: list[dict[str, Any]]) -> str:
    parts = []
    for turn in turns:
        parts.append((turn.get("metadata") or {}).get("title", ""))
        content = turn["content"]
        parts += [content] if isinstance(content, str) else [part["text"] for part in content]
    return "\n".join(parts)


def test_only_what_is_switched_on_reaches_the_wire(page: Page) -> None:
    page.ask("你好", system="你很简洁", temperature=0.3, max_output_tokens=20, stop="完\n终")
    call = page.call()
    assert call.wire is not None
    body = dict(call.wire.body)
    assert (
        body["temperature"],
        body["max_completion_tokens"] if "max_completion_tokens" in body else body["max_tokens"],
    ) == (0.3, 20)
    assert body["stop"] == ["完", "终"]
    assert "top_p" not in body and "penalty_score" not in body
    assert body["messages"][0] == {"role": "system", "content": "你很简洁"}
    assert call.user == "tab-1" and call.tag == "chat" and call.emulated


@pytest.mark.parametrize("value", [0, 1.5, math.nan, math.inf, None, "hot"])
def test_a_value_that_cannot_be_sent_is_refused_in_a_sentence(page: Page, value: Any) -> None:
    turns = page.ask("Hello", temperature=value)
    assert page.call().state == "refused"
    assert "temperature" in texts(turns) and "(0, 1]" in texts(turns)


def test_a_failed_turn_never_reaches_the_next_one(page: Page) -> None:
    page.ask("First question", max_output_tokens=20)
    first = page.call()
    page.ask("Refused question", temperature=0)
    page.ask("   ")
    page.ask("Second question", max_output_tokens=20)
    sent = page.call().wire
    assert sent is not None
    assert list(sent.body["messages"]) == [
        {"role": "user", "content": "First question"},
        {"role": "assistant", "content": first.text},
        {"role": "user", "content": "Second question"},
    ]


def test_history_is_the_record_not_the_screen(page: Page) -> None:
    page.ask("First question", max_output_tokens=20)
    page.history[1] = {**page.history[1], "content": "words put into its mouth"}
    page.ask("Second question", max_output_tokens=20)
    assert "put into" not in str(page.call().messages)


def test_nobody_continues_the_conversation_of_another(page: Page) -> None:
    page.ask("My secret question", max_output_tokens=20)
    page.visitor = "tab-2"
    page.ask("Second question", max_output_tokens=20)
    assert [message.content for message in page.call().messages] == ["Second question"]


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "The question is empty"), ("zh", "问题是空的")]
)
def test_an_empty_question_is_answered_in_a_plain_sentence(
    page: Page, lang: str, sentence: str
) -> None:
    assert sentence in texts(page.ask("  ", lang=lang))


@pytest.mark.parametrize("model", ["nobody/nothing", "", "qianfan", "handbook/none"])
def test_an_unknown_model_is_named_in_a_sentence(page: Page, model: str) -> None:
    assert "There is no model" in texts(page.ask("Hello", model=model))


def test_whatever_breaks_becomes_a_message_and_frees_the_box(page: Page) -> None:
    async def without_settings() -> list[Any]:
        visitor = SimpleNamespace(session_hash="tab-1")
        return [item async for item in page.respond("Hello", [], visitor, "en", SPEED, "", True)]

    yields = asyncio.run(without_settings())
    turns, _, box = yields[-1]
    assert "Tunedesk itself failed" in texts(turns)
    assert box["submit_btn"] is True and box["stop_btn"] is False


def test_the_handbook_shows_why_each_word(page: Page) -> None:
    page.ask("What is temperature?", model=MODEL_ON_HAND, max_output_tokens=10)
    call = page.call()
    shown = gradio_details.shown(call, "en")
    assert call.logprobs and "Log-probability" in shown[-1]
    assert "ngram" in shown[0] and "max_output_tokens" in shown[1]


def test_stop_ends_a_stalled_upstream_at_once(tmp_path: Path) -> None:
    ended = threading.Event()
    with emulators.start(
        ["qianfan"], log=lambda row: ended.set(), fault="stall", tokens_per_second=200
    ) as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        page = make_page(desk)

        async def stop_later() -> float:
            while not page.flights._running:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)
            pressed = time.monotonic()
            await page.flights.stop(page.visitor)
            await asyncio.to_thread(ended.wait, 5)
            return time.monotonic() - pressed

        async def both() -> float:
            asked = asyncio.create_task(page._ask("Hello", SPEED, "", "en", {}))
            took = await stop_later()
            await asked
            return took

        assert asyncio.run(both()) < 0.5
        assert page.call().state == "cancelled" and page.call().text
        assert "stopped" in texts(page.history)
        desk.close()


@pytest.mark.parametrize(
    "fault", ["cut", "error_mid_stream", "unavailable", "rate_limited", "html", "content_filter"]
)
def test_trouble_of_the_provider_is_a_message(tmp_path: Path, fault: str) -> None:
    with emulators.start(["qianfan"], fault=fault, tokens_per_second=200) as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        page = make_page(desk)
        turns = page.ask("Hello", lang="zh")
        assert any(
            (turn.get("metadata") or {}).get("title") in ("服务商报错", "回答不完整")
            for turn in turns
        ), texts(turns)
        running.fault = None
        page.ask("Once more")
        assert [message.content for message in page.call().messages] == ["Once more"]
        desk.close()


def test_every_knob_is_drawn_for_every_model(desk: wiring.Desk, page: Page) -> None:
    panel = page.sidebar.panel
    count = len(panel.names)
    assert set(panel.names) == set(CATALOGUE)
    for _, _, model in desk.catalogue:
        arrived = [*([False] * count), *([None] * count)]
        updates = gradio_knobs.fitted(panel, model, "en", arrived)
        for name, switch, caption in zip(
            panel.names, updates[:count], updates[2 * count :], strict=True
        ):
            spec = model.param(name)
            assert switch["interactive"] is (spec is not None)
            assert (spec.wire_name if spec else "not sent") in caption


def test_a_value_to_be_sent_is_never_moved_in_silence(desk: wiring.Desk, page: Page) -> None:
    panel = page.sidebar.panel
    model = desk.catalogue.find(SPEED)[1]
    values = {"temperature": 1.7, "top_p": 0.1}
    arrived = [
        *(name == "temperature" for name in panel.names),
        *(values.get(name) for name in panel.names),
    ]
    updates = dict(
        zip(
            panel.names,
            gradio_knobs.fitted(panel, model, "en", arrived)[len(panel.names) :],
            strict=False,
        )
    )
    assert updates["temperature"]["value"] == 1.7 and updates["temperature"]["maximum"] == 1.7
    assert updates["top_p"]["value"] == 0.7, "not sent: shows the default"
    disabled = [name == "top_k" for name in panel.names]
    kept = gradio_knobs.fitted(panel, model, "en", [*disabled, *(7 for _ in panel.names)])
    assert kept[len(panel.names) + panel.names.index("top_k")]["value"] == 7
    trouble, account = page.sidebar._preview("en", SPEED, "", *arrived)
    assert "1.7 is too large" in trouble["value"] and "out of range" in account


def test_obstacles_are_named_before_sending(desk: wiring.Desk, page: Page) -> None:
    count = len(page.sidebar.panel.names)
    nothing = [*([False] * count), *([None] * count)]
    assert "没有模型" in page.sidebar._preview("zh", "nobody/x", "", *nothing)[0]["value"]
    assert page.sidebar._preview("zh", SPEED, "你是猫", *nothing)[0]["visible"] is False
    for name, _, model in desk.catalogue:
        trouble = page.sidebar._preview("en", name, "You are a cat", *nothing)[0]["visible"]
        assert trouble is not model.takes_system


def test_presets_set_switches_and_values(desk: wiring.Desk, page: Page) -> None:
    model = desk.catalogue.find(SPEED)[1]
    panel = page.sidebar.panel
    for values, on in ((knobs.neutral_values, True), (knobs.default_values, False)):
        updates = gradio_knobs.preset(panel, model, "en", values(model))
        assert updates[panel.names.index("temperature")]["value"] is on


def test_cells_are_text() -> None:
    table = gradio_details.table_html([{"a": '<img src=x onerror="alert(1)">', "b": None}])
    assert "<img" not in table and "&lt;img" in table
    assert gradio_details.table_html([]) == ""


def test_usage_at_a_glance(desk: wiring.Desk, page: Page, tmp_path: Path) -> None:
    page.ask("Hello", max_output_tokens=5)
    full = gradio_usage.drawn(ui_gradio.glance(desk.store, "zh"), "zh")
    assert "模拟" in full[0] and full[3]["value"] is not None
    empty = Store(f"sqlite:///{tmp_path}/empty.db")
    nothing = gradio_usage.drawn(ui_gradio.glance(empty, "en"), "en")
    assert nothing[1]["visible"] is True and "–" in nothing[0]
    empty.shut()


def test_the_page_over_http(desk: wiring.Desk) -> None:
    """The language is decided before Gradio's bundle, and the API answers as the page does."""
    demo = ui_gradio.build(desk)
    _, address, _ = demo.launch(
        server_name="127.0.0.1",
        quiet=True,
        prevent_thread_lock=True,
        **gradio_page.launch_options(),
    )
    try:
        with urllib.request.urlopen(address) as answer:
            text = answer.read().decode()
            assert "img-src 'self'" in answer.headers["content-security-policy"]
        assert text.index("tunedesk.lang") < text.index('<script type="module"')
        client = Client(address, verbose=False)
        said = client.predict(
            message="Hello",
            language="en",
            model=SPEED,
            system="",
            stream=True,
            send_max_output_tokens=True,
            max_output_tokens=3,
            api_name="/chat",
        )
        assert "emulated" in str(said) and "cut at the token limit" in str(said)
    finally:
        demo.close()
