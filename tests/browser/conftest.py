"""A real browser and real app processes for the browser tests."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.acts import Provider
from tests.conftest import NO_KEYS

ROOT = Path(__file__).resolve().parents[2]
GUARD = Path(__file__).resolve().parent / "guard"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

Serve = Callable[..., str]
Visit = Callable[..., Page]
# What a page is to show may take its while on a busy machine; how fast it is, the benches measure.
expect.set_options(timeout=30_000)  # milliseconds
_LOCALES = {"zh": "zh-CN", "en": "en-US"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless.

    While it is open its event loop counts as running in this thread, so it is closed with the
    module: tests elsewhere run loops of their own.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), _MAC)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                # A microphone that beeps, and the consent to use it.
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def mended(provider: Provider) -> Iterator[None]:
    """A test that fails leaves the provider of its module as it should be for the next one."""
    yield
    provider.running.fault = None


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """visit(address, lang, ...) opens the page; nothing it asks for may be beyond loopback."""
    contexts, beyond = [], []

    def opened(
        address: str,
        lang: str = "en",
        *,
        scheme: Any = "light",
        width: int = 1280,
        height: int = 900,
    ) -> Page:
        context = chromium.new_context(
            locale=_LOCALES[lang],
            color_scheme=scheme,
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                beyond.append(request.url)
                if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", request.url)
                else None
            ),
        )
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert beyond == []


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots go; looked at by people, never committed."""
    path = ROOT / "tests" / "output"
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """serve("gradio" | "streamlit", **environment) starts the app and returns its address.

    Each gets a fresh store unless TUNEDESK_DB is given, and may connect to loopback alone.
    """
    running: list[subprocess.Popen[bytes]] = []
    left = tmp_path_factory.mktemp("guard") / "left.txt"

    def start(kind: str, **environment: str) -> str:
        port = free_port()
        store = tmp_path_factory.mktemp(kind) / "store.db"
        log = (tmp_path_factory.getbasetemp() / f"{kind}-{port}.log").open("wb")
        running.append(
            subprocess.Popen(
                command(kind, port),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={
                    **os.environ,
                    **NO_KEYS,
                    "TUNEDESK_DB": f"sqlite:///{store}",
                    "PYTHONPATH": str(GUARD),
                    "TUNEDESK_GUARD_LOG": str(left),
                    **environment,
                },
            )
        )
        address = f"http://127.0.0.1:{port}"
        wait_until_up(address, running[-1])
        return address

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=20)
    assert not left.exists(), f"the apps tried to reach {left.read_text().split()}"


def command(kind: str, port: int) -> list[str]:
    """How one app is started on a port."""
    if kind == "gradio":
        return [sys.executable, "ui_gradio.py", "--port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", "ui_streamlit.py", "--server.port", str(port)]


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when the address answers; fail when the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the app ended with {process.returncode}"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)  # that it answers is the only sign that it is up
    raise AssertionError(f"{address} did not answer within {seconds} s")
