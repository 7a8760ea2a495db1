"""Keys of one's own on the pages: read once, held in memory alone, gone with their visitor."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from streamlit.runtime.state.session_state import SessionState
from streamlit.testing.v1 import AppTest

import wiring
from panels.gradio_flights import Flights
from panels.gradio_keys import KeyPanel
from panels.own_keys import own_keys
from panels.streamlit_visitor import Visitor

ENTRY = str(Path(__file__).resolve().parents[1] / "ui_streamlit.py")
KEY = "fake-typed-key-0123456789-abcdef"
FIELD = "DEEPSEEK_API_KEY"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Desk]:
    made = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"})
    monkeypatch.setattr(wiring, "desk", lambda: made)
    yield made
    made.close()


def opened(lang: str = "en", page: str = "") -> AppTest:
    app = AppTest.from_file(ENTRY, default_timeout=60)
    app.query_params["lang"] = lang
    app.query_params["model"] = "deepseek/deepseek-chat"
    return app.run()


def typed(app: AppTest, key: str, word: str = "Keep") -> AppTest:
    [box] = [each for each in app.text_input if each.label == FIELD]
    box.set_value(key)
    [save] = [each for each in app.button if each.label == word]
    return save.click().run()


def held(app: AppTest) -> str:
    """All that the session's state holds, as text."""
    state: Any = app.session_state
    while not isinstance(state, SessionState):
        state = object.__getattribute__(state, "_state")
    parts = (state._new_session_state, state._old_state, state._new_widget_state.states)
    return repr([dict(part) for part in parts])


@pytest.mark.parametrize(
    ("lang", "save", "kept"), [("en", "Keep", "Kept,"), ("zh", "保存", "已保存")]
)
def test_streamlit_reads_a_key_once_and_its_state_never_has_it_again(
    desk: wiring.Desk, lang: str, save: str, kept: str
) -> None:
    app = typed(opened(lang), KEY, save)
    assert not app.exception
    said = "\n".join(each.value for each in app.caption)
    assert kept in said and f"{FIELD} ***cdef" in said
    assert KEY not in held(app) and KEY not in str(app.query_params)
    assert [each.value for each in app.text_input if each.label == FIELD] == [""]
    visitor: Visitor = app.session_state["visitor"]
    assert not desk.emulated("deepseek", visitor.name)
    assert KEY not in held(app.run())


def test_streamlit_tells_what_cannot_be_a_key_and_forgets_on_demand(desk: wiring.Desk) -> None:
    app = typed(opened(), f"{KEY} with spaces")
    assert any("holds characters that no key has" in each.value for each in app.caption)
    assert KEY not in held(app)
    app = typed(app, KEY)
    [forget] = [each for each in app.button if each.label == "Forget"]
    app = forget.click().run()
    assert any("Forgotten" in each.value for each in app.caption)
    assert desk.emulated("deepseek", app.session_state["visitor"].name)


def test_a_visitor_who_does_not_come_back_leaves_no_key(desk: wiring.Desk) -> None:
    provider = desk.catalogue.providers["deepseek"]
    for name in ("streamlit", "gradio"):
        desk.typed.keep(name, provider, {FIELD: KEY})
    Visitor("streamlit", desk.typed).stop()

    async def left() -> None:
        flights = Flights(grace=0.05, gone=desk.typed.forget)
        flights.arrive("gradio", "page")
        await flights.leave("page")
        for _ in range(200):
            if not desk.typed.of("gradio", provider):
                break
            await asyncio.sleep(0.02)

    asyncio.run(left())
    assert not any(desk.typed.of(name, provider) for name in ("streamlit", "gradio"))


def test_gradio_shows_the_fields_of_the_chosen_model_s_provider(desk: wiring.Desk) -> None:
    panel = KeyPanel(own_keys(desk))
    with gr.Blocks():
        panel.draw()
    provider, about, *boxes = panel._opened("en", "qianfan/ernie-speed-8k")
    assert provider["value"] == "qianfan" and "https://qianfan.baidubce.com" in about
    labels = [box["label"] for box in boxes if box["visible"]]
    assert labels == ["QIANFAN_BEARER_TOKEN", "QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY"]
    _, about, *boxes = panel._opened("zh", "no-such/model")
    assert "需要" in about and any(box["visible"] for box in boxes)
    nobody: Any = SimpleNamespace(headers={}, client=None, session_hash="s")
    assert panel._forget("zh", "no-such", nobody) == "已忘记。"
    assert all(box["__type__"] == "update" for box in panel._shown("en", "no-such"))
