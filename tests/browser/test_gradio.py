"""The newcomer's path through the Gradio app, in a real browser, in both languages."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

import emulators
from backends import CATALOGUE, PROVIDERS, Catalogue
from panels.gradio_flights import GRACE
from tests.conftest import picture, sound

Serve = Callable[..., str]
SEES = "qwen3.7-plus"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def address(serve: Serve) -> str:
    return serve("gradio")


STOP_SEEN_JS = """() => {
  window.stopSeen = false;
  const look = () => { window.stopSeen ||= !!document.querySelector('#question .stop-button'); };
  new MutationObserver(look).observe(document, {childList: true, subtree: true});
}"""


class Desk:
    """What a person does on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.locator("#question textarea")
        self.chat = page.locator("#chat")
        self.figures = page.locator("#chat .thought-group .title")

    def ask(self, question: str) -> None:
        self.box.fill(question)
        self.box.press("Enter")

    def ask_and_wait(self, question: str) -> None:
        self.ask(question)
        self.answered(question)

    def answered(self, question: str) -> None:
        expect(self.chat.get_by_text(question, exact=True)).to_be_visible()
        expect(self.page.locator("#question .submit-button")).to_be_visible()
        expect(self.figures.last).to_be_visible()
        expect(self.box).to_be_editable()

    def choose(self, what: str, text: str) -> None:
        self.page.locator(f"{what} input").click()
        self.page.get_by_role("option").filter(has_text=text).first.click()

    def offered(self, text: str) -> Locator:
        """The models whose line has this text, which is typed to find them."""
        # Of a long list only the first hundred are drawn before one scrolls.
        self.page.locator("#model input").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
        return self.page.get_by_role("option").filter(has_text=text)

    def knob(self, name: str) -> Locator:
        return self.page.locator(f"#knob-{name}")

    def send(self, name: str, value: str) -> None:
        self.knob(name).locator("input[type=checkbox]").check()
        number = self.knob(name).locator("input[type=number]")
        number.fill(value)
        number.press("Tab")

    def open(self, accordion: str) -> Locator:
        self.page.locator(f"{accordion} > button, {accordion} button.label-wrap").first.click()
        return self.page.locator(accordion)

    def shot(self, path: Path) -> None:
        self.page.wait_for_timeout(500)
        self.page.screenshot(path=path)


