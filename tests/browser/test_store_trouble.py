"""A store that is damaged or held by another program, as who stands before the page meets it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import emulators
from panels.words import WORDS, pick
from tests.browser.acts import words
from tests.browser.conftest import Serve, Visit

WAIT = 60_000


@pytest.mark.parametrize(
    ("mode", "lang", "scheme", "width"),
    [("local", "en", "light", 1280), ("space", "zh", "dark", 390)],
)
def test_a_store_that_cannot_be_opened_is_told_with_a_button_that_tries_again(
    serve: Serve,
    visit: Visit,
    tmp_path: Path,
    shots: Path,
    mode: str,
    lang: Any,
    scheme: str,
    width: int,
) -> None:
    store = tmp_path / "store.db"
    store.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    address = serve("streamlit", TUNEDESK_DB=f"sqlite:///{store}", TUNEDESK_MODE=mode)
    page = visit(address, lang, scheme=scheme, width=width)
    told = page.get_by_test_id("stAlert")
    expect(told).to_contain_text(
        "is damaged" if mode == "local" else WORDS["no_desk"].zh, timeout=WAIT
    )
    page.screenshot(path=shots / f"streamlit-no-desk-{lang}-{scheme}-{width}.png")
    # Where it is stands on the page of the one whose machine it is, and on no other.
    assert (str(store) in page.locator("body").inner_text()) == (mode == "local")
    store.rename(tmp_path / "aside.db")
    page.get_by_role("button", name=pick(WORDS["retry"], lang)).click()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_enabled(timeout=WAIT)
    expect(told).to_have_count(0)


@pytest.mark.timeout(300)
def test_who_waits_for_a_store_that_is_held_sees_so_and_is_answered_once(
    serve: Serve, visit: Visit, tmp_path: Path, shots: Path
) -> None:
    received: list[dict[str, Any]] = []
    store = tmp_path / "store.db"
    with emulators.start(["qianfan"], answer=words, log=received.append) as running:
        given = {**running.environment, **running.keys, "TUNEDESK_DB": f"sqlite:///{store}"}
        page = visit(serve("gradio", **given))
        box = page.locator("#question textarea")
        expect(box).to_be_editable(timeout=WAIT)
        with closing(sqlite3.connect(store, isolation_level=None)) as held:
            held.execute("begin exclusive")
            box.fill("Are you held up?")
            box.press("Enter")
            expect(page.locator("#chat")).to_contain_text(WORDS["waiting"].en, timeout=WAIT)
            page.screenshot(path=shots / "gradio-held-en-light-1280.png")
            page.get_by_role("tab").nth(2).click()
            empty = page.locator("#usage-empty")
            expect(empty).to_contain_text("Another program holds the store", timeout=WAIT)
            expect(empty).not_to_contain_text(WORDS["usage_empty"].en)
            page.get_by_role("tab").nth(0).click()
            expect(page.locator("#chat")).to_contain_text(
                "Another program holds the store", timeout=WAIT
            )
            expect(page.locator("#chat")).not_to_contain_text(WORDS["waiting"].en)
            assert received == []
            held.rollback()
        page.get_by_role("tab").nth(2).click()
        # What stood there for the lack of calls stands there again.
        expect(empty).to_contain_text(WORDS["usage_empty"].en, timeout=WAIT)
        page.get_by_role("tab").nth(0).click()
        page.locator("#chat button[aria-label=Retry]").last.click()
        expect(page.locator("#chat")).to_contain_text("word15", timeout=WAIT)
        assert len(received) == 1
