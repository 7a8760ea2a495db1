"""A real page in headless Chromium, and what an answer costs it: bytes and processor time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.apps import App
from bench.upstream import FAST_MODEL, LAST_WORDS, Upstream, question

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC: Final = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_QUIET: Final = 0.7
_ANSWERS: Final = ("Fetch", "XHR", "EventSource")


@dataclass(frozen=True, slots=True)
class Cost:
    """Payload bytes sent to the browser, and seconds of processor time at both ends."""

    bytes: float
    server: float
    browser: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.bytes - other.bytes, self.server - other.server,
                    self.browser - other.browser)  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), _MAC)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def newcomer(browser: Browser) -> BrowserContext:
    """Somebody who has not been here before."""
    return browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800})


def cost_of_answer(browser: Browser, app: App, upstream: Upstream, tokens: int) -> Cost:
    """What a newcomer's first answer costs, from the question until all is still.

    Whoever was here before has the conversation so far on the page, which costs bytes as well.

    Raises RuntimeError when the whole answer does not come to the screen.
    """
    with newcomer(browser) as context:
        tab = _Tab(context.new_page(), app)
        tab.open()
        before = tab.cost()
        tab.ask(upstream, tokens)
        return tab.cost() - before


class _Tab:
    def __init__(self, page: Page, app: App) -> None:
        self._page = page
        self._app = app
        self._bytes = 0
        self._files: set[str] = set()
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.on("Network.requestWillBeSent", self._request)
        self._cdp.on("Network.dataReceived", self._data)
        self._cdp.on("Network.webSocketFrameReceived", self._frame)
        self._cdp.send("Network.enable")
        # Processor time of the page, not time by the clock, which busy neighbours stretch.
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def open(self) -> None:
        """Load the app and choose the fast model."""
        _OPEN[self._app.kind](self._page, self._app.address)
        self._until_still()

    def ask(self, upstream: Upstream, tokens: int) -> None:
        """Ask in the message box, and wait until the whole answer stands there and all is still."""
        served = len(upstream.served())
        box = self._page.locator(_BOX[self._app.kind])
        box.fill(question(tokens))
        box.press("Enter")
        # The page is left alone while the answer grows: looking at it would cost it time.
        self._until(lambda: len(upstream.served()) > served, 60 + tokens / upstream.fast)
        self._until(lambda: LAST_WORDS in (self._page.text_content("body") or ""), 90)
        self._until_still()

    def cost(self) -> Cost:
        """All costs of this page so far."""
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        busy = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
        return Cost(self._bytes, self._app.processor_seconds(), busy)

    def _request(self, event: dict[str, Any]) -> None:
        if event.get("type") not in _ANSWERS:
            self._files.add(event["requestId"])

    def _data(self, event: dict[str, Any]) -> None:
        # The page's own scripts and fonts come once, whatever is asked.
        if event["requestId"] not in self._files:
            self._bytes += event["dataLength"]

    def _frame(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        size = len(frame["payloadData"])
        # Binary payloads arrive here as base64.
        self._bytes += size if frame["opcode"] == 1 else size * 3 // 4

    def _until_still(self) -> None:
        seen, since = self._bytes, time.monotonic()
        deadline = since + 20
        while time.monotonic() < min(since + _QUIET, deadline):
            self._page.wait_for_timeout(100)
            if self._bytes != seen:
                seen, since = self._bytes, time.monotonic()

    def _until(self, true: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                shown = (self._page.text_content("body") or "")[-400:]
                raise RuntimeError(f"no whole answer in {self._app.kind}; the page ends: {shown}")
            # Also what lets the events of the page reach the counters.
            self._page.wait_for_timeout(100)


def _open_gradio(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    model = page.locator("#model input")
    # The page has been fitted to the first model when its facts stand below it.
    page.locator("#notes p").first.wait_for(timeout=30_000)
    model.click()
    model.fill(FAST_MODEL)
    model.press("Enter")


def _open_streamlit(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en&model={FAST_MODEL}")
    page.locator(_BOX["streamlit"]).wait_for(timeout=30_000)


_OPEN: Final = {"gradio": _open_gradio, "streamlit": _open_streamlit}
_BOX: Final = {
    "gradio": "#question textarea",
    "streamlit": '[data-testid="stChatInput"] textarea',
}
