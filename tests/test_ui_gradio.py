"""The Gradio app without a browser: what reaches the wire, what history is sent, no exceptions."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import math
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio_client import Client, handle_file  # type: ignore[import-untyped]

import emulators
import ui_gradio
import wiring
from backends import Call, ToolCall, Usage
from bench.gradio_visitor import GradioVisitor
from gate import Policy
from panels import (
    gradio_chat,
    gradio_details,
    gradio_knobs,
    gradio_picture,
    gradio_reading,
    gradio_sessions,
    gradio_usage,
    knobs,
)
from panels.gradio_flights import Flights
from panels.gradio_preview import Preview
from panels.gradio_reading import Reading
from panels.gradio_respond import responder
from panels.gradio_seats import Hall
from panels.gradio_sidebar import Sidebar
from panels.gradio_tab import Talks, session_name
from panels.own_keys import own_keys
from panels.words import t
from tests.conftest import picture, sound
from tests.gate.serving import served
from usage import Store

SPEED = "qianfan/ernie-speed-8k"
MODEL_ON_HAND = "handbook/ngram"
SEES = "dashscope/qwen3.7-plus"


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
    preview: Preview
    respond: Callable[..., Any]
    flights: Flights
    visitor: str = "tab-1"
    picture: list[Any] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    def ask(
        self,
        message: str,
        *,
        model: str = SPEED,
        system: str = "",
        lang: str = "en",
        picture: Path | None = None,
        overflow: str = "stop",
        **sent: Any,
    ) -> list[dict[str, Any]]:
        """The answer's last messages; the history grows as Gradio's does."""
        asked = self._ask(message, model, system, lang, sent, overflow, picture)
        turns: list[dict[str, Any]] = asyncio.run(asked)[-1][0]
        return turns

    def settings(
        self,
        *,
        model: str = SPEED,
        system: str = "",
        lang: str = "en",
        overflow: str = "stop",
        **sent: Any,
    ) -> list[Any]:
        """The side panel's values, in its order."""
        panel = self.sidebar.chat.panel
        switches = [name in sent for name in panel.names]
        return [
            lang,
            model,
            system,
            True,
            overflow,
            *switches,
            *(sent.get(name) for name in panel.names),
        ]

    def before(self, question: str = "", picture: Path | None = None, **settings: Any) -> list[Any]:
        """What is shown before sending: sentences, turns left out, account, heading."""
        return self.preview.shown(
            self.history, question, str(picture or ""), self.tab, *self.settings(**settings)
        )

    @property
    def tab(self) -> Any:
        """The request as Gradio hands it to a handler."""
        return SimpleNamespace(session_hash=self.visitor, headers={}, client=None)

    async def _ask(
        self,
        message: str,
        model: str,
        system: str,
        lang: str,
        sent: dict[str, Any],
        overflow: str = "stop",
        picture: Path | None = None,
    ) -> list[Any]:
        settings = self.settings(model=model, system=system, lang=lang, overflow=overflow, **sent)
        path = str(picture) if picture else None
        yields = [
            item async for item in self.respond(message, self.history, self.tab, *settings, path)
        ]
        self.picture = [item[3] for item in yields]
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
    flights = Flights()
    with gr.Blocks():
        sidebar = Sidebar(desk.client, desk.emulated, own_keys(desk))
        sidebar.draw()
    return Page(
        desk.store,
        sidebar,
        Preview(sidebar, desk.store.find),
        responder(
            desk.client.start, desk.store.find, sidebar.chat, flights, Talks(), Hall().asking
        ),
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
    assert call.user == session_name("tab-1") and call.tag == "chat" and call.emulated


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
        visitor = SimpleNamespace(session_hash="tab-1", headers={}, client=None)
        settings = ("en", SPEED, "", True, "stop")
        return [item async for item in page.respond("Hello", [], visitor, *settings)]

    yields = asyncio.run(without_settings())
    turns, _, box, _ = yields[-1]
    assert "Tunedesk itself failed" in texts(turns)
    assert box["submit_btn"] is True and box["stop_btn"] is False


def test_the_handbook_shows_why_each_word(page: Page) -> None:
    page.ask("What is temperature?", model=MODEL_ON_HAND, max_output_tokens=10)
    call = page.call()
    shown = gradio_details.shown(call, "en")
    assert call.logprobs and "Log-probability" in shown[6]
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
            await page.flights.stop(session_name(page.visitor))
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


def test_stop_is_heard_as_soon_as_its_icon_is_there(tmp_path: Path) -> None:
    with emulators.start(["qianfan"], tokens_per_second=20) as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        page = make_page(desk)

        async def stopped_at_once() -> None:
            asked = page.respond("Hello", [], page.tab, *page.settings(model=SPEED), None)
            async for page.history, _, box, _ in asked:
                if box.get("stop_btn"):
                    await page.flights.stop(session_name(page.visitor), 0)

        asyncio.run(stopped_at_once())
        assert "stopped" in texts(page.history)
        (call,) = desk.store.each()
        assert call.state == "cancelled"
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


def test_a_key_that_is_not_taken_leads_to_ones_own(tmp_path: Path) -> None:
    with emulators.start(["qianfan"], fault="expired_token") as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        page = make_page(desk)
        assert "Keys of your own" in str(page.ask("Hello"))
        desk.close()


def test_of_an_answer_without_end_the_beginning_is_drawn_and_all_is_on_record(
    tmp_path: Path,
) -> None:
    with emulators.start(["qianfan"], fault="endless", tokens_per_second=200) as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        page = make_page(desk)
        shown = texts(page.ask("Hello"))
        assert "Only the first 300,000 characters are shown here." in shown
        assert 300_000 < len(shown) < 302_000
        (call,) = desk.store.each()
        assert len(call.text) > 1_000_000 and call.text[:300_000] in shown
        desk.close()


def test_the_knobs_are_those_the_model_takes(desk: wiring.Desk, page: Page) -> None:
    panel = page.sidebar.chat.panel
    asked = [model for _, _, model in desk.catalogue if "text" in model.inputs]
    assert set(panel.names) == {spec.name for model in asked for spec in model.params}
    for model in asked:
        knobs_ = Fitted(page, model)
        for name in panel.names:
            spec = model.param(name)
            assert knobs_.columns[name]["visible"] is (spec is not None)
            if spec is not None:
                assert spec.wire_name in knobs_.captions[name]
            assert (f"`{name}`" in knobs_.not_taken) is (spec is None)


class Fitted:
    """The updates of the knobs for a model, by parameter."""

    def __init__(self, page: Page, model: Any, **sent: Any) -> None:
        panel = page.sidebar.chat.panel
        arrived = page.settings(**sent)[5:]
        updates = gradio_knobs.fitted(panel, model, "en", arrived)
        count = len(panel.names)
        groups = [updates[start : start + count] for start in range(0, 4 * count, count)]
        self.columns, self.switches, self.values, self.captions = (
            dict(zip(panel.names, group, strict=True)) for group in groups
        )
        self.not_taken = "".join(updates[4 * count :])


def test_a_value_to_be_sent_is_never_moved_in_silence(desk: wiring.Desk, page: Page) -> None:
    model = desk.catalogue.find(SPEED)[1]
    fitted = Fitted(page, model, temperature=1.7)
    # Not even set anew: it may have been changed again while this was on its way.
    assert "value" not in fitted.values["temperature"]
    assert fitted.values["temperature"]["maximum"] == 1.7
    assert fitted.values["top_p"]["value"] == 0.7, "not sent: shows the default"
    trouble, _, account, _ = page.before(temperature=1.7)
    assert "1.7 is too large" in trouble["value"] and "out of range" in account


def test_what_is_switched_on_stays_in_sight(desk: wiring.Desk, page: Page) -> None:
    """Also for a model that does not take it: it waits, with the reason, and can be put off."""
    model = desk.catalogue.find(SPEED)[1]
    fitted = Fitted(page, model, top_k=7, thinking="auto", web_search=True)
    assert fitted.columns["top_k"]["visible"] and "not sent" in fitted.captions["top_k"]
    assert fitted.values["top_k"]["interactive"] is False and "value" not in fitted.values["top_k"]
    assert fitted.switches["top_k"]["interactive"] is True
    assert "auto" in fitted.values["thinking"]["choices"]
    assert "`top_k`" not in fitted.not_taken and "`min_p`" in fitted.not_taken
    heading = page.before(thinking="auto", web_search=True)[3]["label"]
    assert heading == "More parameters · 2 of them sent"


@pytest.mark.parametrize(
    ("model", "setting", "sent"),
    [
        ("dashscope/qwen-plus", {"enable_thinking": True}, {"enable_thinking": True}),
        ("dashscope/qwen-plus", {"enable_thinking": False}, {"enable_thinking": False}),
        ("openai/gpt-5", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}),
        ("openai/gpt-5", {"user_id": "reader 7"}, {"user": "reader 7"}),
        (
            "openai/gpt-5",
            {"tools": '[{"type": "function", "function": {"name": "now"}}]'},
            {"tools": [{"type": "function", "function": {"name": "now"}}]},
        ),
    ],
)
def test_knobs_of_every_kind_reach_the_wire(
    page: Page, model: str, setting: dict[str, Any], sent: dict[str, Any]
) -> None:
    page.ask("Hello", model=model, **setting)
    wire = page.call().wire
    assert wire is not None and {name: wire.body.get(name) for name in sent} == sent


