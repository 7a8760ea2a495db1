"""What one looks at on the usage page, as it stands in the page's address."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, get_args

from backends import State

SECTIONS = ("overview", "tokens", "limits", "speed", "errors", "cost", "calls")
KINDS = ("live", "emulated", "built_in")
TIMES = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
ALL, DAYS = "all", "days"
SORTS = ("started_ms", "time_to_first_token", "total_time", "input_tokens", "output_tokens")
PER = ("auto", "hour", "day")
BY = ("kind", "provider", "model")
MEASURES = ("time_to_first_token", "total_time", "tokens_per_second")
_STATES = get_args(State)


@dataclass(frozen=True, slots=True)
class View:
    """Everything that a link must bring back; None and empty mean all.

    `first` and `last` are days, both included, where `time` is "days". `credential` is the name of
    a key. `call` is the one that is opened, `line` the model, and the key, whose limits are drawn;
    `reach` is how far a search goes back.
    """

    view: str = SECTIONS[0]
    time: str = ALL
    first: date | None = None
    last: date | None = None
    provider: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    kind: str | None = None
    run: str | None = None
    tag: str | None = None
    user: str | None = None
    credential: str | None = None
    q: str = ""
    sort: str = SORTS[0]
    up: bool = False
    page: int = 1
    reach: int = 1
    call: str | None = None
    per: str = PER[0]
    by: str = BY[0]
    measure: str = MEASURES[0]
    line: str | None = None

    def bounds(self, now: datetime, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """The time that is shown: from when on, and until when; days are those of `zone`."""
        if self.time in TIMES:
            return now - TIMES[self.time], None
        if self.time != DAYS:
            return None, None
        begin, end = (
            None if day is None else datetime.combine(day, time(), zone)
            for day in (self.first, self.last and self.last + timedelta(days=1))
        )
        return begin, end


NAMES = tuple(field.name for field in fields(View))
_DEFAULT = View()
_CHOICES: Mapping[str, Sequence[str]] = {
    "view": SECTIONS,
    "time": (ALL, *TIMES, DAYS),
    "kind": KINDS,
    "sort": SORTS,
    "per": PER,
    "by": BY,
    "measure": MEASURES,
}
_DAYS = ("first", "last")
_COUNTS = ("page", "reach")
_SEVERAL = ("provider", "model", "state")
_MOST = 10_000


def parse(params: Mapping[str, Sequence[str]]) -> View:
    """The view that an address asks for. What it says of anything that cannot be is left out."""
    found: dict[str, Any] = {}
    for name, texts in params.items():
        if name in NAMES and texts and (value := _read(name, texts)) is not None:
            found[name] = value
    return View(**found)


def as_params(view: View) -> dict[str, list[str]]:
    """The view as parts of an address; what is as it is by itself has none."""
    return {
        name: _written(value)
        for name in NAMES
        if (value := getattr(view, name)) != getattr(_DEFAULT, name)
    }


def command(view: View, since: datetime | None, until: datetime | None) -> str:
    """The command that exports what the view's filters leave."""
    words = ["python", "desk.py", "usage", "export"]
    bounds = {"since": since, "until": until}
    for name, moment in bounds.items():
        words += [f"--{name}", moment.isoformat(timespec="seconds")] if moment else []
    for name in _SEVERAL:
        for value in getattr(view, name):
            words += [f"--{name}", value]
    for name in ("kind", "run", "tag", "user", "credential"):
        words += [f"--{name}", value] if (value := getattr(view, name)) else []
    words += ["--search", view.q] if view.q.strip() else []
    return shlex.join([*words, "--output", "calls.jsonl"])


def _read(name: str, texts: Sequence[str]) -> Any:
    text = texts[-1]
    if name in _CHOICES:
        return text if text in _CHOICES[name] else None
    if name in _DAYS:
        return _day(text)
    if name in _COUNTS:
        good = text.isascii() and text.isdigit() and len(text) < 6
        return int(text) if good and 0 < int(text) <= _MOST else None
    if name == "up":
        return text == "1" or None
    if name in _SEVERAL:
        kept = [each for each in texts if each and (name != "state" or each in _STATES)]
        return tuple(dict.fromkeys(kept))
    return text or None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _written(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return list(value)
    return ["1" if value is True else str(value)]
