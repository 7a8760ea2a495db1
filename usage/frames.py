"""Queries over the store as pandas frames, bounded in size whatever the store holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import func, select

from backends import OPEN_STATES
from usage.filters import Filter
from usage.ledger import Store
from usage.tables import calls, rollup_sums
from usage.tally import DAY, limit_headers

MOST_CALLS = 500

_SCALARS = (
    "id",
    "attempt",
    "started_ms",
    "provider",
    "model",
    "emulated",
    "credential",
    "state",
    "billed",
    "tag",
    "user",
    "run",
    "finish_reason",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "usage_source",
    "time_to_first_token",
    "total_time",
    "error_class",
    "error_code",
    "rate_headers",
)


def calls_frame(store: Store, which: Filter | None = None, most: int = MOST_CALLS) -> pd.DataFrame:
    """The latest calls, oldest first: one row each, `started_at` in UTC, no texts.

    Numbers not reported are missing, never 0.
    """
    query = (which or Filter()).apply(select(*(calls.c[name] for name in _SCALARS)))
    latest = query.order_by(calls.c.started_ms.desc()).limit(most)
    frame = pd.DataFrame([dict(row) for row in store.rows(latest)], columns=list(_SCALARS))
    frame["started_at"] = pd.to_datetime(frame["started_ms"], unit="ms", utc=True)
    for name in ("input_tokens", "output_tokens", "total_tokens"):
        frame[name] = pd.to_numeric(frame[name]).astype("Int64")
    for name in ("time_to_first_token", "total_time"):
        frame[name] = pd.to_numeric(frame[name])
    frame["credential"] = frame["credential"].fillna("")
    frame["who"] = frame["provider"] + "/" + frame["model"]
    return frame.iloc[::-1].reset_index(drop=True)


def limits_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """The rate-limit headers of `calls_frame`, one row per header and call.

    Columns: started_at, who, emulated, credential ("": unknown), kind (limit / remaining), unit
    (requests / tokens / input-tokens / output-tokens), value. Calls whose provider sent none have
    no row.
    """
    facts = [frame[name] for name in ("started_at", "who", "emulated", "credential")]
    found = [
        (*call, kind, unit, value)
        for headers, *call in zip(frame["rate_headers"], *facts, strict=True)
        for kind, unit, value in limit_headers(headers)
    ]
    columns = ["started_at", "who", "emulated", "credential", "kind", "unit", "value"]
    return pd.DataFrame(found, columns=columns)


def totals(store: Store, which: Filter | None = None) -> pd.DataFrame:
    """Calls and tokens by provider, model and emulated or live, summed in the database."""
    query = select(
        calls.c.provider,
        calls.c.model,
        calls.c.emulated,
        func.count().label("calls"),
        func.sum(calls.c.input_tokens).label("input_tokens"),
        func.sum(calls.c.output_tokens).label("output_tokens"),
    ).group_by(calls.c.provider, calls.c.model, calls.c.emulated)
    rows = store.rows((which or Filter()).apply(query))
    return pd.DataFrame(
        [dict(row) for row in rows],
        columns=["provider", "model", "emulated", "calls", "input_tokens", "output_tokens"],
    )


def model_names(totals: pd.DataFrame) -> list[str]:
    """The models of a frame of totals as `provider/name`, those with most calls first."""
    names = totals["provider"] + "/" + totals["model"]
    return list(totals["calls"].groupby(names).sum().sort_values(ascending=False).index)


def latest_values(store: Store, column: str, most: int = 2_000) -> list[str]:
    """What a column of the latest calls holds, each value once, the latest first."""
    newest = select(calls.c[column]).order_by(calls.c.started_ms.desc()).limit(most)
    values = (row[column] for row in store.rows(newest))
    return [value for value in dict.fromkeys(values) if value is not None]


def last_change(store: Store) -> tuple[int, int, int]:
    """Something that differs whenever the store's calls do, at the same cost however many there
    are: when the newest began, how many are open, how many have ended."""
    open_ = select(func.count()).where(calls.c.state.in_(OPEN_STATES))
    ended = select(func.sum(rollup_sums.c.calls)).where(rollup_sums.c.width_ms == DAY)
    newest = select(func.max(calls.c.started_ms))
    found = (store.rows(select(each.scalar_subquery().label("n")))[0]["n"] for each in
             (newest, open_, ended))  # fmt: skip
    first, second, third = (int(number or 0) for number in found)
    return first, second, third


def day_start() -> datetime:
    """Midnight UTC of today."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
