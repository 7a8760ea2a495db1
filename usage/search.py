"""Searching in questions and answers, and the list of calls page by page.

Portable SQL without an index of words: it looks through the newest calls first, some thousand at
a time, and says when it stopped before the last. A read is short, so that no writer waits for it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Text, and_, cast, func, or_, select, tuple_

from backends import Call
from usage.filters import Filter
from usage.ledger import Store
from usage.tables import calls

Sort = Literal["started_ms", "time_to_first_token", "total_time", "input_tokens", "output_tokens"]
SORTS: tuple[Sort, ...] = (
    "started_ms", "time_to_first_token", "total_time", "input_tokens", "output_tokens",
)  # fmt: skip

PAGE = 50
# How many of the newest calls are sorted and paged; and looked through for words, for one `reach`.
MOST_LISTED, MOST_LOOKED, MOST_FOUND = 10_000, 50_000, 1_000
_WINDOW = 2_000
_SECONDS = 3.0
_AROUND = 40
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_SHOWN = (
    "id", "started_ms", "provider", "model", "emulated", "state", "tag", "run", "input_tokens",
    "output_tokens", "usage_source", "time_to_first_token", "total_time", "error_class",
    "error_code",
)  # fmt: skip
_TEXTS = (calls.c.messages, calls.c.system, calls.c.text, calls.c.reasoning)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of calls.

    Each of `rows` has the columns of a call without its texts, and `excerpt`: where a search found
    it, else how its question begins. `count` calls can be paged through; `looked` is how many were
    looked at and `whole` whether those were all that the filter leaves.
    """

    rows: Sequence[Row]
    count: int
    looked: int
    whole: bool


def terms(text: str) -> tuple[str, ...]:
    """What is searched for: words, or several in double quotes; each must occur."""
    return tuple(quoted or word for quoted, word in _TERM.findall(text))


def matches(call: Call, wanted: Sequence[str]) -> bool:
    """Whether each of `terms` occurs in what was asked or answered, in any case of letters."""
    told = [*(message.content for message in call.messages), call.system, call.text, call.reasoning]
    return _occur(told, wanted)


def matching(found: Iterable[Call], text: str) -> Iterator[Call]:
    """Of these calls those that match a search; all where it is empty."""
    wanted = terms(text)
    return (call for call in found if matches(call, wanted)) if wanted else iter(found)


def listing(
    store: Store,
    which: Filter,
    text: str = "",
    sort: Sort = "started_ms",
    descending: bool = True,
    page: int = 1,
    reach: int = 1,
) -> Listing:
    """One page, of `PAGE` calls, of the newest `MOST_LISTED` that the filter leaves.

    With a `text`, of those that match among the newest `MOST_LOOKED` × `reach`. Calls without the
    figure that is sorted by come last.
    """
    if wanted := terms(text):
        found, looked, whole = _search(store, which, wanted, reach)
        ranked = _ranked(found, sort, descending)
        part = ranked[(page - 1) * PAGE : page * PAGE]
        return Listing(part, len(found), looked, whole)
    newest = _newest(which, MOST_LISTED + 1).subquery()
    count = int(store.rows(select(func.count().label("n")).select_from(newest))[0]["n"])
    column = newest.c[sort]
    order = (column.is_(None), column.desc() if descending else column, newest.c.id)
    ids = select(newest.c.id).order_by(*order).limit(PAGE).offset((page - 1) * PAGE)
    kept = [row["id"] for row in store.rows(ids)]
    by_id = {row["id"]: row for row in _with_texts(store, calls.c.id.in_(kept))}
    rows = [_row(by_id[call_id], ()) for call_id in kept if call_id in by_id]
    return Listing(rows, min(count, MOST_LISTED), count, count <= MOST_LISTED)


