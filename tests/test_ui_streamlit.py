"""The Streamlit pages without a browser: what reaches the wire, what is said, what is kept."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from backends import CATALOGUE, Call
from panels.words import WORDS, pick, t

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
SPEED, NGRAM = "qianfan/ernie-speed-8k", "handbook/ngram"
TOO_LONG = "长" * 25_000

Open = Callable[..., AppTest]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Desk]:
    made = wiring.Desk(
        {"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"}, tokens_per_second=1000
    )
    monkeypatch.setattr(wiring, "desk", lambda: made)
    yield made
    made.close()


@pytest.fixture
def page(desk: wiring.Desk) -> Open:
    def opened(model: str = NGRAM, lang: str = "en") -> AppTest:
        app = AppTest.from_file(ENTRY, default_timeout=30)
        app.query_params["model"] = model
        app.query_params["lang"] = lang
        return run(app)

    return opened


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def ask(app: AppTest, question: str) -> None:
    app.chat_input[0].set_value(question)
    run(app)


def calls(desk: wiring.Desk) -> list[Call]:
    return list(desk.store.each())


def sent(call: Call) -> dict[str, Any]:
    return {trace.name: trace.sent for trace in call.params if trace.outcome == "sent"}


def value_widget(app: AppTest, name: str) -> Any:
    widgets = [*app.slider, *app.number_input, *app.text_area]
    return next(each for each in widgets if (each.key or "").startswith(f"value-{name}"))


def turn(app: AppTest, name: str, value: Any) -> None:
    value_widget(app, name).set_value(value)
    run(app)


def texts(app: AppTest) -> str:
    return "\n".join(
        str(each.value)
        for kind in (app.markdown, app.caption, app.warning, app.info, app.error, app.header)
        for each in kind
    )


def test_a_question_is_answered_and_on_record(page: Open, desk: wiring.Desk) -> None:
    app = page()
    ask(app, "What is temperature?")
    (call,) = calls(desk)
    assert call.state in ("ok", "length")
    assert call.tag == "chat"
    assert len(call.user or "") == 16
    shown = texts(app)
    assert "What is temperature?" in shown
    assert "tokens" in shown
    assert f"{NGRAM} ·" in shown


def test_values_that_were_set_reach_the_wire_and_others_do_not(
    page: Open, desk: wiring.Desk
) -> None:
    app = page()
    turn(app, "temperature", 0.3)
    turn(app, "max_output_tokens", 20)
    turn(app, "seed", 7)
    turn(app, "stop", "###\n，")
    ask(app, "温度是什么？")
    assert sent(calls(desk)[0]) == {
        "temperature": 0.3,
        "max_output_tokens": 20,
        "seed": 7,
        "stop": ["###", "，"],
    }


def test_the_send_switch_is_apart_from_the_value(page: Open, desk: wiring.Desk) -> None:
    app = page()
    turn(app, "temperature", 0.3)
    assert app.toggle(key="send-temperature").value
    app.toggle(key="send-temperature").set_value(False)
    run(app)
    assert value_widget(app, "temperature").value == 0.3
    ask(app, "温度是什么？")
    assert sent(calls(desk)[0]) == {}


def test_neutral_sends_what_does_nothing_and_defaults_send_nothing(
    page: Open, desk: wiring.Desk
) -> None:
    app = page()
    app.button(key="neutral").click()
    run(app)
    ask(app, "温度是什么？")
    app.button(key="defaults").click()
    run(app)
    ask(app, "温度是什么？")
    first, second = calls(desk)
    assert sent(first)["temperature"] == 1.0
    assert sent(first)["frequency_penalty"] == 0.0
    assert "seed" not in sent(first)
    assert sent(second) == {}


def test_every_knob_is_drawn_and_one_not_taken_is_disabled_with_the_reason(page: Open) -> None:
    app = page(SPEED)
    for name in CATALOGUE:
        assert value_widget(app, name) is not None
    assert value_widget(app, "top_k").disabled
    assert app.toggle(key="send-top_k").disabled
    assert "This model has no such parameter" in texts(app)


def test_a_value_outside_the_next_models_range_is_kept_said_and_refused(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(NGRAM)
    turn(app, "temperature", 1.8)
    app.selectbox(key="model").set_value(SPEED)
    run(app)
    assert value_widget(app, "temperature").value == 1.8
    assert "temperature = 1.8 is too large. Choose a value in (0, 1]," in app.warning[0].value
    ask(app, "温度是什么？")
    (call,) = calls(desk)
    assert call.state == "refused"
    assert [trace.outcome for trace in call.params if trace.name == "temperature"] == [
        "out of range"
    ]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("zh", "请缩短问题或开始新对话"), ("en", "Shorten the question or start a new chat")],
)
def test_a_refusal_is_a_sentence_in_the_language_and_the_question_stays(
    page: Open, lang: str, sentence: str
) -> None:
    app = page(NGRAM, lang)
    ask(app, TOO_LONG)
    assert sentence in app.warning[0].value
    assert TOO_LONG in texts(app)
    assert "Traceback" not in texts(app)


def test_a_failed_turn_is_not_sent_with_later_questions(page: Open, desk: wiring.Desk) -> None:
    app = page()
    ask(app, "温度是什么？")
    ask(app, TOO_LONG)
    ask(app, "top_p 是什么？")
    first, failed, last = calls(desk)
    assert failed.state == "refused"
    assert [(each.role, each.content) for each in last.messages] == [
        ("user", "温度是什么？"),
        ("assistant", first.text),
        ("user", "top_p 是什么？"),
    ]


def test_retry_undo_edit_and_new_chat(page: Open, desk: wiring.Desk) -> None:
    app = page()
    ask(app, "温度是什么？")
    app.button(key="do-retry").click()
    run(app)
    assert [call.messages[-1].content for call in calls(desk)] == ["温度是什么？"] * 2
    assert len(calls(desk)[1].messages) == 1
    app.button(key="do-edit").click()
    run(app)
    editor = next(each for each in app.text_area if (each.key or "").startswith("edit-"))
    editor.set_value("种子是什么？")
    app.button(key="edit-send").click()
    run(app)
    assert calls(desk)[2].messages[-1].content == "种子是什么？"
    assert len(calls(desk)[2].messages) == 1
    app.button(key="do-undo").click()
    run(app)
    assert not app.chat_message
    assert app.session_state["talk"].turns == []
    ask(app, "温度是什么？")
    app.button(key="do-new_chat").click()
    run(app)
    assert not app.chat_message


def test_a_persona_goes_along(page: Open, desk: wiring.Desk) -> None:
    app = page(SPEED)
    app.selectbox(key="persona").set_value("concise")
    run(app)
    text = app.text_area(key="persona-text").value or ""
    assert "few words" in text
    ask(app, "温度是什么？")
    assert calls(desk)[0].system == text


def test_details_hold_account_request_code_and_why(page: Open) -> None:
    app = page()
    turn(app, "temperature", 0.3)
    ask(app, "温度是什么？")
    assert {each.label for each in app.expander} == {"What will be sent", "Details"}
    turn_key = app.session_state["talk"].turns[0].key
    app.session_state[f"details-{turn_key}"] = True
    run(app)
    assert [each.label for each in app.tabs] == [
        "Parameter account",
        "Wire request",
        "curl",
        "Python",
        "Why this word",
    ]
    assert "temperature = 0.3" in texts(app)
    assert any("desk.py" in each.value for each in app.code)


def test_settings_survive_a_change_of_page(page: Open, desk: wiring.Desk) -> None:
    app = page()
    turn(app, "temperature", 0.3)
    app.selectbox(key="persona").set_value("concise")
    run(app)
    app.switch_page("pages/usage.py")
    run(app)
    app.switch_page("pages/chat.py")
    run(app)
    assert value_widget(app, "temperature").value == 0.3
    assert app.selectbox(key="model").value == NGRAM
    assert "few words" in (app.text_area(key="persona-text").value or "")


def test_a_link_to_an_unknown_model_says_so(page: Open) -> None:
    app = page("nowhere/nothing")
    assert "There is no model" in app.warning[0].value
    assert app.selectbox(key="model").value == SPEED


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_usage_page_without_calls(page: Open, lang: Any) -> None:
    app = page(NGRAM, lang)
    app.switch_page("pages/usage.py")
    run(app)
    assert app.info[0].value == t("usage_empty", lang)


def test_the_usage_page_keeps_real_and_emulated_apart(page: Open, desk: wiring.Desk) -> None:
    app = page(NGRAM)
    ask(app, "温度是什么？")
    app.selectbox(key="model").set_value(SPEED)
    run(app)
    ask(app, "温度是什么？")
    ask(app, TOO_LONG)
    app.switch_page("pages/usage.py")
    run(app)
    cards = [(each.label, each.value) for each in app.metric]
    assert cards[0] == ("Calls", "2")  # emulated
    assert cards[3] == ("Not successful", "1")
    assert cards[5] == ("Calls", "1")  # built-in
    table = app.dataframe[0].value
    assert list(table["Source"]) == ["Emulated", "Emulated", "Built-in"]
    assert list(table["State"]) == ["not sent", "ok", "ok"]
    app.selectbox(key="usage-kind").set_value("live")
    run(app)
    assert app.info[0].value == t("usage_nothing_matches", "en")


def test_a_call_opened_from_the_table_shows_its_record(page: Open, desk: wiring.Desk) -> None:
    app = page(SPEED)
    ask(app, "温度是什么？")
    (call,) = calls(desk)
    app.switch_page("pages/usage.py")
    app.session_state["opened-call"] = call.id
    run(app)
    assert call.text in [each.value for each in app.text]
    assert call.rate_limit is not None
    for name in call.rate_limit.headers:
        assert name in texts(app)


def test_a_store_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "store.db").write_text("not a database " * 100)
    monkeypatch.setattr(
        wiring, "desk", lambda: wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"})
    )
    app = AppTest.from_file(ENTRY, default_timeout=30)
    run(app)
    assert len(app.error) == 1
    assert not app.chat_input


def test_no_text_on_the_chinese_page_is_left_in_english(page: Open) -> None:
    app = page(SPEED, "zh")
    shown = texts(app)
    for key, words in WORDS.items():
        if words.zh != words.en and len(words.en) > 12 and "{" not in words.en:
            assert pick(words, "en") not in shown, key


def test_what_the_pages_rely_on_is_configured() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["runner"]["fastReruns"] is False
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"
    assert config["client"]["showErrorDetails"] == "none"


def test_the_chat_page_stays_light() -> None:
    code = (
        "import sys; from panels import streamlit_chat, streamlit_sidebar; "
        "print([m for m in ('pandas', 'numpy', 'gradio') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
