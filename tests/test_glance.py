"""Usage at a glance: what the rows come to, read from rollups however many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ui_gradio
import wiring
from panels.usage_cards import count
from usage import Store
from usage.generate import AT_ONCE, synthetic


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[wiring.Desk]:
    made = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"})
    yield made
    made.close()


def _filled(store: Store, number: int) -> None:
    # Of one day, whose every hour has calls of every model already when there are few.
    made = list(synthetic(number, 1, 3, datetime.now(UTC) - timedelta(minutes=1)))
    for begin in range(0, number, AT_ONCE):
        store.take_over(made[begin : begin + AT_ONCE])


def _read(desk: wiring.Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows the store hands out while the page is made."""
    handed = 0

    def counted(name: str) -> Any:
        real = getattr(desk.store, name)

        def read(query: Any) -> Any:
            nonlocal handed
            found = real(query)
            handed += len(found)
            return found

        return read

    with monkeypatch.context() as patch:
        for name in ("rows", "tuples"):
            patch.setattr(desk.store, name, counted(name))
        ui_gradio.glance(desk, "en")
    return handed


def test_the_figures_are_those_of_the_rows_and_no_more_is_read_of_a_longer_log(
    desk: wiring.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _filled(desk.store, 4_000)
    few = _read(desk, monkeypatch)
    _filled(desk.store, 12_000)
    many = _read(desk, monkeypatch)
    assert many <= 1.3 * few
    calls = list(desk.store.each())
    usages = [call.usage for call in calls if call.usage is not None]
    cards = ui_gradio.glance(desk, "en").cards["emulated"]
    assert cards["card_calls"] == count(len(calls)) == "16,000"
    assert cards["card_input"] == count(sum(each.input_tokens or 0 for each in usages))
    assert cards["card_output"] == count(sum(each.output_tokens or 0 for each in usages))