@contextmanager
def visit(
    chromium: Browser,
    address: str,
    *,
    locale: str = "zh-CN",
    width: int = 1280,
    height: int = 860,
    scheme: Any = "light",
    query: str = "",
) -> Iterator[Desk]:
    """A fresh browser on the page; fails if anything is asked of another machine."""
    context = chromium.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    outside: list[str] = []
    broken: list[str] = []
    page.on(
        "request",
        lambda request: (
            outside.append(request.url)
            if not request.url.startswith(("http://127.0.0.1", "data:", "blob:"))
            else None
        ),
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(address + query)
    expect(page.locator("#question textarea")).to_be_editable()
    # The knobs are fitted to the model by the last of the page's opening events.
    expect(page.locator("#knob-stop .knob-caption").last).to_contain_text("stop")
    yield Desk(page)
    context.close()
    assert not outside and not broken


@pytest.mark.parametrize(
    ("locale", "question", "words"),
    [
        (
            "zh-CN",
            "温度和 top_p 有什么区别？",
            {"emulated": "模拟", "default": "服务商默认", "large": "太大"},
        ),
        (
            "en-US",
            "How do temperature and top_p differ?",
            {
                "emulated": "emulated",
                "default": "Provider defaults",
                "large": "is too large",
            },
        ),
    ],
)
def test_the_newcomers_path(
    chromium: Browser, address: str, shots: Path, locale: str, question: str, words: dict[str, str]
) -> None:
    lang = locale[:2]
    with visit(chromium, address, locale=locale) as desk:
        desk.choose("#model", "ERNIE-Speed-8K")
        expect(desk.page.locator("#notes")).to_contain_text(words["emulated"])
        desk.ask_and_wait(question)
        expect(desk.figures.last).to_contain_text(words["emulated"])
        desk.send("temperature", "0.3")
        desk.send("top_p", "0.5")
        desk.send("penalty_score", "1.2")
        desk.send("max_output_tokens", "300")
        desk.choose("#persona", "简洁" if lang == "zh" else "Concise")
        expect(desk.page.locator("#system textarea")).not_to_have_value("")
        preview = desk.open("#preview")
        expect(preview.locator("td").filter(has_text="0.3").first).to_be_visible()
        desk.open("#preview")
        desk.ask_and_wait("Qianfan 千帆?")
        details = desk.open("#details")
        expect(details.locator("td").filter(has_text="0.3").first).to_be_visible()
        details.get_by_role("tab").nth(1).click()
        expect(details).to_contain_text("Bearer $QIANFAN_BEARER_TOKEN")
        details.get_by_role("tab").nth(2).click()
        expect(details).to_contain_text("curl -N")
        desk.shot(shots / f"gradio-{lang}-details.png")
        desk.open("#details")
        trouble(desk, words, shots / f"gradio-{lang}-trouble.png")


@pytest.fixture(scope="module")
def slow(serve: Serve) -> Iterator[str]:
    """The app over a provider that takes seconds to answer, so that one can stop it."""
    with emulators.start(["qianfan"], tokens_per_second=10) as running:
        yield serve("gradio", **running.environment, **running.keys)


@pytest.mark.parametrize(("locale", "stopped"), [("zh-CN", "已停止"), ("en-US", "stopped")])
def test_stop_retry_undo_edit(chromium: Browser, slow: str, locale: str, stopped: str) -> None:
    with visit(chromium, slow, locale=locale) as desk:
        turns = desk.chat.locator(".message.user, .user .message")
        desk.ask_and_wait("First 第一?")
        before = turns.count()
        desk.ask("Stop 之前 token?")
        desk.page.locator("#question .stop-button").click()
        desk.answered("Stop 之前 token?")
        expect(desk.figures.last).to_contain_text(stopped)
        desk.chat.locator("button[aria-label=Retry], button[aria-label=重试]").last.click()
        expect(desk.page.locator("#question .stop-button")).to_be_visible()
        desk.answered("Stop 之前 token?")
        expect(desk.figures.last).not_to_contain_text(stopped)
        desk.chat.locator("button[aria-label=Undo], button[aria-label=撤销]").last.click()
        expect(desk.box).to_have_value("Stop 之前 token?")
        expect(turns).to_have_count(before)
        desk.chat.locator("button[aria-label=Edit], button[aria-label=编辑]").last.click()
        edited = desk.chat.locator("textarea")
        edited.fill("Edited 修改 question?")
        desk.chat.locator("button[aria-label=Submit], button[aria-label=发送]").click()
        desk.answered("Edited 修改 question?")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_screen_readers_hear_words_of_the_page(chromium: Browser, address: str, lang: str) -> None:
    done = {"zh": "已完成", "en": "Complete"}[lang]
    with visit(chromium, address, query=f"?lang={lang}") as desk:
        desk.page.evaluate(
            "window.heard = []; new MutationObserver(() => document.querySelectorAll("
            "'.sr-only[role=status]').forEach((each) => heard.push(each.textContent)))"
            ".observe(document.body, {subtree: true, childList: true, characterData: true})"
        )
        desk.ask_and_wait("Who hears this?")
        desk.page.wait_for_function("(done) => heard.includes(done)", arg=done)
        assert not [text for text in desk.page.evaluate("heard") if "." in text]


def trouble(desk: Desk, words: dict[str, str], shot: Path) -> None:
    """A value the next model does not take is named before sending, refused, and harmless."""
    desk.choose("#model", "DeepSeek Chat")
    # Until its range has come, the box would show the old end of it instead.
    number = desk.knob("temperature").locator("input[type=number]")
    expect(number).to_have_attribute("max", "2")
    desk.send("temperature", "1.7")
    desk.choose("#model", "ERNIE-Speed-8K")
    expect(desk.page.locator("#trouble").first).to_contain_text(words["large"])
    desk.ask_and_wait("Refused 拒绝?")
    expect(desk.chat).to_contain_text(words["large"])
    desk.shot(shot)
    desk.page.get_by_role("button", name=words["default"]).click()
    expect(desk.page.locator("#trouble")).to_have_count(0)
    desk.ask_and_wait("Again 再来?")
    expect(desk.figures.last).to_contain_text(words["emulated"])


def test_moving_a_knob_means_it_is_sent(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        preview = desk.open("#preview")
        switch = desk.knob("top_p").locator("input[type=checkbox]")
        expect(switch).not_to_be_checked()
        number = desk.knob("top_p").locator("input[type=number]")
        number.fill("0.35")
        number.press("Tab")
        expect(switch).to_be_checked()
        expect(preview.locator("tr").filter(has_text="top_p").first).to_contain_text("0.35")


def test_the_language_is_chosen_and_kept(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        expect(desk.page.get_by_role("tab", name="Usage").first).to_be_visible()
        assert not CHINESE.search(desk.page.locator("body").inner_text().replace("中文", ""))
        desk.page.locator("#language").get_by_text("中文").click()
        expect(desk.page.get_by_role("tab", name="用量").first).to_be_visible()
        expect(desk.page.locator("#notes")).to_contain_text("输入上限")
        desk.page.goto(address)
        expect(desk.page.get_by_role("tab", name="用量").first).to_be_visible()
        assert desk.page.evaluate("document.documentElement.lang") == "zh-CN"
        expect(desk.page.locator("#language input[value=zh]")).to_be_checked()


def test_no_english_on_the_chinese_page(chromium: Browser, address: str) -> None:
    ours = "ERNIE-Speed-8K|token|English|JSON|WAV|MP3|PCM|Dictation, Mandarin|curl|Python"
    with visit(chromium, address) as desk:
        for accordion in ("#more-parameters", "#attach", "#preview", "#details"):
            desk.open(accordion)
        expect(desk.page.locator("#recording button").first).to_be_visible()
        # Wire names are the provider's own, and microphones are named by the machine.
        theirs = desk.page.locator("code, #recording option").all_inner_texts()
        known = sorted({*CATALOGUE, *theirs} - {""}, key=len, reverse=True)
        names = re.compile("|".join([*map(re.escape, known), ours]))
        rest = names.sub("", desk.page.locator("body").inner_text())
        assert not re.findall(r"[A-Za-z]{3,}", rest)
        desk.ask_and_wait("你好？")
        said = desk.page.evaluate(
            "[...document.querySelectorAll('button, input, textarea')].filter(e => e.offsetParent)"
            ".map(e => `${e.ariaLabel || ''} ${e.title || ''}`).join(' ')"
        )
        assert not re.findall(r"[A-Za-z]{3,}", names.sub("", said))


def test_knobs_of_every_kind(chromium: Browser, address: str) -> None:
    """Touched is sent; what the next model does not take stays in sight until it is put off."""
    with visit(chromium, address, locale="en-US") as desk:
        desk.choose("#model", SEES)
        heading = desk.page.locator("#more-parameters button.label-wrap")
        heading.click()
        desk.knob("enable_thinking").get_by_text("yes").click()
        desk.knob("response_format").locator("input[role=listbox], .wrap input").last.click()
        desk.page.get_by_role("option", name="json_object").click()
        desk.knob("tools").locator("textarea").fill("[{")
        for name in ("enable_thinking", "response_format", "tools"):
            expect(desk.knob(name).locator("input[type=checkbox]")).to_be_checked()
        expect(heading).to_contain_text("3 of them sent")
        trouble = desk.page.locator("#trouble")
        expect(trouble).to_contain_text("is no JSON list")
        desk.knob("tools").locator("textarea").fill("[]")
        expect(trouble).to_have_count(0)
        desk.choose("#model", "ERNIE-Speed-8K")
        expect(desk.knob("tools")).to_contain_text("not sent")
        expect(desk.knob("web_search")).to_have_count(0)
        expect(desk.page.locator("#more-not-taken")).to_contain_text("web_search")
        desk.page.get_by_role("button", name="Provider defaults").click()
        expect(desk.knob("tools")).to_have_count(0)
        expect(heading).not_to_contain_text("sent")


def test_what_is_set_while_the_model_changes_is_kept(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        number = desk.knob("temperature").locator("input[type=number]")
        desk.send("temperature", "0.3")
        held: list[Route] = []
        holding = True
        desk.page.route(
            "**/run/predict*",
            lambda route: held.append(route) if holding else route.continue_(),
        )
        desk.choose("#model", "DeepSeek Chat")
        desk.send("temperature", "0.8")
        assert held, "the model's knobs were still on their way"
        holding = False
        for route in held:
            route.continue_()
        expect(number).to_have_attribute("max", "2")
        expect(number).to_have_value("0.8")
        expect(desk.open("#preview").locator("tr").nth(1)).to_contain_text("0.8")


@pytest.fixture
def png(tmp_path: Path) -> Path:
    path = tmp_path / "kitten.png"
    path.write_bytes(picture())
    return path


def test_a_picture_goes_with_its_question(
    chromium: Browser, address: str, shots: Path, png: Path
) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        box = desk.open("#attach").locator("#picture")
        box.locator("input[type=file]").set_input_files(png)
        expect(box.locator("img")).to_be_visible()
        expect(desk.page.locator("#trouble")).to_contain_text("no pictures")
        desk.choose("#model", SEES)
        expect(desk.page.locator("#trouble")).to_have_count(0)
        desk.shot(shots / "gradio-en-picture.png")
        desk.ask_and_wait("What is on it?")
        expect(box.locator("img")).to_have_count(0)
        named = desk.chat.get_by_text("with a picture: kitten.png")
        expect(named).to_be_visible()
        # An answer of one word is over sooner than one looks.
        desk.page.evaluate(STOP_SEEN_JS)
        desk.chat.locator("button[aria-label=Retry]").last.click()
        desk.page.wait_for_function("window.stopSeen")
        desk.answered("What is on it?")
        expect(named).to_be_visible()
        expect(box.locator("img")).to_have_count(0)
        desk.chat.locator("button[aria-label=Undo]").last.click()
        expect(desk.box).to_have_value("What is on it?")
        expect(box.locator("img")).to_be_visible()


def test_a_pasted_picture_is_read_into_the_box(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        desk.page.evaluate(
            """async () => {
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [64, 48];
              const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
              await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
            }"""
        )
        box = desk.open("#attach").locator("#picture")
        box.locator("button[aria-label='Paste from clipboard']").click()
        expect(box.locator("img")).to_be_visible()
        desk.box.fill("Typed before.")
        desk.page.locator("#read-picture").click()
        expect(desk.box).to_have_value(re.compile(r"Typed before\.\n.*64×48"))
        expect(desk.page.locator("#recognised")).to_contain_text("emulated")
        expect(box.locator("img")).to_have_count(0)


def test_what_is_said_lands_in_the_box(chromium: Browser, address: str, tmp_path: Path) -> None:
    raw = tmp_path / "note.pcm"
    raw.write_bytes(sound(3.0)[44:])
    with visit(chromium, address, locale="en-US") as desk:
        desk.open("#attach")
        with desk.page.expect_file_chooser() as chosen:
            desk.page.locator("#pcm").click()
        chosen.value.set_files(raw)
        said = desk.page.locator("#recognised")
        expect(said).to_contain_text("Recognising")
        expect(said).to_contain_text(re.compile(r"\w+ \w+ \w+"))
        desk.box.fill("Typed meanwhile.")
        expect(said).to_contain_text("Recognised")
        expect(desk.box).to_have_value(re.compile(r"^Typed meanwhile\.\n\w.+"))
        with desk.page.expect_file_chooser() as chosen:
            desk.page.locator("#pcm").click()
        chosen.value.set_files(raw)
        expect(said).to_contain_text("Recognising")
        expect(said).to_contain_text(re.compile(r"\n\s*\w+ \w+"))
        desk.page.locator("#stop-reading").click()
        expect(said).to_contain_text("stopped")
        # What was heard until then counts, too.
        expect(desk.box).to_have_value(re.compile(r"\.\n\w.+\n\w.+"))
        desk.ask_and_wait("Still free?")


def test_a_recording_is_transcribed(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        recorder = desk.open("#attach").locator("#recording")
        transcribe = desk.page.locator("#transcribe")
        expect(transcribe).to_be_disabled()
        recorder.get_by_role("button", name="Record").first.click()
        expect(recorder).to_contain_text("0:02")
        recorder.get_by_role("button", name="Stop").first.click()
        expect(transcribe).to_be_enabled()
        transcribe.click()
        expect(desk.box).to_have_value(re.compile(r"\w+ \w+"))
        expect(transcribe).to_be_enabled()


def test_a_service_is_asked_for_its_models(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        desk.offered("Ollama").first.click()
        desk.page.locator("#discover").click()
        expect(desk.page.locator("#discovered")).to_contain_text("models")
        known = [model.name for model in Catalogue(PROVIDERS).providers["ollama"].models]
        old = re.compile(rf"({'|'.join(map(re.escape, known))}) \(")
        desk.offered("Ollama").filter(has_not_text=old).first.click()
        expect(desk.page.locator("#notes")).to_contain_text("ranges unknown")
        desk.ask_and_wait("Who are you?")
        expect(desk.figures.last).to_contain_text("emulated")


def test_values_are_shown_as_text(chromium: Browser, address: str) -> None:
    """What a person types is never run or drawn, in the tables as in the chat."""
    nasty = "${document.title='x'}<img src=x onerror=alert(1)>{{1+1}}"
    with visit(chromium, address, locale="en-US") as desk:
        desk.knob("stop").locator("input[type=checkbox]").check()
        desk.knob("stop").locator("textarea").fill(nasty)
        preview = desk.open("#preview")
        expect(preview.locator("td").filter(has_text="onerror").first).to_contain_text("{{1+1}}")
        assert preview.locator("img").count() == 0
        assert desk.page.title() != "x"


def test_an_emptied_number_is_refused_and_harmless(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        for name in ("temperature", "max_output_tokens"):
            desk.send(name, "")
        desk.ask_and_wait("Refused?")
        expect(desk.chat).to_contain_text("is not a number")
        desk.page.get_by_role("button", name="Provider defaults").click()
        expect(desk.page.locator("#trouble")).to_have_count(0)
        desk.ask_and_wait("Again?")
        expect(desk.figures.last).to_contain_text("emulated")


def test_buttons_have_names(chromium: Browser, address: str) -> None:
    with visit(chromium, address, locale="en-US") as desk:
        desk.ask("Hello?")
        expect(desk.page.get_by_role("button", name="Stop")).to_be_visible()
        desk.answered("Hello?")
        expect(desk.page.get_by_role("button", name="Send")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_how_it_looks(
    chromium: Browser, address: str, shots: Path, lang: str, scheme: str, width: int
) -> None:
    name = f"gradio-{lang}-{scheme}-{width}"
    with visit(chromium, address, width=width, scheme=scheme, query=f"/?lang={lang}") as desk:
        desk.shot(shots / f"{name}-empty.png")
        if width == 390:
            desk.page.locator(".sidebar .toggle-button").click()
            desk.shot(shots / f"{name}-sidebar.png")
            desk.page.locator(".sidebar .toggle-button").click()
        desk.ask_and_wait(
            "温度和 top_p 有什么区别？" if lang == "zh" else "How do temperature and top_p differ?"
        )
        desk.shot(shots / f"{name}-chat.png")
        wide = desk.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, "nothing sticks out to the right"
        desk.page.get_by_role("tab").nth(2).click()
        expect(desk.page.locator("#glance-tokens .plotly").first).to_be_visible()
        expect(desk.page.locator("#glance-headroom .plotly").first).to_be_visible()
        expect(desk.page.locator("#glance-latest td").first).to_be_visible()
        desk.shot(shots / f"{name}-usage.png")


def test_the_charts_follow_the_calls(chromium: Browser, address: str) -> None:
    with visit(chromium, address) as desk, visit(chromium, address) as other:
        other.page.get_by_role("tab", name="用量").first.click()
        calls = other.page.locator("#cards .figure").first
        expect(calls).to_be_visible()
        before = calls.inner_text()
        desk.ask_and_wait("再问一次？")
        expect(calls).not_to_have_text(before)


@pytest.mark.alone
@pytest.mark.parametrize("leave", ["stop", "close"])
def test_leaving_a_stalled_provider_closes_its_connection(
    chromium: Browser, serve: Serve, leave: str
) -> None:
    gone = threading.Event()
    with emulators.start(["qianfan"], fault="stall", log=lambda row: gone.set()) as running:
        address = serve("gradio", **running.environment, **running.keys)
        with visit(chromium, address, locale="en-US") as desk:
            desk.ask("Hello?")
            expect(desk.chat.locator(".bot, .message.bot").first).to_be_visible()
            desk.page.wait_for_timeout(1500)
            assert not gone.is_set()
            started = time.monotonic()
            if leave == "stop":
                desk.page.locator("#question .stop-button").click()
            else:
                desk.page.close()
            assert gone.wait(GRACE + 5)
            took = time.monotonic() - started
            # A closed tab may be a reload.
            assert took <= (0.5 if leave == "stop" else GRACE + 2), f"{leave} took {took:.2f} s"
            if leave == "stop":
                desk.answered("Hello?")
                expect(desk.figures.last).to_contain_text("stopped")
