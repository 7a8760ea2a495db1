"""A question that must wait for a provider's limit: the page says so, and it can be stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import emulators
from emulators.limits import Limits
from tests.browser.conftest import Serve, Visit

SECONDS = 60_000
WAITS = {"zh": re.compile(r"等待限额，\d+ 秒"), "en": re.compile(r"Waiting for the limit, \d+ s")}
ANSWERED = re.compile(r"(真实|live) · \d+ → \d+ token")
STOP = {"zh": "停止", "en": "Stop"}
STOPPED = {"zh": "已停止", "en": "stopped"}

Limited = tuple[str, list[dict[str, Any]]]


@pytest.fixture(params=["gradio", "streamlit"])
def limited(request: pytest.FixtureRequest, serve: Serve) -> Iterator[tuple[str, Limited]]:
    """An app over a Qianfan that takes one question a minute, and what that received."""
    received: list[dict[str, Any]] = []
    limits = Limits(requests=1, tokens=10**9)
    with emulators.start(
        ["qianfan"], limits=limits, log=received.append, tokens_per_second=200
    ) as running:
        kind = str(request.param)
        yield kind, (serve(kind, **running.environment, **running.keys), received)


def _box(page: Page, kind: str) -> Locator:
    if kind == "gradio":
        return page.locator("#question textarea")
    return page.get_by_test_id("stChatInputTextArea")


def _stop(page: Page, kind: str, lang: str) -> Locator:
    if kind == "gradio":
        return page.locator("#question .stop-button")
    return page.get_by_role("button", name=STOP[lang], exact=True)


@pytest.mark.parametrize(("lang", "scheme", "width"), [("zh", "light", 390), ("en", "dark", 1280)])
def test_who_waits_for_the_limit_is_told_and_may_stop(
    limited: tuple[str, Limited], visit: Visit, shots: Path, lang: str, scheme: str, width: int
) -> None:
    kind, (address, received) = limited
    page = visit(address, lang, scheme=scheme, width=width)
    box = _box(page, kind)
    expect(box).to_be_editable(timeout=SECONDS)
    box.fill("1 + 1?")
    box.press("Enter")
    expect(page.get_by_text(ANSWERED)).to_be_visible(timeout=SECONDS)
    expect(box).to_be_editable(timeout=SECONDS)
    box.fill("2 + 2?")
    box.press("Enter")
    waiting = page.get_by_text(WAITS[lang])
    expect(waiting.first).to_be_visible(timeout=SECONDS)
    page.screenshot(path=shots / f"{kind}-{lang}-waiting.png")
    _stop(page, kind, lang).click()
    expect(waiting).to_have_count(0, timeout=SECONDS)
    expect(page.get_by_text(STOPPED[lang]).last).to_be_visible(timeout=SECONDS)
    page.screenshot(path=shots / f"{kind}-{lang}-waited.png")
    asked = [entry for entry in received if "chat" in entry["path"]]
    assert len(asked) == 1
