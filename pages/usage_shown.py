"""What every section of the usage page is given: the calls that are shown, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

import wiring
from panels.usage_view import KINDS, View
from panels.words import Lang
from usage.filters import Filter
from usage.series import View as Series


@dataclass(frozen=True, slots=True)
class Shown:
    """The desk, the view, which calls it means, and those calls counted. What was asked is shown
    of the `reader`'s own calls alone, where there is one."""

    desk: wiring.Desk
    view: View
    which: Filter
    series: Series
    zone: tzinfo
    words: Mapping[str, str]
    lang: Lang
    reader: str | None = None

    def kinds(self, frame: pd.DataFrame) -> list[str]:
        """Who answered, of each row of a frame with `provider` and `emulated`."""
        own = set(self.desk.built_in)
        return [
            "emulated" if emulated else "built_in" if provider in own else "live"
            for provider, emulated in zip(frame["provider"], frame["emulated"], strict=True)
        ]

    def present(self, totals: pd.DataFrame) -> Sequence[str]:
        """The kinds that there are, live first."""
        found = set(self.kinds(totals))
        return [kind for kind in KINDS if kind in found]


def zone() -> tzinfo:
    """The reader's time zone."""
    return ZoneInfo(st.context.timezone or "UTC")


def filter_of(view: View, desk: wiring.Desk, here: tzinfo) -> Filter:
    """The calls that a view means."""
    since, until = view.bounds(datetime.now(UTC), here)
    which = Filter(
        since,
        until,
        view.provider,
        models=view.model,
        states=view.state,
        run=view.run,
        tag=view.tag,
        user=view.user,
        credential=view.credential,
    )
    return which.of_kind(view.kind, desk.built_in)
