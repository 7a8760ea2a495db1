"""Rate limits as a table: what is left of each, and how soon it was seen to come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from usage.tally import KEYED, LINE

_SERIES = [*KEYED, "unit"]


@dataclass(frozen=True, slots=True)
class Refill:
    """How soon a limit came back, as far as calls show it.

    A call that finds more left than the one before shows that it came back in between; so `within`
    seconds is the shortest that was seen, and the true time may be shorter still. `seen` counts.
    """

    within: float
    seen: int


def headroom(limits: pd.DataFrame) -> pd.DataFrame:
    """A row for each limit: provider, model, emulated, credential, unit, at (of its last headers),
    limit, remaining, share left, lowest share. `limits` is of `usage.series.View.limits`."""
    if limits.empty:
        return limits.assign(share=[], lowest=[])
    last = limits.sort_values("at").groupby(_SERIES, as_index=False).last()
    shares = limits.assign(
        lowest=limits["lowest_remaining"].astype(float) / limits["limit"].astype(float)
    )
    lowest = shares.groupby(_SERIES, as_index=False)["lowest"].min()
    last["share"] = last["remaining"].astype(float) / last["limit"].astype(float)
    return last.merge(lowest, on=_SERIES)


def whose(frame: pd.DataFrame, unknown: str) -> pd.Series:
    """Whose limits each row of a frame with `credential` tells of: `provider/name`, and the name of
    the key where the model was called with several; `unknown` stands for one that has none."""
    names = frame["provider"] + "/" + frame["model"]
    several = frame.groupby(list(LINE))["credential"].transform("nunique") > 1
    return names.where(~several, names + " · " + frame["credential"].replace("", unknown))


def refill(readings: Sequence[tuple[float, int]]) -> Refill | None:
    """`readings` are (seconds, remaining) of one limit's headers in order; None: never seen."""
    gaps = [
        later - earlier
        for (earlier, before), (later, after) in pairwise(readings)
        if after > before
    ]
    return Refill(min(gaps), len(gaps)) if gaps else None


def refills(header_rows: pd.DataFrame) -> dict[tuple[str, bool, str, str], Refill]:
    """(`provider/name`, emulated, name of the key, unit) → refill; `header_rows` is of
    `frames.limits_frame`."""
    remaining = header_rows[header_rows["kind"] == "remaining"]
    found = {}
    series = ["who", "emulated", "credential", "unit"]
    for (who, emulated, credential, unit), part in remaining.groupby(series):
        ordered = part.sort_values("started_at")
        seconds = (moment.timestamp() for moment in ordered["started_at"])
        seen = refill(list(zip(seconds, ordered["value"], strict=True)))
        if seen is not None:
            found[str(who), bool(emulated), str(credential), str(unit)] = seen
    return found
