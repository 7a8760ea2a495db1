"""More answers at once than Gradio draws: who comes then reads so, and nothing is called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import emulators
import ui_gradio
import wiring
from gate import Policy
from panels.gradio_seats import Hall, Seats
from panels.words import WORDS
from tests.forging import Forger
from tests.gate.serving import served
from tests.test_forged_gradio import chat, texts

FIRST, SECOND = "0123456789abcdef" * 2, "fedcba9876543210" * 2
FULL = WORDS["answers_full"]


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[tuple[str, list[dict[str, Any]], wiring.Desk]]:
    """An app with one seat, which is taken as long as its provider stalls."""
    received: list[dict[str, Any]] = []
    with emulators.start(["qianfan"], log=received.append, fault="stall") as running:
        store = f"sqlite:///{tmp_path / 'store.db'}"
        desk = wiring.Desk({"TUNEDESK_DB": store, **running.environment, **running.keys})
        with served(
            ui_gradio.gated(desk, Policy(), hall=Hall(Seats(1, 1), Seats(1, 1)))
        ) as address:
            yield address, received, desk
        desk.close()


def test_who_comes_when_all_seats_are_taken_reads_so(
    crowded: tuple[str, list[dict[str, Any]], wiring.Desk],
) -> None:
    address, received, desk = crowded
    first, second = Forger(address, FIRST), Forger(address, SECOND)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(chat, first)
        while not list(desk.store.each()):
            assert not waiting.done()
        assert FULL.en in texts(chat(second))
        end = chat(second, language="zh")
        assert FULL.zh in texts(end)
        assert WORDS["error_not_sent"].zh in json.dumps(end, ensure_ascii=False)
        compare = next(each for each in second.events if each["api_name"] == "ask")
        values = second.usual(compare)
        values[0] = "compare these"
        assert FULL.en in json.dumps(second.send(compare, values)[-1])
        desk.client.shut()
        assert waiting.result(30)["success"]
    # The seat is free again.
    assert len(list(desk.store.each())) == 1 and len(received) == 1
    assert FULL.en not in texts(chat(second, model="handbook/ngram"))
    first.close()
    second.close()
