"""The Batch page in a real browser: a table in, paused and resumed, failures alone, a file out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import emulators
from experiments.tabular.tables import read_table
from tests.browser.acts import sticks_out
from tests.browser.conftest import Serve, Visit

SPEED = "qianfan/ernie-speed-8k"
ROWS = 60

Emulate = Callable[..., emulators.Emulators]


@pytest.fixture
def emulate() -> Iterator[Emulate]:
    """emulate(tokens_per_second=…, …) starts emulators that end with the test."""
    running: list[emulators.Emulators] = []

    def started(**how: Any) -> emulators.Emulators:
        running.append(emulators.start(["qianfan"], **how))
        return running[-1]

    yield started
    for each in running:
        each.close()


def reached(running: emulators.Emulators) -> dict[str, str]:
    return {**running.environment, **running.keys}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "评价.csv"
    lines = [f"{number},第 {number} 条评价" for number in range(1, ROWS + 1)]
    path.write_text("\n".join(["编号,评价", *lines]), encoding="gb18030")
    return path


def bring(page: Page, table: Path) -> None:
    page.locator("input[type=file]").set_input_files(table)
    expect(page.get_by_text(f"{ROWS} rows, 2 columns (GB18030 ,)")).to_be_visible()


def start(page: Page) -> None:
    page.get_by_role("button", name="Next: before it runs").click()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(str(ROWS))
    page.get_by_role("button", name="Start (at most").click()


def choose_field(page: Page, column: str) -> None:
    page.locator(".st-key-batch-field").get_by_text(f"{{{column}}}", exact=True).click()
    expect(page.get_by_role("textbox", name="Prompt template")).to_have_value(f"{{{column}}}")


def test_a_table_is_asked_paused_resumed_and_taken_away(
    visit: Visit, serve: Serve, emulate: Emulate, table: Path, tmp_path: Path
) -> None:
    asked: list[dict[str, Any]] = []
    running = emulate(tokens_per_second=60, log=asked.append)
    page = visit(serve("streamlit", **reached(running)) + "/batch")
    bring(page, table)
    choose_field(page, "评价")
    question = page.locator(".st-key-batch-question-1")
    expect(question).to_contain_text("第 1 条评价")
    start(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert 0 < len(asked) < ROWS
    # It is found again by its address alone, as after the browser was closed.
    page.reload()
    # The last of the page: what is clicked while it is still being drawn may be drawn over.
    expect(page.get_by_role("button", name="Download JSONL")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text(f"Answered {ROWS}")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("finished", exact=True)).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download CSV").click()
    path = tmp_path / "answers.csv"
    coming.value.save_as(path)
    # With the mark by which Excel knows the encoding.
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = read_table(path.read_bytes(), path.name)
    assert [row[0] for row in back.rows] == list(range(1, ROWS + 1))
    assert all(row[back.columns.index("state")] in ("ok", "length") for row in back.rows)
    contents = [entry["body"]["messages"][-1]["content"] for entry in asked]
    assert sorted(contents) == sorted(f"第 {number} 条评价" for number in range(1, ROWS + 1))


def test_rows_that_failed_are_seen_and_asked_again_alone(
    visit: Visit, serve: Serve, emulate: Emulate, table: Path
) -> None:
    running = emulate(tokens_per_second=2000, fault="quota")
    page = visit(serve("streamlit", **reached(running)) + "/batch")
    bring(page, table)
    choose_field(page, "评价")
    start(page)
    retry = page.get_by_role("button", name=f"Retry the failed ones ({ROWS})")
    expect(retry).to_be_visible()
    page.get_by_role("radio", name="Failed").click()
    # The table of the failed rows, which takes the place of the one of all.
    page.locator("[class*='-failed-0'] .dvn-scroller").click(position={"x": 16, "y": 52})
    expect(page.locator(".st-key-batch-row")).to_contain_text("Quota")
    running.fault = None
    retry.click()
    expect(page.get_by_text(f"Answered {ROWS}")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("There are no such rows.")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("zh", "light", 1280), ("zh", "dark", 390), ("en", "dark", 1280), ("en", "light", 390)],
)
def test_every_step_fits_its_window(
    visit: Visit, serve: Serve, shots: Path, lang: str, scheme: str, width: int
) -> None:
    words = {
        "zh": ("填入示例", "下一步：运行前检查", "开始", "下载 XLSX", "已完成"),
        "en": (
            "Fill in an example",
            "Next: before it runs",
            "Start (",
            "Download XLSX",
            "finished",
        ),
    }[lang]
    page = visit(serve("streamlit") + "/batch", lang, scheme=scheme, width=width)
    page.get_by_role("button", name=words[0]).click()
    expect(page.locator(".st-key-batch-question-3")).to_be_visible()
    for step, name in enumerate(words[1:3]):
        fits(page, shots / f"batch-{lang}-{scheme}-{width}-{step}.png")
        page.get_by_role("button", name=name).click()
    expect(page.get_by_text(words[4], exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name=words[3])).to_be_visible()
    fits(page, shots / f"batch-{lang}-{scheme}-{width}-2.png")


def fits(page: Page, shot: Path) -> None:
    """Nothing is cut off at the right, and no error stands on the page."""
    page.screenshot(path=shot)
    assert sticks_out(page) <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
