"""A link to the usage page opens the same view in another browser."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from backends import Call, Message
from tests.browser.conftest import Serve, Visit
from tests.usage.conftest import Make
from tests.usage.conftest import make as make
from usage import Store


def calls(make: Make) -> list[Call]:
    told = (("怎样写诗？", "ok"), ("温度是什么？", "ok"), ("温度太高？", "failed"))
    return [
        make(messages=(Message("user", question),), state=state, rate_limit=None)
        for question, state in told
    ]


def test_a_link_opens_the_same_view(
    serve: Serve, visit: Visit, tmp_path: Path, make: Make, shots: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = Store(url)
    store.take_over(made := calls(make))
    store.shut()
    address = serve("streamlit", TUNEDESK_DB=url)

    page = visit(f"{address}/usage?lang=en")
    expect(page.get_by_text("Tokens over time", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Calls").click()
    box = page.get_by_role("textbox", name="Search questions and answers")
    box.fill("温度")
    box.press("Enter")
    expect(page.get_by_text("2 found in all 3 calls.")).to_be_visible()
    page.goto(f"{page.url}&call={made[1].id}&state=ok")
    opened = page.locator(".st-key-opened-call")
    expect(opened.get_by_text("温度是什么？", exact=True)).to_be_visible()
    expect(page.get_by_text("1 found in all 2 calls.")).to_be_visible()

    other = visit(page.url, scheme="dark")
    expect(other.get_by_text("1 found in all 2 calls.")).to_be_visible()
    searched = other.get_by_role("textbox", name="Search questions and answers")
    expect(searched).to_have_value("温度")
    expect(other.locator(".st-key-opened-call").get_by_text("温度是什么？")).to_be_visible()
    assert other.url == page.url
    with other.expect_download() as file:
        other.locator(".st-key-download-jsonl button").click()
    lines = Path(file.value.path()).read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [made[1].id]
    other.screenshot(path=shots / "streamlit-usage-link.png")
    other.locator(".st-key-call-close button").click()
    expect(other.locator(".st-key-opened-call")).to_have_count(0)
    other.wait_for_url(lambda url: "call=" not in url)
