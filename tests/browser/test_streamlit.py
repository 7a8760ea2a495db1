"""The newcomer's path through the Streamlit app, in a real browser and both languages."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from panels.streamlit_tab import GRACE
from tests.browser.acts import sticks_out
from tests.browser.conftest import ROOT, Serve, Visit
from tests.conftest import picture, sound

QUESTION = {"zh": "温度和 top_p 有什么区别？", "en": "How do temperature and top_p differ?"}
WORD = {
    "zh": {
        "usage": "用量",
        "chat": "对话",
        "details": "详情",
        "stop": "停止",
        "retry": "重试",
        "account": "参数账目",
        "emulated": "模拟",
        "stopped": "已停止",
    },
    "en": {
        "usage": "Usage",
        "chat": "Chat",
        "details": "Details",
        "stop": "Stop",
        "retry": "Retry",
        "account": "Parameter account",
        "emulated": "emulated",
        "stopped": "stopped",
    },
}


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve("streamlit")


def box(page: Page) -> Locator:
    return page.get_by_test_id("stChatInputTextArea")


def ask(page: Page, question: str) -> None:
    expect(box(page)).to_be_enabled()
    box(page).fill(question)
    box(page).press("Enter")


def paste(page: Page, data: bytes) -> None:
    """Paste a picture into the message box, as after a screenshot."""
    box(page).evaluate(
        """(element, text) => {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            const held = new DataTransfer();
            held.items.add(new File([bytes], "image.png", {type: "image/png"}));
            const given = {clipboardData: held, bubbles: true, cancelable: true};
            element.dispatchEvent(new ClipboardEvent("paste", given));
        }""",
        base64.b64encode(data).decode(),
    )


def send_with(page: Page, file: str) -> None:
    """Press Enter once the file is uploaded; before, the box does not listen."""
    expect(page.get_by_test_id("stChatInput").get_by_text(file)).to_be_visible()
    expect(page.get_by_test_id("stChatInputSubmitButton")).to_be_enabled()
    box(page).press("Enter")


def answers(page: Page) -> Locator:
    return page.get_by_test_id("stChatMessage")


def wait_until_answered(page: Page, lang: str, turns: int = 1) -> None:
    """The details are drawn when an answer is complete."""
    expect(page.get_by_text(WORD[lang]["details"], exact=True)).to_have_count(turns)


def slider(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-knob-{name} input[type=range]")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_newcomers_path(visit: Visit, address: str, shots: Path, lang: str) -> None:
    words = WORD[lang]
    page = visit(address, lang)
    expect(page.get_by_text(words["emulated"], exact=True).first).to_be_visible()
    expect(box(page)).to_be_visible()
    page.screenshot(path=shots / f"streamlit-{lang}-1-start.png")

    ask(page, QUESTION[lang])
    expect(page.get_by_role("button", name=words["stop"], exact=True)).to_be_visible()
    wait_until_answered(page, lang)
    expect(answers(page).last).to_contain_text("token")

    slider(page, "temperature").focus()
    for _ in range(5):
        slider(page, "temperature").press("ArrowLeft")
    expect(page.locator(".st-key-send-temperature input")).to_be_checked()
    ask(page, QUESTION[lang])
    wait_until_answered(page, lang, 2)
    page.get_by_text(words["details"], exact=True).last.click()
    expect(page.get_by_text("temperature = 0.9", exact=True)).to_be_visible()
    page.screenshot(path=shots / f"streamlit-{lang}-2-answer.png")

    page.get_by_role("link", name=words["usage"]).click()
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.wait_for_timeout(1000)
    page.screenshot(path=shots / f"streamlit-{lang}-3-usage.png")
    page.get_by_role("link", name=words["chat"]).click()
    expect(answers(page)).to_have_count(4)


def test_a_slider_moved_while_an_answer_streams_loses_nothing(
    visit: Visit, serve: Serve, tmp_path: Path
) -> None:
    with emulator(tmp_path, "stall") as stalled:
        page = visit(serve("streamlit", **stalled.environment))
        ask(page, QUESTION["en"])
        draft = answers(page).last
        expect(draft).to_contain_text(re.compile(r"\w{3}"))
        expect(draft).not_to_contain_text("Waiting")
        page.wait_for_timeout(500)  # the stalling emulator sends three tokens
        before = draft.inner_text()
        slider(page, "top_p").focus()
        slider(page, "top_p").press("ArrowLeft")
        expect(page.locator(".st-key-send-top_p input")).to_be_checked()
        page.wait_for_timeout(1000)
        expect(answers(page).first).to_contain_text(QUESTION["en"])
        assert draft.inner_text() == before
        assert stalled.received() == []  # the one call still runs, and there is no second
        ask(page, "Meanwhile?")
        expect(box(page)).to_have_value("Meanwhile?")
        expect(answers(page)).to_have_count(2)
        assert draft.inner_text() == before
        page.get_by_role("button", name="Stop", exact=True).click()
        wait_until_answered(page, "en")
        expect(answers(page).last).to_contain_text("stopped")
        assert len(stalled.received()) == 1
        page.get_by_role("button", name="Undo").click()
        expect(box(page)).to_have_value(QUESTION["en"])
        expect(answers(page)).to_have_count(0)


def test_a_pasted_picture_waits_where_it_is_not_taken_and_goes_where_it_is(
    visit: Visit, address: str, shots: Path
) -> None:
    page = visit(f"{address}?model=qianfan/ernie-speed-8k")
    expect(box(page)).to_be_enabled()
    box(page).fill(QUESTION["en"])
    paste(page, picture())
    send_with(page, "image.png")
    expect(page.get_by_test_id("stAlert")).to_contain_text("takes no pictures")
    waiting = page.get_by_role("textbox", name="Question")
    expect(waiting).to_have_value(QUESTION["en"])
    expect(page.locator(".st-key-picture-card img")).to_be_visible()
    page.screenshot(path=shots / "streamlit-en-picture.png")

    page.get_by_role("button", name="Read its text").click()
    expect(box(page)).to_have_value(re.compile(r"640×480"))
    expect(box(page)).to_have_value(re.compile(re.escape(QUESTION["en"])))
    paste(page, picture())
    send_with(page, "image.png")
    # Of two acts at once the page might know the second first, and send it there.
    expect(page.get_by_test_id("stAlert")).to_contain_text("takes no pictures")
    page.get_by_test_id("stSidebar").get_by_role("combobox").first.fill("gpt-4o")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    page.get_by_role("button", name="Send", exact=True).click()
    wait_until_answered(page, "en")
    expect(answers(page).first).to_contain_text("with a picture: image.png")
    expect(answers(page).first.get_by_role("img")).to_be_visible()


def test_more_parameters_stay_open_while_one_sets_them(visit: Visit, address: str) -> None:
    page = visit(f"{address}?model=openai/gpt-4o")
    page.get_by_text("More parameters", exact=True).click()
    tools = page.locator(".st-key-knob-tools textarea")
    tools.fill("[]")
    tools.press("Control+Enter")
    expect(page.locator(".st-key-send-tools input")).to_be_checked()
    expect(page.get_by_text("Sent of these: tools")).to_be_visible()
    page.locator(".st-key-knob-logprobs").get_by_text("yes", exact=True).click()
    expect(page.get_by_text("Sent of these: logprobs, tools")).to_be_visible()


def test_what_is_spoken_lands_in_the_box_after_what_was_typed(
    visit: Visit, address: str, shots: Path
) -> None:
    page = visit(address, "zh")
    expect(box(page)).to_be_enabled()
    box(page).fill("请记下：")
    page.get_by_test_id("stChatInputMicButton").click()
    page.wait_for_timeout(2000)  # of speech
    page.get_by_test_id("stChatInputApproveButton").click()
    expect(page.locator(".st-key-reading")).to_contain_text("正在识别")
    expect(box(page)).to_be_disabled()
    page.screenshot(path=shots / "streamlit-zh-dictation.png")
    expect(box(page)).to_have_value(re.compile(r"请记下：\n.+"))
    expect(box(page)).to_be_enabled()
    expect(answers(page)).to_have_count(0)


def test_dictation_goes_on_under_a_moved_slider_and_stop_keeps_what_was_heard(
    visit: Visit, address: str
) -> None:
    page = visit(address)
    expect(box(page)).to_be_enabled()
    box(page).fill("Note:")
    page.get_by_test_id("stChatInput").locator("input[type=file]").first.set_input_files(
        {"name": "long.wav", "mimeType": "audio/wav", "buffer": sound(30)}
    )
    send_with(page, "long.wav")
    reading = page.locator(".st-key-reading")
    expect(reading).to_contain_text(re.compile(r"Recognising….*will meet"))
    slider(page, "top_p").focus()
    slider(page, "top_p").press("ArrowLeft")
    expect(page.locator(".st-key-send-top_p input")).to_be_checked()
    expect(reading).to_be_visible()
    pressed = time.monotonic()
    reading.get_by_role("button", name="Stop").click()
    expect(box(page)).to_have_value(re.compile(r"Note:\n\w+"))
    assert time.monotonic() - pressed < 5, "the recording lasts thirty seconds"
    expect(page.get_by_test_id("stBottom")).to_contain_text("stopped")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_models_page_compares_the_settings_of_the_chat(
    visit: Visit, address: str, shots: Path, lang: str
) -> None:
    page = visit(address, lang, scheme="dark" if lang == "zh" else "light")
    slider(page, "temperature").press("ArrowLeft")
    expect(page.locator(".st-key-send-temperature input")).to_be_checked()
    page.get_by_role("link", name={"zh": "模型", "en": "Models"}[lang]).click()
    table = page.get_by_role("table").first
    expect(table.locator("th")).to_have_count(4)
    expect(table).to_contain_text("temperature = 0.94")
    expect(table.locator("th").nth(1)).to_contain_text(
        {"zh": "全部照办", "en": "All honoured"}[lang]
    )
    page.screenshot(path=shots / f"streamlit-{lang}-models.png")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert sticks_out(page) <= 0


@pytest.mark.alone
@pytest.mark.parametrize("how", ["icon", "button", "tab", "elsewhere"])
def test_stop_ends_a_stalled_call_at_once_and_a_closed_tab_after_a_while(
    visit: Visit, serve: Serve, tmp_path: Path, how: str
) -> None:
    with emulator(tmp_path, "stall") as stalled:
        page = visit(serve("streamlit", **stalled.environment))
        ask(page, QUESTION["en"])
        expect(answers(page).last).not_to_contain_text("Waiting")
        page.wait_for_timeout(500)
        if how == "elsewhere":
            page.get_by_role("link", name="Usage").click()
            expect(page.get_by_test_id("stMetric").first).to_be_visible()
            page.wait_for_timeout(1500)  # until the charts are drawn, so that the browser is idle
            assert stalled.received() == []
        pressed = time.time()
        if how == "icon":
            page.get_by_test_id("stChatInputStopButton").click()
        elif how == "button":
            page.get_by_role("button", name="Stop", exact=True).click()
        else:
            page.close()
        ended = stalled.wait_for_end(GRACE + 5)
        print(f"\n{how}: upstream closed after {ended - pressed:.2f} s")  # noqa: T201
        stopped = how in ("icon", "button")
        assert (0 if stopped else GRACE - 0.5) < ended - pressed < (0.5 if stopped else GRACE + 2)
        if how in ("icon", "button"):
            wait_until_answered(page, "en")
            expect(answers(page).last).to_contain_text("stopped")
            expect(box(page)).to_be_enabled()


def test_an_error_is_a_sentence_and_the_next_question_works(
    visit: Visit, serve: Serve, tmp_path: Path, shots: Path
) -> None:
    with emulator(tmp_path, "error_mid_stream") as broken:
        page = visit(serve("streamlit", **broken.environment), "zh")
        ask(page, QUESTION["zh"])
        expect(page.get_by_test_id("stAlert")).to_be_visible()
        expect(answers(page).first).to_contain_text(QUESTION["zh"])
        page.screenshot(path=shots / "streamlit-zh-error.png")
        ask(page, "再问一次")
        wait_until_answered(page, "zh", 2)
        expect(page.get_by_text("Traceback")).to_have_count(0)


def test_usage_charts_appear_and_update_while_a_call_runs(visit: Visit, serve: Serve) -> None:
    address = serve("streamlit")
    watching, asking = visit(f"{address}/usage"), visit(address)
    expect(watching.get_by_test_id("stAlert")).to_contain_text("No calls yet")
    ask(asking, QUESTION["en"])
    expect(watching.locator(".js-plotly-plot").first).to_be_visible()
    calls = watching.get_by_test_id("stMetricValue").first
    expect(calls).to_have_text("1")
    wait_until_answered(asking, "en")
    ask(asking, QUESTION["en"])
    expect(calls).to_have_text("2")


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("zh", "dark", 1280), ("en", "dark", 1280), ("zh", "light", 390), ("en", "dark", 390)],
)
def test_how_it_looks(
    visit: Visit, address: str, shots: Path, lang: str, scheme: str, width: int
) -> None:
    page = visit(address, lang, scheme=scheme, width=width, height=844 if width < 500 else 900)
    name = f"streamlit-{lang}-{scheme}-{width}"
    expect(box(page)).to_be_visible()
    ask(page, QUESTION[lang])
    wait_until_answered(page, lang)
    page.screenshot(path=shots / f"{name}-chat.png")
    assert sticks_out(page) <= 0
    if width < 500:
        page.get_by_test_id("stExpandSidebarButton").click()
        page.wait_for_timeout(500)
        page.screenshot(path=shots / f"{name}-sidebar.png")
    page = visit(f"{address}/usage", lang, scheme=scheme, width=width, height=900)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.set_viewport_size({"width": width, "height": 2600 if width < 500 else 1500})
    page.wait_for_timeout(1500)
    page.screenshot(path=shots / f"{name}-usage.png")
    assert sticks_out(page) <= 0


class emulator:
    """Emulators of their own with a fault, and the requests that they have seen end."""

    def __init__(self, directory: Path, fault: str) -> None:
        self._log = directory / "received.jsonl"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "desk.py",
                "emulate",
                "--json",
                "--fault",
                fault,
                "--log",
                str(self._log),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.environment: dict[str, str] = {**told["environment"], **told["keys"]}

    def received(self) -> list[dict[str, Any]]:
        """The chat requests whose end the emulator has seen."""
        if not self._log.exists():
            return []
        lines = [json.loads(line) for line in self._log.read_text("utf-8").splitlines()]
        return [line for line in lines if "chat" in line["path"]]

    def wait_for_end(self, seconds: float = 5.0) -> float:
        """When the first of them ended, by this machine's clock."""
        deadline = time.monotonic() + seconds
        while not self.received():
            assert time.monotonic() < deadline, "the upstream request was not ended"
            time.sleep(0.01)
        return time.time()

    def __enter__(self) -> emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
