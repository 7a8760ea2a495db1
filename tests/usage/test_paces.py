"""What pacers know in the store: shared, remembered, and without the key."""

from __future__ import annotations

import threading

import pytest

from backends import PaceKey, PaceProfile, PaceState
from usage import Store
from usage.paces import Paces

pytestmark = pytest.mark.databases

KEY = PaceKey("qianfan", "ernie-speed-8k", "0123456789abcdef")


def test_what_one_process_learns_another_finds(store: Store, url: str) -> None:
    def learn(state: PaceState) -> None:
        state.profile = PaceProfile("sliding", requests=60, tokens={"input": 500})

    Paces(store).change(KEY, PaceState(), learn)
    again = Store(url)
    assert Paces(again).profile(KEY) == PaceProfile("sliding", requests=60, tokens={"input": 500})
    assert Paces(again).profile(KEY._replace(model="another")) is None
    again.shut()


def test_changes_by_many_at_once_are_all_kept(store: Store, url: str) -> None:
    stores = [store, Store(url)]

    def count(state: PaceState) -> int:
        state.answered += 1
        return state.answered

    def work(paces: Paces) -> None:
        for _ in range(20):
            assert paces.change(KEY, PaceState(), count) is not None

    threads = [threading.Thread(target=work, args=(Paces(one),)) for one in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stores[1].shut()
    assert Paces(store).change(KEY, PaceState(), count) == 81


def test_a_shut_store_holds_nobody_back(store: Store) -> None:
    store.shut()
    assert Paces(store).change(KEY, PaceState(), lambda state: state.answered) is None
