"""Names of keys in a store: alike for all who use it, and its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import Access, Secret
from usage import Store
from usage.keys import key_names

pytestmark = pytest.mark.databases

ACCESS = Access({"OPENAI_BASE_URL": "https://example.com"}, {"OPENAI_API_KEY": Secret("fake")})


def test_all_who_use_a_store_agree_on_a_name(store: Store, url: str) -> None:
    again = Store(url)
    assert key_names(store).name(ACCESS) == key_names(again).name(ACCESS)
    again.shut()


def test_another_store_has_another_name(store: Store, tmp_path: Path) -> None:
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    assert key_names(store).name(ACCESS) != key_names(other).name(ACCESS)
    other.shut()