@pytest.mark.parametrize(
    "setting", [{"tools": "[{"}, {"reasoning_effort": "utmost"}, {"reasoning_effort": None}]
)
def test_values_of_the_wrong_kind_are_refused_in_a_sentence(
    page: Page, setting: dict[str, Any]
) -> None:
    said = texts(page.ask("Hello", model="openai/gpt-5", **setting))
    assert page.call().state == "refused" and next(iter(setting)) in said


def test_obstacles_are_named_before_sending(desk: wiring.Desk, page: Page) -> None:
    assert "没有模型" in page.before(model="nobody/x", lang="zh")[0]["value"]
    assert page.before(lang="zh", system="你是猫")[0]["visible"] is False
    for name, _, model in desk.catalogue:
        if model.inputs == {"text"}:
            trouble = page.before(model=name, system="You are a cat")[0]["visible"]
            assert trouble is not model.takes_system


def test_too_long_a_conversation_is_told_before_sending_and_cut_by_choice(page: Page) -> None:
    page.ask("First question " + "x" * 9000, max_output_tokens=5)
    page.ask("Second question " + "y" * 9000, max_output_tokens=5)
    third = "Third question " + "z" * 9000
    trouble, left_out, *_ = page.before(third)
    assert "leave out the oldest turns" in trouble["value"] and not left_out["visible"]
    trouble, left_out, *_ = page.before(third, overflow="drop oldest")
    assert not trouble["visible"]
    assert "First question" in left_out["value"] and "Second" not in left_out["value"]
    page.ask(third, overflow="drop oldest", max_output_tokens=5)
    wire = page.call().wire
    assert wire is not None
    asked = [turn["content"][:6] for turn in wire.body["messages"] if turn["role"] == "user"]
    assert asked == ["Second", "Third "]
    assert "2 oldest messages left out" in texts(page.history)


