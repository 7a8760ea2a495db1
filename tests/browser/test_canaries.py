"""What a second visitor's browser is sent while a first one's calls use the server's keys."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Request, expect

import emulators
from tests.browser.conftest import Serve
from tests.browser.test_gradio import Desk
from tests.browser.test_streamlit import ask
from tests.canary.values import Scan, accepted, canaries

# The routes of the frameworks that tell about the app.
_ROUTES = {
    "gradio": ("config", "gradio_api/info", "gradio_api/startup-events", "gradio_api/app_id"),
    "streamlit": ("_stcore/health", "_stcore/metrics", "_stcore/host-config"),
}


class Watched:
    """A browser of its own, whose every frame, answer and address goes through the search."""

    def __init__(self, chromium: Browser, scan: Scan) -> None:
        self._scan = scan
        # While a key is being typed it goes out, once and to its server alone.
        self.typing = False
        self.context = chromium.new_context(locale="en-US")
        self.page = self.context.new_page()
        self.page.on("request", self._asked)
        self.page.on("response", self._answer)
        self._finished: list[Request] = []
        self.page.on("requestfinished", lambda request: self._finished.append(request))
        self.page.on("console", lambda message: scan.text("the console", message.text))
        self.page.on("websocket", self._socket)

    def _asked(self, request: Request) -> None:
        self._scan.text("an address", request.url)
        if not self.typing:
            self._scan.text("what is sent", request.post_data_buffer or b"")

    def _answer(self, response: Any) -> None:
        self._scan.text("a header", str(response.headers))

    def _socket(self, socket: Any) -> None:
        socket.on("framereceived", lambda data: self._scan.text("a frame", data))
        socket.on("framesent", self._sent)

    def _sent(self, data: str | bytes) -> None:
        if not self.typing:
            self._scan.text("a frame sent", data)

    def _answered(self, request: Request) -> None:
        # A browser keeps no body of what it was redirected from, or has dropped since.
        with contextlib.suppress(Error):
            response = request.response()
            self._scan.text("an answer", response.body() if response else b"")

    def leave(self, address: str, routes: tuple[str, ...]) -> None:
        """Look at all that the browser holds, and at what it may ask for."""
        storage = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
        self._scan.text("the page", self.page.content())
        self._scan.text("its text", self.page.inner_text("body"))
        self._scan.text("storage", self.page.evaluate(storage))
        self._scan.text("cookies", str(self.context.cookies()))
        for request in self._finished:
            if request.resource_type in ("document", "xhr", "fetch", "eventsource"):
                self._answered(request)
        for route in ("", *routes):
            told = self.context.request.get(f"{address}/{route}")
            self._scan.text(f"/{route}", told.body())
        self.context.close()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keys of which each can be told, and which the emulators take."""
    planted = canaries()
    for mapping, name, value in accepted(planted):
        monkeypatch.setitem(mapping, name, value)
    return planted


def places_of(home: Path) -> dict[str, str]:
    """An app's environment in which all that it keeps is in one folder."""
    return {
        "TUNEDESK_DB": f"sqlite:///{home / 'store.db'}",
        "XDG_DATA_HOME": str(home),
        "GRADIO_TEMP_DIR": str(home / "gradio"),
    }


def searched(scan: Scan, home: Path, logs: Iterable[Path]) -> None:
    """Go through all that an app left behind; nothing of a key stands anywhere."""
    scan.files(home)
    for log in logs:
        scan.text(log.name, log.read_bytes())
    assert scan.places > 50
    assert not scan.hits


def chat_in_gradio(page: Page) -> None:
    desk = Desk(page)
    desk.choose("#model", "DeepSeek")
    desk.ask_and_wait("What is temperature?")


def chat_in_streamlit(page: Page) -> None:
    ask(page, "What is temperature?")
    expect(page.get_by_text("Details", exact=True).first).to_be_visible()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["gradio", "streamlit"])
def test_no_browser_is_sent_a_key_by_page_frame_route_or_store(
    kind: str,
    chromium: Browser,
    serve: Serve,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, str],
) -> None:
    scan = Scan(keys)
    asked: list[dict[str, Any]] = []
    with emulators.start(tokens_per_second=400, log=asked.append) as running:
        address = serve(
            kind,
            **running.environment,
            **keys,
            **places_of(tmp_path),
        )
        first, second = Watched(chromium, scan), Watched(chromium, scan)
        for one in (first, second):
            one.page.goto(address)
        chat = chat_in_gradio if kind == "gradio" else chat_in_streamlit
        chat(first.page)
        running.fault = "error_500"
        chat(second.page)
        for one in (first, second):
            one.leave(address, _ROUTES[kind])
    searched(scan, tmp_path, tmp_path_factory.getbasetemp().glob(f"{kind}-*.log"))
    # The calls were made with the keys.
    assert sum("chat" in entry["path"] for entry in asked) >= 2


# Spark has the most fields, and signs with what stands in them.
_TYPED = ("SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")


