"""A desk of its own for each test of many calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Rig
from tests.experiments.rigs import Desk
from usage import Store


@pytest.fixture
def desk(rig: Rig, tmp_path: Path) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    opened = Desk(rig, store)
    yield opened
    opened.client.shut()
    store.shut()
