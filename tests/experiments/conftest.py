"""A desk of its own for each test of many calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Rig
from tests.experiments.rigs import Desk
from usage import Store


@pytest.fixture
def desk(rig: Rig, url: str) -> Iterator[Desk]:
    store = Store(url)
    opened = Desk(rig, store)
    yield opened
    opened.client.shut()
    store.shut()
