"""The usage benchmark at its shortest: what no busy neighbour can spoil, and the page's figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest

from bench import usage as bench
from panels.words import usage_words
from usage import Store
from usage.charts_limits import headroom_over_time
from usage.charts_speed import quantiles_over_time
from usage.charts_tokens import tokens_over_time
from usage.series import View


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("stores")
    filled = bench.filled(folder, 4_000)
    yield filled
    filled.shut()


def test_sums_are_exact_and_quantiles_within_their_bound(store: Store) -> None:
    assert [row.verdict for row in (bench.exact(store), bench.quantiles(store))] == ["pass"] * 2


def test_figures_stay_small(store: Store) -> None:
    view, words = View(store), usage_words("en")
    figures = (
        tokens_over_time(view.tokens(), "model", "auto", words, UTC),
        quantiles_over_time(view.latency("total_time", "at"), "s", words),
        headroom_over_time(view.limits(), words),
    )
    assert max(len(figure.to_json()) for figure in figures) <= 100_000