def test_presets_set_switches_and_values(desk: wiring.Desk, page: Page) -> None:
    model = desk.catalogue.find(SPEED)[1]
    panel = page.sidebar.chat.panel
    count = len(panel.names)
    for values, on in ((knobs.neutral_values, True), (knobs.default_values, False)):
        updates = gradio_knobs.preset(panel, model, "en", values(model))
        assert updates[count + panel.names.index("temperature")]["value"] is on
        # Also those that are not drawn for the model: nothing unseen stays switched on.
        assert updates[count + panel.names.index("top_k")]["value"] is False


@pytest.fixture
def png(tmp_path: Path) -> Path:
    path = tmp_path / "猫 cat.png"
    path.write_bytes(picture())
    return path


def test_a_picture_goes_with_its_question_and_with_later_ones(page: Page, png: Path) -> None:
    turns = page.ask("What is this?", model=SEES, picture=png, max_output_tokens=5)
    assert page.picture[0] is None, "taken from the box at once"
    assert "猫 cat.png" in texts(turns)
    page.ask("And what else?", model=SEES, max_output_tokens=5)
    first, _, last = page.call().messages
    assert first.attachments[0].data == png.read_bytes() and not last.attachments
    wire = page.call().wire
    assert wire is not None and "image/png" in str(wire.body["messages"][0])


def test_the_service_receives_the_file_as_it_is(tmp_path: Path, png: Path) -> None:
    received: list[dict[str, Any]] = []
    with emulators.start(["dashscope"], log=received.append, tokens_per_second=500) as running:
        desk = wiring.Desk(
            {"TUNEDESK_DB": f"sqlite:///{tmp_path}/s.db", **running.environment, **running.keys}
        )
        make_page(desk).ask("What is this?", model=SEES, picture=png, max_output_tokens=5)
        desk.close()
    parts = received[-1]["body"]["messages"][-1]["content"]
    url = next(part["image_url"]["url"] for part in parts if part["type"] == "image_url")
    assert base64.b64decode(url.partition(",")[2]) == png.read_bytes()


def test_a_picture_that_was_not_sent_waits(page: Page, png: Path) -> None:
    assert "takes no pictures" in page.before("What is this?", png)[0]["value"]
    assert page.before("What is this?", png, model=SEES)[0]["visible"] is False
    assert "takes no pictures" in texts(page.ask("What is this?", picture=png))
    assert page.picture[-1] == str(png)


