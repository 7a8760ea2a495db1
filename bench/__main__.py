"""`python -m bench [--quick] [--app gradio]`: the table of ratios; exit code 1 if a bar is missed.

A full run takes about seven minutes, a quick one less than one. The studies alone, which need no
browser: `python -m bench.study`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser

from bench import streaming, study
from bench.apps import KINDS, App, running
from bench.browser import chromium
from bench.crowd import Service, chatting, served_anew, stalled
from bench.report import Row, table
from bench.upstream import Upstream, ideal


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. Paces are tokens per second, lengths tokens."""

    pace: float
    length: int
    rounds: int
    people: int
    answer: int
    crowds: int
    stalls: int
    looks: int


FULL: Final = Plan(pace=400, length=2000, rounds=3, people=30, answer=200, crowds=3, stalls=45,
                   looks=5)  # fmt: skip
QUICK: Final = Plan(pace=1000, length=1000, rounds=1, people=8, answer=80, crowds=1, stalls=12,
                    looks=2)  # fmt: skip
_CHAT_PACE: Final = 40.0


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short version, under a minute")
    parser.add_argument("--app", choices=KINDS, action="append", help="only this app, and no study")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    rows: list[Row] = []
    with Upstream(plan.pace, _CHAT_PACE) as upstream, chromium() as browser:
        for kind in options.app or KINDS:
            with running(kind, upstream.environment) as app:
                rows += _measured(browser, app, upstream, plan)
    if not options.app:
        _say("studies")
        rows += study.rows(quick=options.quick)
    sys.stdout.write(table(rows) + "\n")
    return 1 if any(row.verdict == "FAIL" for row in rows) else 0


def _measured(browser: Browser, app: App, upstream: Upstream, plan: Plan) -> Iterator[Row]:
    _say(f"{app.kind}: answers of {plan.length:,} and {4 * plan.length:,} tokens")
    if plan.rounds > 1:
        streaming.warm_up(browser, app, upstream)
    grown = list(streaming.rounds(browser, app, upstream, plan.length, plan.rounds))
    yield from streaming.rows(app, plan.length, grown)
    _say(f"{app.kind}: {plan.people} people chatting")
    yield crowd_row(app, upstream, plan)
    _say(f"{app.kind}: {plan.stalls} stalled providers")
    yield from stall_rows(app, upstream, plan)


def crowd_row(app: App, upstream: Upstream, plan: Plan) -> Row:
    """How much longer the slowest of many people waits than the emulator took."""
    waits = [chatting(app, upstream, plan.people, plan.answer) for _ in range(plan.crowds)]
    timely = [one for one in waits if one.on_time]
    figures = ", ".join(f"{max(one.seconds):.2f} / {ideal(one.served):.2f} s" for one in timely)
    return Row(app.kind, f"{plan.people} people: slowest / ideal",
               [one.ratio for one in timely], 1.5, figures)  # fmt: skip


def stall_rows(app: App, upstream: Upstream, plan: Plan) -> list[Row]:
    """What somebody new meets while many calls hang, against the same app when idle."""
    idle = [served_anew(app) for _ in range(plan.looks)]
    with stalled(app, upstream, plan.stalls):
        busy = [served_anew(app) for _ in range(plan.looks)]
    pages, quiet = [one.page for one in busy], _middle(idle)
    name = f"{plan.stalls} stalled"
    return [
        Row(app.kind, f"{name}: page / idle page", [one / quiet.page for one in pages], 10,
            f"{1000 * statistics.median(pages):.0f} / {1000 * quiet.page:.0f} ms"),
        Row(app.kind, f"{name}: page", pages, 1, "the issue's one absolute bar", unit="s"),
        Row(app.kind, f"{name}: built-in chat / idle chat",
            [one.token / quiet.token for one in busy], 1.5,
            f"{1000 * _middle(busy).token:.0f} / {1000 * quiet.token:.0f} ms a token"),
    ]  # fmt: skip


def _middle(found: list[Service]) -> Service:
    return Service(statistics.median(one.page for one in found),
                   statistics.median(one.token for one in found))  # fmt: skip


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
