"""How the usage page does as the log grows: the same work on a store of few calls and of many.

`python -m bench.usage [--quick | --long] [--keep FOLDER]` prints the table of ratios; exit code 1
if a bar is missed. An ordinary run compares 1,000,000 calls with 10,000, a long one 10,000,000
with 100,000, a quick one 30,000 with 3,000. Stores are made up first, which takes minutes; those
in FOLDER are kept and used again.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import func, select

from backends import ANSWERED_STATES
from bench.browser import chromium, newcomer
from bench.paint import first_paint
from bench.report import Row, table
from usage import Store, rollups
from usage.frames import calls_frame, last_change
from usage.generate import generate, synthetic
from usage.prices import Prices
from usage.series import View
from usage.tables import calls, rollup_sums
from usage.tally import COLUMNS, DAY, HOUR, MEASURES

DAYS: Final = 90
SEED: Final = 5
SHARES: Final = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many calls the two stores hold, how often each is drawn, how many calls are written,
    how often the page is opened."""

    few: int
    many: int
    rounds: int
    writes: int
    visits: int


QUICK: Final = Plan(3_000, 30_000, 9, 60, 3)
FULL: Final = Plan(10_000, 1_000_000, 15, 300, 7)
LONG: Final = Plan(100_000, 10_000_000, 15, 300, 7)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench.usage", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3,000 and 30,000 calls")
    parser.add_argument("--long", action="store_true", help="100,000 and 10,000,000 calls")
    parser.add_argument("--keep", type=Path, help="a folder for the stores, used again")
    options = parser.parse_args()
    plan = QUICK if options.quick else LONG if options.long else FULL
    with tempfile.TemporaryDirectory(prefix="tunedesk-bench-") as folder:
        home = options.keep or Path(folder)
        few, many = (filled(home, count) for count in (plan.few, plan.many))
        rows = list(measured(few, many, plan))
        for store in (few, many):
            store.shut()
        with chromium() as browser, newcomer(browser) as visitor:
            rows.append(first_paint(visitor, str(many.url), plan.many, plan.visits))
    sys.stdout.write(table(rows) + "\n")
    return any(row.verdict == "FAIL" for row in rows)


def measured(few: Store, many: Store, plan: Plan) -> Iterator[Row]:
    """All measures that need no browser."""
    yield exact(many)
    yield flat(few, many, plan.rounds)
    yield quantiles(many)
    yield recorded(few, plan.writes)


def filled(folder: Path, count: int) -> Store:
    """A store of so many made-up calls over 90 days; one that is there already is taken."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{folder / f'calls-{count}.db'}")
    there = store.rows(select(func.count().label("n")).select_from(calls))[0]["n"]
    if there == 0:
        for done in generate(store, count, DAYS, SEED):
            if done % 100_000 == 0:
                sys.stderr.write(f"{done} of {count} calls made up\n")
    return store


def page(store: Store) -> View:
    """Everything that the usage page reads to be drawn once."""
    view, prices = View(store), Prices.load()
    last_change(store)
    calls_frame(store)
    for frame in (view.totals, view.states, view.tokens, view.errors, view.refusals, view.waits,
                  view.limits, view.headers):  # fmt: skip
        frame()
    view.costs(prices)
    view.costs(prices, "at")
    for measure in MEASURES:
        view.latency(measure, "at")
        view.latency(measure, "provider", "model")
        view.distribution(measure)
    return view


def flat(few: Store, many: Store, rounds: int) -> Row:
    """Processor time of the whole page's data with many calls, against that with few."""
    for store in (few, many):
        page(store)
    order = random.Random(SEED)
    spent: dict[Store, list[float]] = {few: [], many: []}
    for _ in range(rounds):
        for store in order.sample([few, many], 2):
            spent[store].append(_processor(page, store))
    ratios = [much / little for much, little in zip(spent[many], spent[few], strict=True)]
    figures = " / ".join(f"{statistics.median(spent[store]) * 1e3:.0f}" for store in (many, few))
    return Row("usage", "processor time of the page's data", ratios, 1.3, f"{figures} ms")


def exact(store: Store) -> Row:
    """By how much sums of rollups differ from those of the rows, in calls and in tokens."""
    view = View(store).totals()
    counts = select(func.count().label("calls"),
                    func.sum(calls.c.input_tokens).label("input_tokens"),
                    func.sum(calls.c.output_tokens).label("output_tokens"))  # fmt: skip
    rows = store.rows(counts)[0]
    levels = [
        store.rows(
            select(*(func.sum(rollup_sums.c[name]).label(name) for name in rows))
            .where(rollup_sums.c.width_ms == width)
        )[0]
        for width in (HOUR, DAY)
    ]  # fmt: skip
    told = [{name: view[name].sum() for name in rows}, *levels]
    apart = [abs(int(each[name]) - int(rows[name])) for each in told for name in rows]
    return Row("usage", "sums of rollups against rows", apart, 0, f"{rows['calls']} calls", "apart")


def quantiles(store: Store) -> Row:
    """Percent by which p50, p95 and p99 of each model differ from those of its rows."""
    view, errors = View(store), []
    for measure in ("time_to_first_token", "total_time"):
        told = view.latency(measure, "provider", "model").to_dict("records")
        for row in told:
            values = store.rows(
                select(calls.c[measure].label("value")).where(
                    calls.c.provider == row["provider"], calls.c.model == row["model"],
                    calls.c.state.in_(ANSWERED_STATES),
                )
            )  # fmt: skip
            true = np.quantile([each["value"] for each in values], SHARES, method="inverted_cdf")
            found = np.array([row[name] for name in ("p50", "p95", "p99")])
            errors += list(100 * abs(found - true) / true)
    return Row(
        "usage", "error of quantiles, worst", [max(errors)], 2, f"{len(errors)} checked", "%"
    )


def recorded(store: Store, writes: int) -> Row:
    """Microseconds of its own processor time that recording a call costs its caller, beyond
    waiting for a commit in which there is nothing else to do."""
    made = list(synthetic(writes, 1, SEED))
    spent, waited = [], []
    for call in made:
        spent.append(_thread(lambda: store.open(call)))  # noqa: B023 - called at once
        waited.append(_thread(lambda: store.write(_nothing).result()))
    store.write(lambda connection: _forgotten(connection, [call.id for call in made])).result()
    bare = statistics.median(waited)
    figures = f"{statistics.median(spent):.0f} / {bare:.0f} µs"
    beyond = [statistics.median(spent) - bare]
    return Row("usage", "recording a call, its caller", beyond, 20, figures, "µs")


def _thread(work: Callable[[], Any]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1e6


def _nothing(_: Any) -> None:
    """What a commit costs that has nothing to do."""


def _forgotten(connection: Any, ids: Sequence[str]) -> None:
    """Leave the store as it was."""
    for call_id in ids:
        where = calls.c.id == call_id
        rows = connection.execute(select(*(calls.c[name] for name in COLUMNS)).where(where))
        rollups.forget(connection, [dict(row) for row in rows.mappings()])
        connection.execute(calls.delete().where(where))


def _processor(work: Callable[[Store], Any], store: Store) -> float:
    began = time.process_time()
    work(store)
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