def type_in_gradio(one: Watched, keys: dict[str, str]) -> None:
    section = one.page.locator("#own-keys")
    Desk(one.page).choose("#model", "Spark Pro")
    section.locator("button.label-wrap").click()
    for name in _TYPED:
        section.get_by_label(name).fill(keys[name])
    one.typing = True
    section.get_by_role("button", name="Keep").click()
    expect(section.get_by_text("Kept, for calls")).to_be_visible()
    one.typing = False
    expect(section.locator("#own-keys-about")).to_contain_text("SPARKAI_API_KEY ***")
    for box in section.locator("input[type=password]").all():
        expect(box).to_have_value("")
    expect(one.page.locator("#notes")).not_to_contain_text("emulated")


def type_in_streamlit(one: Watched, keys: dict[str, str]) -> None:
    section = one.page.get_by_test_id("stExpander").filter(has_text="Keys of your own")
    section.locator("summary").click()
    for name in _TYPED:
        section.get_by_label(name).fill(keys[name])
    one.typing = True
    section.get_by_role("button", name="Keep").click()
    expect(section.get_by_text("Kept, for calls")).to_be_visible()
    one.typing = False
    expect(section.get_by_text("SPARKAI_API_KEY ***")).to_be_visible()
    expect(one.page.get_by_text("live", exact=True).first).to_be_visible()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["gradio", "streamlit"])
def test_a_key_that_one_visitor_types_is_that_visitor_s_and_stands_nowhere(
    kind: str,
    chromium: Browser,
    serve: Serve,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, str],
) -> None:
    # The last four characters are shown to whoever typed them; a part of a secret has more.
    scan = Scan({name: keys[name] for name in _TYPED})
    asked: list[dict[str, Any]] = []
    with emulators.start(["spark"], tokens_per_second=400, log=asked.append) as running:
        address = serve(
            kind,
            **running.environment,
            TUNEDESK_MODE="space",
            **places_of(tmp_path),
        )
        first, second = Watched(chromium, scan), Watched(chromium, scan)
        page = address if kind == "gradio" else f"{address}/?model=spark/generalv3"
        for one in (first, second):
            one.page.goto(page)
        (type_in_gradio if kind == "gradio" else type_in_streamlit)(first, keys)
        if kind == "gradio":
            Desk(first.page).ask_and_wait("What is temperature?")
            Desk(second.page).choose("#model", "Spark Pro")
            Desk(second.page).ask_and_wait("What is temperature?")
        else:
            for one in (first, second):
                ask(one.page, "What is temperature?")
                details = one.page.get_by_text("Details", exact=True).first
                expect(details).to_be_visible()
        mine, other = (one.page.inner_text("body") for one in (first, second))
        # A reload is the same visit.
        first.page.reload()
        running.fault = "error_500"
        if kind == "gradio":
            expect(first.page.locator("#chat .thought-group .title").last).to_be_visible()
            Desk(first.page).choose("#model", "Spark Pro")
            Desk(first.page).ask_and_wait("And again?")
        else:
            expect(first.page.get_by_text("Details", exact=True).first).to_be_visible()
            ask(first.page, "And again?")
            expect(first.page.get_by_text("Details", exact=True).nth(1)).to_be_visible()
        for one in (first, second):
            one.leave(address, _ROUTES[kind])
    searched(scan, tmp_path, tmp_path_factory.getbasetemp().glob(f"{kind}-*.log"))
    # What one visitor typed made two calls of theirs live; the other's was emulated elsewhere.
    assert len([entry for entry in asked if entry["path"].startswith("/v")]) == 2
    assert "emulated" in other and mine.count("emulated") < other.count("emulated")


@pytest.mark.parametrize("kind", ["gradio", "streamlit"])
def test_what_one_stranger_asks_no_other_reads(kind: str, chromium: Browser, serve: Serve) -> None:
    address = serve(kind, TUNEDESK_MODE="space")
    questions = ("What does the first one ask?", "What does the second one ask?")
    pages = [chromium.new_context(locale="en-US").new_page() for _ in questions]
    for page, question in zip(pages, questions, strict=True):
        page.goto(address)
        if kind == "gradio":
            Desk(page).ask_and_wait(question)
            # Nor are files taken, so none is asked for.
            expect(page.locator("#attach")).to_be_hidden()
        else:
            ask(page, question)
            expect(page.get_by_text("Details", exact=True).first).to_be_visible()
    for page, own, other in zip(pages, questions, reversed(questions), strict=True):
        if kind == "gradio":
            page.get_by_role("tab", name="Usage").click()
            calls = page.locator("#glance-latest")
            expect(page.locator("#cards .figure").first).to_have_text("2")
        else:
            page.get_by_role("link", name="Usage").click()
            page.get_by_role("radio", name="Calls").click()
            expect(page.get_by_text("your own calls alone")).to_be_visible()
            # The list is drawn on a canvas; what it holds for a reader is in its table.
            calls = page.get_by_test_id("stDataFrame").locator("table")
        expect(calls).to_contain_text(own)
        expect(calls).not_to_contain_text(other)
        page.context.close()
