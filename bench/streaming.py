"""What an answer of four times the length costs, in multiples of the shorter one."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser

from bench.apps import App
from bench.browser import Cost, cost_of_answer
from bench.report import Row
from bench.upstream import Upstream, kept_pace

_SHORT: Final = 20
_TIMES: Final = 4
_VOIDS: Final = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of cost; differences below `resolution` are noise."""

    name: str
    unit: str
    of: Callable[[Cost], float]
    resolution: float
    bar: float = 5


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs of three lengths in one round: hardly any text, a length, and four times that."""

    least: Cost
    short: Cost
    long: Cost

    def ratio(self, measure: Measure) -> float | None:
        """How one cost grows with the text alone; None when it is too small to be told.

        What any answer costs, such as redrawing the page, is taken off first: it would hide
        a cost that grows as the square.
        """
        least, short, long = map(measure.of, (self.least, self.short, self.long))
        return (long - least) / (short - least) if short - least >= measure.resolution else None


BYTES: Final = Measure("bytes", "kB", lambda cost: cost.bytes / 1000, resolution=1)
MEASURES: Final = (
    BYTES,
    Measure("server CPU", "s", lambda cost: cost.server, resolution=0.1),
    Measure("browser CPU", "s", lambda cost: cost.browser, resolution=0.1),
)


def warm_up(browser: Browser, app: App, upstream: Upstream) -> None:
    """The first answer of a process pays for imports and caches."""
    cost_of_answer(browser, app, upstream, _SHORT)


def rounds(browser: Browser, app: App, upstream: Upstream, tokens: int,
           count: int) -> Iterator[Growth]:  # fmt: skip
    """So many rounds; those in which an emulator was late do not count, and are tried again."""
    voids = done = 0
    while done < count and voids <= _VOIDS:
        growth = _round(browser, app, upstream, tokens)
        if growth is None:
            voids += 1
            continue
        done += 1
        yield growth


def _round(browser: Browser, app: App, upstream: Upstream, tokens: int) -> Growth | None:
    lengths = [_SHORT, tokens, _TIMES * tokens]
    before = len(upstream.served())
    # In any order, so that whatever drifts meanwhile favours none.
    costs = {length: cost_of_answer(browser, app, upstream, length)
             for length in random.sample(lengths, 3)}  # fmt: skip
    if not kept_pace(upstream.served()[before:], upstream.fast):
        return None
    return Growth(*(costs[length] for length in lengths))


def rows(app: App, tokens: int, found: list[Growth]) -> list[Row]:
    """A row for each cost."""
    return [row(app, measure, tokens, found) for measure in MEASURES]


def row(app: App, measure: Measure, tokens: int, found: list[Growth]) -> Row:
    """One cost in all rounds."""
    ratios = [ratio for one in found if (ratio := one.ratio(measure)) is not None]
    name = f"{_TIMES * tokens:,} / {tokens:,} tokens: {measure.name}"
    return Row(app.kind, name, ratios, measure.bar, _figures(found, measure))


def _figures(found: list[Growth], measure: Measure) -> str:
    if not found:
        return ""
    least, short, long = (
        statistics.median(measure.of(cost) for cost in costs)
        for costs in zip(*((one.least, one.short, one.long) for one in found), strict=True)
    )
    return f"{long:.3g} / {short:.3g} {measure.unit}, both less {least:.2g}"
