"""How far a run is: counts, calls, time left, and what may be said so far."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from experiments.journal import Journal, Run
from usage.tables import calls

# Calls over whose span the pace is measured.
_RECENT = 50


def progress(journal: Journal, run: Run) -> dict[str, Any]:
    """Counts by state, calls made, cells open, estimated seconds left (None: unknown).

    `states` names what became of a cell: the final state of its call, or *waiting*, *running*,
    *dropped*.
    """
    counts = journal.counts(run.id)
    states = {
        key.removeprefix("done:"): count
        for key, count in counts.items()
        if key != "done" and not key.startswith(("waiting:", "running:", "dropped:"))
    }
    open_ = counts.get("waiting", 0) + counts.get("running", 0)
    return {
        "run": run.id,
        "name": run.name,
        "kind": run.kind,
        "wanted": run.wanted,
        "states": states,
        "calls": calls_made(journal, run.id),
        "done": counts.get("done", 0),
        "open": open_,
        "seconds_left": seconds_left(journal, run, open_),
    }


def calls_made(journal: Journal, run: str) -> int:
    """Every call of a run, tries again and judges included."""
    query = select(func.count().label("made")).where(calls.c.run == run)
    return int(journal.store.rows(query)[0]["made"])


def seconds_left(journal: Journal, run: Run, open_: int) -> float | None:
    """How long the open cells will take; None before any call has ended.

    The longer of two times: at the pace of the last calls, and under the limit of requests a
    minute that the models last told.
    """
    if not open_:
        return 0.0
    wanted = ("provider", "model", "total_time", "limit_requests", "remaining_requests")
    latest = (
        select(*(calls.c[name] for name in wanted))
        # What was recorded and then held back says nothing of the pace.
        .where(calls.c.run == run.id, calls.c.total_time.is_not(None), calls.c.billed != "no")
        .order_by(calls.c.started_ms.desc())
        .limit(_RECENT)
    )
    rows = journal.store.rows(latest)
    if not rows:
        return None
    mean = sum(float(row["total_time"]) for row in rows) / len(rows)
    told = {f"{row['provider']}/{row['model']}": row for row in reversed(rows)}
    # Each model has its share of what is open.
    share = open_ / max(len({setting.model for setting in run.settings}), 1)
    waits = [
        60.0 * max(share - (row["remaining_requests"] or 0), 0) / float(row["limit_requests"])
        for row in told.values()
        if row["limit_requests"]
    ]
    return round(max([open_ * mean / run.plan.concurrency, *waits]), 1)
