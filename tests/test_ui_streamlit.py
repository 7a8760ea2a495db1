"""The Streamlit pages without a browser: what reaches the wire, what is said, what is kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from backends import CATALOGUE, Attachment, Call
from panels.words import WORDS, pick, t
from tests.conftest import PICTURE, RECORDING, Rig

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
SPEED, NGRAM = "qianfan/ernie-speed-8k", "handbook/ngram"
SEES = "openai/gpt-4o"
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
def wired(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Desk]:
    """A desk whose providers are emulators that tell what they received."""
    made = wiring.Desk(
        {
            "TUNEDESK_DB": f"sqlite:///{tmp_path / 'wired.db'}",
            **rig.running.environment,
            **rig.running.keys,
        }
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
    widgets = [
        *(*app.slider, *app.number_input, *app.text_area, *app.text_input),
        *(*app.selectbox, *app.segmented_control),
    ]
    return next(each for each in widgets if (each.key or "").startswith(f"value-{name}"))


def turn(app: AppTest, name: str, value: Any) -> None:
    if name not in drawn(app):
        open_more(app)
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


def drawn(app: AppTest) -> set[str]:
    return {(each.key or "").removeprefix("send-") for each in app.toggle} & set(CATALOGUE)


def open_more(app: AppTest) -> None:
    app.session_state["more-parameters"] = True
    run(app)


def test_every_knob_is_drawn_or_named_and_those_one_tunes_stand_openly(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED)
    assert drawn(app) == {
        *("temperature", "top_p", "penalty_score", "max_output_tokens"),
        *("frequency_penalty", "presence_penalty", "seed", "stop"),
    }
    assert "This model does not take: top_k, " in texts(app)
    open_more(app)
    taken = {spec.name for spec in desk.catalogue.find(SPEED)[1].params}
    assert drawn(app) == taken
    for name in set(CATALOGUE) - taken:
        assert name in texts(app)


def test_a_knob_that_is_on_stays_with_its_reason_where_the_model_does_not_take_it(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(NGRAM)
    turn(app, "top_k", 3)
    app.selectbox(key="model").set_value(SPEED)
    run(app)
    assert value_widget(app, "top_k").disabled
    assert "This model has no such parameter" in texts(app)
    ask(app, "温度是什么？")
    assert sent(calls(desk)[0]) == {}
    app.toggle(key="send-top_k").set_value(False)
    run(app)
    assert "top_k" not in drawn(app)
    app.selectbox(key="model").set_value(NGRAM)
    run(app)
    assert "top_k" in drawn(app)


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
    [("zh", "请缩短问题、开始新对话"), ("en", "Shorten the question, start a new chat")],
)
def test_a_refusal_is_a_sentence_in_the_language_and_the_question_stays(
    page: Open, lang: str, sentence: str
) -> None:
    app = page(NGRAM, lang)
    ask(app, TOO_LONG)
    assert sentence in texts(app)
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
    app.button(key="do-undo-1").click()
    run(app)
    assert not app.chat_message
    assert app.session_state["talk"].turns == []
    ask(app, "温度是什么？")
    app.button(key="do-new_chat").click()
    run(app)
    assert not app.chat_message


def test_a_question_taken_back_stands_in_the_box_though_another_run_follows_at_once(
    page: Open,
) -> None:
    app = page()
    ask(app, "温度是什么？")
    press(app, "do-undo-1")
    # The browser may see of two drawings only the later one.
    run(app)
    assert in_box(app) == "温度是什么？"
    ask(app, "种子是什么？")
    assert not in_box(app)
    press(app, "do-undo-1")
    time.sleep(1.1)  # beyond the second in which another drawing may overtake the first
    run(app)
    assert not in_box(app), "what was typed there by now would be gone"


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
    assert {each.label for each in app.expander} == {
        *("More parameters", "Picture and voice", "What will be sent", "Details"),
    }
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


def attach(app: AppTest, question: str, attachment: Attachment) -> None:
    app.chat_input[0].upload(attachment.name, attachment.data, attachment.media_type)
    ask(app, question)


def in_box(app: AppTest) -> str:
    """What the server put into the message box."""
    return str(app.chat_input[0].proto.value)


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click()
    run(app)


def pictures_in(body: dict[str, Any]) -> list[int]:
    """How many pictures each message of an OpenAI-like body holds."""
    return [json.dumps(message["content"]).count("image_url") // 2 for message in body["messages"]]


def test_switches_choices_texts_and_json_arrive_as_what_they_are(
    page: Open, desk: wiring.Desk, wired: wiring.Desk, rig: Rig
) -> None:
    app = page(SEES)
    turn(app, "parallel_tool_calls", False)
    turn(app, "response_format", "json_object")
    turn(app, "user_id", "visitor 7")
    turn(app, "metadata", '{"purpose": "测试"}')
    assert "Sent of these: response_format, parallel_tool_calls, user_id, metadata" in texts(app), (
        "closed again or not"
    )
    ask(app, "Answer in JSON.")
    (entry,) = rig.chats()
    body = entry["body"]
    assert body["parallel_tool_calls"] is False
    assert body["response_format"] == {"type": "json_object"}
    assert body["user"] == "visitor 7"
    assert body["metadata"] == {"purpose": "测试"}


def test_json_that_is_none_is_told_before_sending(page: Open) -> None:
    app = page(SEES)
    turn(app, "tools", "[{")
    assert "tools = [{ is no JSON list or object" in texts(app).replace("\\", "")


def test_a_choice_that_the_next_model_does_not_know_is_shown_and_told(page: Open) -> None:
    app = page("openai/gpt-5")
    turn(app, "reasoning_effort", "minimal")
    app.selectbox(key="model").set_value("deepseek/deepseek-v4-pro")
    open_more(app)
    assert value_widget(app, "reasoning_effort").value == "minimal"
    assert "reasoning_effort = minimal is not one of the choices" in texts(app)


def test_a_picture_goes_with_its_question_and_with_those_that_follow(
    page: Open, desk: wiring.Desk, wired: wiring.Desk, rig: Rig
) -> None:
    app = page(SEES)
    attach(app, "What is this?", PICTURE)
    assert "with a picture: picture.png" in texts(app)
    assert app.session_state["talk"].picture is None
    ask(app, "And its colour?")
    first, second = rig.chats(least=2)
    assert pictures_in(first["body"]) == [1]
    assert pictures_in(second["body"]) == [1, 0, 0]


def test_a_picture_without_a_question_waits_for_one(page: Open, desk: wiring.Desk) -> None:
    app = page(SEES)
    attach(app, "", PICTURE)
    assert calls(desk) == []
    app.text_area(key="picture-question").set_value("What is this?")
    press(app, "picture-send")
    (call,) = calls(desk)
    assert call.messages[-1].content == "What is this?"
    assert call.messages[-1].attachments == (PICTURE,)


def test_a_model_that_takes_no_picture_is_not_asked_and_another_one_is(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED)
    attach(app, "What is this?", PICTURE)
    assert calls(desk) == []
    assert "takes no pictures" in app.warning[0].value
    assert app.text_area(key="picture-question").value == "What is this?"
    press(app, "picture-send")
    assert calls(desk) == [], "the model still takes none"
    app.selectbox(key="model").set_value(SEES)
    run(app)
    assert not app.warning
    press(app, "picture-send")
    assert calls(desk)[0].messages[-1].attachments == (PICTURE,)


def test_the_text_of_a_picture_lands_in_the_box_after_what_was_typed(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED)
    attach(app, "Translate:", PICTURE)
    app.text_area(key="picture-question").set_value("Translate this:")
    press(app, "picture-read")
    (call,) = calls(desk)
    assert (call.tag, call.provider) == ("ocr", "ocr")
    assert in_box(app) == f"Translate this:\n{call.text}"
    assert "640×480" in call.text
    assert app.session_state["talk"].picture is None
    ask(app, in_box(app))
    assert calls(desk)[1].user == call.user


def test_a_picture_can_be_removed_and_its_question_stays(page: Open, desk: wiring.Desk) -> None:
    app = page(SPEED)
    attach(app, "What is this?", PICTURE)
    press(app, "picture-remove")
    assert in_box(app) == "What is this?"
    assert not app.warning


def test_a_file_that_is_no_picture_is_told_and_breaks_nothing(
    page: Open, desk: wiring.Desk
) -> None:
    app = page("spark-image/imagev3")
    attach(app, "What is this?", Attachment(b"\x89PNG broken", "image/png", "broken.png"))
    assert "cannot be read" in app.warning[0].value
    assert calls(desk) == []


def test_retry_edit_and_undo_keep_the_picture(page: Open, desk: wiring.Desk) -> None:
    app = page(SEES)
    attach(app, "What is this?", PICTURE)
    press(app, "do-retry")
    press(app, "do-edit")
    editor = next(each for each in app.text_area if (each.key or "").startswith("edit-"))
    editor.set_value("What colour is this?")
    press(app, "edit-send")
    assert [call.messages[-1].attachments for call in calls(desk)] == [(PICTURE,)] * 3
    press(app, "do-undo-1")
    assert app.text_area(key="picture-question").value == "What colour is this?"
    press(app, "picture-send")
    assert calls(desk)[3].messages == calls(desk)[2].messages


def test_a_transcript_lands_in_the_box_after_what_was_typed(
    page: Open, desk: wiring.Desk, wired: wiring.Desk, rig: Rig
) -> None:
    app = page(SEES, "zh")
    attach(app, "请记下：", RECORDING)
    (call,) = calls(wired)
    assert (call.tag, f"{call.provider}/{call.model}") == ("iat", "iat/zh_cn")
    assert call.text
    assert in_box(app) == f"请记下：\n{call.text}"
    assert "识别完成" in texts(app)
    (entry,) = rig.chats()
    assert entry["path"] == "/v2/iat", "the recording is no question to the chosen model"


def test_dictation_speaks_the_language_of_the_page_unless_another_is_chosen(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(NGRAM, "en")
    raw = Attachment(bytes(9600), "audio/pcm", "spoken.pcm")
    attach(app, "", raw)
    app.selectbox(key="reader-audio").set_value("iat/zh_cn")
    run(app)
    attach(app, "", raw)
    assert [call.model for call in calls(desk)] == ["en_us", "zh_cn"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_recording_that_cannot_be_read_is_a_sentence_and_the_text_stays(
    page: Open, desk: wiring.Desk, lang: Any
) -> None:
    app = page(NGRAM, lang)
    attach(app, "typed", Attachment(b"RIFF nothing", "audio/wav", "broken.wav"))
    assert {"zh": "无法读取这段录音", "en": "The recording cannot be read"}[lang] in texts(app)
    assert in_box(app) == "typed"
    ask(app, "温度是什么？")
    assert "RIFF" not in texts(app)
    assert app.session_state["talk"].heard is None


def test_the_oldest_turns_are_left_out_where_that_is_chosen_and_it_is_told_before(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(NGRAM)
    limit = desk.catalogue.find(NGRAM)[1].max_input_characters
    assert limit is not None
    long = "温度" * (limit // 4)
    for question in (long, f"top_p {long}"):
        ask(app, question)
    assert [call.state for call in calls(desk)] == ["ok", "refused"]
    assert "leave out the oldest turns" in texts(app)
    app.selectbox(key="overflow").set_value("drop oldest")
    run(app)
    press(app, "do-retry")
    assert calls(desk)[2].left_out > 0
    assert len(calls(desk)[2].messages) == 1
    assert "oldest messages left out" in texts(app)
    assert "oldest messages will not be sent: “温度温度" in app.info[0].value


def test_models_that_a_service_reports_can_be_asked_in_this_session(
    page: Open, desk: wiring.Desk
) -> None:
    app = page("custom/any")
    press(app, "discover")
    assert re.search(r"reports \d+ models", texts(app))
    offered = desk.client.served("custom")
    assert {f"custom/{name}" for name in offered} <= set(app.selectbox(key="model").options)
    app.selectbox(key="model").set_value(f"custom/{offered[0]}")
    run(app)
    ask(app, "温度是什么？")
    assert calls(desk)[0].state == "ok"
    assert "discover" not in [each.key for each in page(NGRAM).button]


def test_a_service_that_does_not_answer_with_its_models_is_a_sentence(
    page: Open, desk: wiring.Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = wiring.Desk(
        {
            "TUNEDESK_DB": f"sqlite:///{tmp_path / 'nobody.db'}",
            "OPENAI_API_KEY": "fakekey0",
            "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        }
    )
    monkeypatch.setattr(wiring, "desk", lambda: nobody)
    app = page(SEES)
    press(app, "discover")
    nobody.close()
    assert len(app.warning) == 1
    assert "Traceback" not in texts(app)


def test_a_function_the_model_asks_for_is_an_answer(page: Open, desk: wiring.Desk) -> None:
    app = page(SEES)
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": {}}}
    turn(app, "tools", json.dumps([tool]))
    ask(app, "Call get_weather for Beijing.")
    (call,) = calls(desk)
    assert [asked.name for asked in call.tool_calls] == ["get_weather"]
    assert any(each.value.startswith("get_weather(") for each in app.code)
    assert "The model asks for a function" in texts(app)
    assert t("no_answer", "en") not in texts(app)


def test_a_history_the_provider_wants_cleared_is_said_and_reported(
    page: Open, desk: wiring.Desk, wired: wiring.Desk, rig: Rig
) -> None:
    rig.running.fault = "content_filter"
    app = page("qianfan-v1/ernie-speed-pro-128k")
    ask(app, "温度是什么？")
    assert any("Start a new chat" in each.value for each in app.warning)
    turn_key = app.session_state["talk"].turns[0].key
    app.session_state[f"details-{turn_key}"] = True
    run(app)
    assert "Reported besides" in [each.label for each in app.tabs]
    assert any("need_clear_history" in each.value for each in app.code)


def test_a_key_that_is_not_taken_leads_to_ones_own(
    page: Open, wired: wiring.Desk, rig: Rig
) -> None:
    rig.running.fault = "token_refused"
    app = page("qianfan-v1/ernie-speed-8k", "zh")
    ask(app, "温度是什么？")
    (call,) = calls(wired)
    assert call.error is not None and call.error.kind == "Authentication"
    assert any("自带密钥" in each.value for each in app.warning)


def test_of_an_answer_without_end_the_beginning_is_drawn_and_all_is_on_record(
    page: Open, wired: wiring.Desk, rig: Rig
) -> None:
    rig.running.fault = "endless"
    app = page(SPEED)
    ask(app, "温度是什么？")
    shown = texts(app)
    assert "Only the first 300,000 characters are shown here." in shown
    assert 300_000 < len(shown) < 305_000
    (call,) = calls(wired)
    assert len(call.text) > 1_000_000 and call.text[:300_000] in shown


def test_the_models_page_says_above_each_column_what_is_not_honoured(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(NGRAM)
    turn(app, "temperature", 1.5)
    app.switch_page("pages/models.py")
    run(app)
    app.multiselect(key="compared-models").set_value([SPEED, NGRAM])
    run(app)
    app.multiselect(key="compared-settings").set_value(["temperature", "top_k"])
    run(app)
    value = next(each for each in app.slider if "value-top_k" in str(each.key))
    value.set_value(3)
    run(app)
    head, _, *rows = app.markdown[0].value.splitlines()
    assert ":orange-badge[Not honoured] temperature, top_k" in head
    assert ":green-badge[All honoured]" in head
    assert rows[0].startswith("| `temperature` | :orange-badge[out of range]")
    assert rows[0].endswith("| temperature = 1.5 |")
    assert rows[1].endswith("| top_k = 3 |")
    assert app.query_params["models"] == f"{SPEED},{NGRAM}"
    assert calls(desk) == []


def test_a_link_opens_the_models_page_with_its_models(desk: wiring.Desk) -> None:
    app = AppTest.from_file(ENTRY, default_timeout=30)
    app.query_params["models"] = f"{NGRAM},nowhere/nothing,{SEES}"
    app.query_params["lang"] = "zh"
    run(app)
    app.switch_page("pages/models.py")
    app.query_params["models"] = f"{NGRAM},nowhere/nothing,{SEES}"
    run(app)
    assert app.multiselect(key="compared-models").value == [NGRAM, SEES]
    assert app.info[0].value == t("models_none", "zh")


def test_a_setting_that_was_only_switched_on_is_the_same_on_both_pages(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED)
    app.toggle(key="send-temperature").set_value(True)
    run(app)
    app.switch_page("pages/models.py")
    run(app)
    assert "| temperature = 0.95 |" in app.markdown[0].value
    app.multiselect(key="compared-settings").set_value(["temperature", "seed"])
    run(app)
    app.switch_page("pages/chat.py")
    run(app)
    ask(app, "温度是什么？")
    assert sent(calls(desk)[0]) == {"temperature": 0.95, "seed": 1}


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
        "import sys; from panels import streamlit_box, streamlit_chat, streamlit_sidebar; "
        "print([m for m in ('pandas', 'numpy', 'gradio') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