def test_a_question_is_asked_again_with_its_picture(page: Page, png: Path) -> None:
    page.ask("What is this?", model=SEES, picture=png, max_output_tokens=5)
    with gr.Blocks():
        box = gradio_picture.picture_box()
    kept = gradio_picture.put_back(box, page.history, page.store.find, session_name(page.visitor))
    assert Path(kept).read_bytes() == png.read_bytes() and Path(kept).name == png.name
    stranger = gradio_picture.put_back(box, page.history, page.store.find, "tab-2")
    page.ask("And without?", model=SEES, max_output_tokens=5)
    without = gradio_picture.put_back(
        box, page.history, page.store.find, session_name(page.visitor)
    )
    assert stranger == without == gr.skip()


async def read(
    desk: wiring.Desk, kind: Any, path: Path, reader: str, after: float | None = None
) -> list[list[Any]]:
    """What the page is given while a file is read; with `after`, Stop is pressed so much later."""
    reading = Reading(desk.client.start, desk.catalogue, Flights(), Hall().asking)
    tab: Any = SimpleNamespace(session_hash="tab-1", headers={}, client=None)

    async def stop() -> None:
        if after is not None:
            await asyncio.sleep(after)
            await reading.end(tab)

    stopping = asyncio.create_task(stop())
    updates = [update async for update in reading(kind)(str(path), "en", reader, tab)]
    await stopping
    return updates


def test_a_recording_becomes_text_for_the_box(desk: wiring.Desk, tmp_path: Path) -> None:
    path = tmp_path / "note.wav"
    path.write_bytes(sound(1.2))
    updates = asyncio.run(read(desk, "audio", path, "iat/zh_cn"))
    said, stop, _, text, kept = updates[-1]
    assert text and gradio_reading.landed("Typed before", text)[0] == f"Typed before\n{text}"
    assert "Recognised" in said["value"] and "emulated" in said["value"]
    assert stop["visible"] is False and kept == gr.skip()
    assert updates[0][1]["visible"] is True and "Recognising" in updates[0][0]["value"]
    call = next(call for call in desk.store.each() if call.tag == "iat")
    assert call.user == session_name("tab-1") and call.text.strip() == text


def test_raw_sound_is_taken_too(desk: wiring.Desk, tmp_path: Path) -> None:
    path = tmp_path / "note.pcm"
    path.write_bytes(sound(1.0)[44:])
    assert asyncio.run(read(desk, "audio", path, "iat/en_us"))[-1][3]


def test_a_picture_is_read_and_has_then_served(desk: wiring.Desk, png: Path) -> None:
    _, _, _, text, kept = asyncio.run(read(desk, "image", png, "nobody/nothing"))[-1]
    assert text and kept is None
    assert next(call for call in desk.store.each() if call.tag == "ocr").state == "ok"