def _search(
    store: Store, which: Filter, wanted: Sequence[str], reach: int
) -> tuple[list[Row], int, bool]:
    found: list[Row] = []
    looked, ends = 0, time.monotonic() + _SECONDS * reach
    for window in _windows(store, which):
        if looked >= MOST_LOOKED * reach or len(found) >= MOST_FOUND or time.monotonic() > ends:
            return found[:MOST_FOUND], looked, False
        looked += len(window)
        first, last = window[-1], window[0]
        place = tuple_(calls.c.started_ms, calls.c.id)
        within = and_(
            # The first says the same of the time alone, which an index answers everywhere.
            calls.c.started_ms.between(first["started_ms"], last["started_ms"]),
            place >= (first["started_ms"], first["id"]),
            place <= (last["started_ms"], last["id"]),
            *which.conditions(calls.c),
            *(_holds(term) for term in wanted),
        )
        rows = _with_texts(store, within)
        found += [_row(row, wanted) for row in rows if _occur(list(_told(row)), wanted)]
    return found, looked, True


def _windows(store: Store, which: Filter) -> Iterator[Sequence[Row]]:
    """Id and time of the calls, newest first, some thousand at a time."""
    after: tuple[int, str] | None = None
    place = tuple_(calls.c.started_ms, calls.c.id)
    while True:
        query = _newest(which, _WINDOW)
        if after is not None:
            query = query.where(calls.c.started_ms <= after[0], place < after)
        window = store.rows(query)
        if window:
            yield window
        if len(window) < _WINDOW:
            return
        after = (window[-1]["started_ms"], window[-1]["id"])


def _newest(which: Filter, most: int) -> Any:
    query = which.apply(select(calls.c.id, *(calls.c[name] for name in SORTS)))
    return query.order_by(calls.c.started_ms.desc(), calls.c.id.desc()).limit(most)


def _holds(term: str) -> ColumnElement[bool]:
    """A term is somewhere in the row: in its texts, or in its messages, which are stored as JSON.

    JSON has words of its own, such as "role", so who asks looks at what is found once more.
    """
    escaped = json.dumps(term, ensure_ascii=False)[1:-1]
    messages = cast(calls.c.messages, Text).icontains(escaped, autoescape=True)
    texts = [column.icontains(term, autoescape=True) for column in _TEXTS[1:]]
    return or_(messages, *texts)


def _with_texts(store: Store, condition: ColumnElement[bool]) -> Sequence[Row]:
    query = select(*(calls.c[name] for name in _SHOWN), *_TEXTS).where(condition)
    return store.rows(query.order_by(calls.c.started_ms.desc(), calls.c.id.desc()))


def _told(row: Row) -> Iterator[str]:
    """What was asked, the last question first, and what came back."""
    yield from (message["content"] for message in reversed(row["messages"]))
    yield from (row["text"], row["reasoning"], row["system"])


def _occur(told: Sequence[str], wanted: Sequence[str]) -> bool:
    lowered = [text.lower() for text in told]
    return all(any(term.lower() in text for text in lowered) for term in wanted)


def _row(row: Row, wanted: Sequence[str]) -> Row:
    shown = {name: row[name] for name in _SHOWN}
    return {**shown, "excerpt": _excerpt(list(_told(row)), wanted)}


def _excerpt(told: Sequence[str], wanted: Sequence[str]) -> str:
    """The surroundings of the first term, or the beginning of the question."""
    for text in told if wanted else ():
        if (place := text.lower().find(wanted[0].lower())) >= 0:
            start, end = max(place - _AROUND, 0), place + len(wanted[0]) + _AROUND
            cut = text[start:end]
            return _flat("…" * (start > 0) + cut + "…" * (end < len(text)))
    return _flat(told[0][: 2 * _AROUND] + "…" * (len(told[0]) > 2 * _AROUND)) if told else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def _ranked(found: Sequence[Row], sort: Sort, descending: bool) -> list[Row]:
    known = [row for row in found if row[sort] is not None]
    unknown = [row for row in found if row[sort] is None]
    return sorted(known, key=lambda row: row[sort], reverse=descending) + unknown