def test_listening_can_be_stopped(desk: wiring.Desk, tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(sound(20))
    began = time.monotonic()
    said, *_ = asyncio.run(read(desk, "audio", path, "iat/zh_cn", after=0.5))[-1]
    assert time.monotonic() - began < 5 and "stopped" in said["value"]


def test_what_cannot_be_read_is_a_sentence(desk: wiring.Desk, tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_bytes(b"no picture at all")
    said, stop, button, text, _ = asyncio.run(read(desk, "image", path, "ocr/x"))[-1]
    assert "cannot be read" in said["value"] and not text
    assert stop["visible"] is False and button["interactive"] is True
    gone = asyncio.run(read(desk, "image", tmp_path / "gone.png", "ocr/x"))[-1]
    assert "Tunedesk itself failed" in gone[0]["value"]


def test_a_service_is_asked_for_its_models(desk: wiring.Desk, page: Page) -> None:
    models = page.sidebar.chat.models
    *_, last = models._discover("en", "ollama/qwen3:8b", [], page.tab)
    _, told, listed, found = last
    served = desk.client.served("ollama")
    assert f"{len(served)} models" in told["value"]
    assert found and all(name.startswith("ollama/") for name in found)
    assert {value for _, value in listed["choices"]} >= set(found)
    page.ask("Hello", model=found[0], max_output_tokens=5)
    assert f"ollama/{page.call().model}" == found[0] and page.call().text
    assert models.described("qianfan/ernie-speed-8k", "en")[1]["visible"] is True
    assert models.described("spark/generalv3.5", "en")[1]["visible"] is False
    refused = list(models._discover("zh", "spark/generalv3.5", found, page.tab))[-1]
    assert "不提供模型列表" in refused[1]["value"] and refused[3] == found


def test_what_the_provider_reports_is_shown() -> None:
    asks = ToolCall(0, "now", '{"zone": "```"}')
    reported = dataclasses.replace(
        some_call(), tool_calls=(asks,), extras={"need_clear_history": True, "ban_round": 2}
    )
    said = texts(gradio_chat.finished(reported, "en"))
    assert "turn 2" in said and "Start a new chat" in said
    assert "````\nnow(" in said and "No answer" not in said
    assert gradio_details.shown(reported, "en")[7]["visible"] is True
    assert "ban_round" in gradio_details.shown(reported, "en")[8]
    assert gradio_details.shown(some_call(), "en")[7]["visible"] is False
    assert "No answer" in texts(gradio_chat.finished(some_call(), "en"))


def some_call() -> Call:
    return Call("1", 1, None, datetime.now(UTC), "qianfan-v1", "completions", True, "ok")


def test_cells_are_text() -> None:
    table = gradio_details.table_html([{"a": '<img src=x onerror="alert(1)">', "b": None}])
    assert "<img" not in table and "&lt;img" in table
    assert gradio_details.table_html([]) == ""


def test_usage_at_a_glance(desk: wiring.Desk, page: Page) -> None:
    page.ask("Hello", max_output_tokens=5)
    cards, empty, *rest = gradio_usage.drawn(ui_gradio.glance(desk, "zh"), "zh")
    assert t("kind_emulated", "zh") in cards and empty["visible"] is False
    tokens, left, latest = rest[1], rest[3], rest[-1]
    assert tokens["value"] is not None and left["value"] is not None
    assert "Hello" in latest["value"] and "(模拟)" in latest["value"]


def test_a_count_that_no_provider_made_says_so(desk: wiring.Desk) -> None:
    counted = (Usage(1009, 1018, 2027), Usage(2009, 2018, 4027, source="estimate"))
    desk.store.take_over(
        [replace(some_call(), id=f"{n}" * 32, usage=usage) for n, usage in enumerate(counted)]
    )
    latest = gradio_usage.drawn(ui_gradio.glance(desk, "en"), "en")[-1]["value"]
    assert "≈2,009" in latest and "≈2,018" in latest
    assert "1,009" in latest and "≈1,009" not in latest


def test_usage_at_a_glance_of_nothing(tmp_path: Path) -> None:
    desk = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path}/empty.db"})
    cards, empty, *rest = gradio_usage.drawn(ui_gradio.glance(desk, "en"), "en")
    desk.close()
    assert cards == "" and empty["value"] == t("usage_empty", "en")
    assert not any(each["visible"] for each in rest)


def test_the_page_over_http(desk: wiring.Desk, png: Path) -> None:
    """The language is decided before Gradio's bundle, and the API answers as the page does."""
    with served(ui_gradio.gated(desk, Policy())) as address:
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
        client.predict(
            message="What is this?", model=SEES, picture=handle_file(png), api_name="/chat"
        )
        asked = max(desk.store.each(), key=lambda call: call.started_at).messages[-1]
        assert asked.attachments[0].data == png.read_bytes()


@pytest.mark.parametrize(("lang", "words"), [("en", "Close that program"), ("zh", "关闭那个程序")])
def test_a_store_that_cannot_be_read_is_told_in_place_of_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.setattr("usage.engine._BUSY_MS", 100)
    desk = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path}/store.db"}, tokens_per_second=1000)
    page = make_page(desk)
    page.ask("你好", model=MODEL_ON_HAND)
    desk.store._engine.dispose()
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told = texts(page.ask("又问", model=MODEL_ON_HAND, lang=lang))
        other.execute("ROLLBACK")
    assert words in told
    assert texts(page.ask("再问", model=MODEL_ON_HAND))
    desk.close()


def test_what_gradio_keeps_of_a_page_is_let_go_when_the_page_has_gone(
    desk: wiring.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradio_sessions, "GRACE", 0.1)
    built: list[gr.Blocks] = []
    build = ui_gradio.build

    def kept(*given: Any) -> gr.Blocks:
        built.append(build(*given))
        return built[-1]

    monkeypatch.setattr(ui_gradio, "build", kept)
    with served(ui_gradio.gated(desk, Policy())) as address:
        holder: Any = built[0].state_holder
        assert holder.capacity == gradio_sessions.MOST
        with closing(GradioVisitor(address, MODEL_ON_HAND)) as visitor:
            visitor.open()
            visitor.ask("hi")
            visitor.finish()
            assert visitor._session in holder
        deadline = time.monotonic() + 20
        while visitor._session in holder or visitor._session in holder.time_last_used:
            assert time.monotonic() < deadline, "its state is still there"
            time.sleep(0.02)
