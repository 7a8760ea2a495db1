"""JSON in the columns of the store: without secrets, and with nothing a database would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from backends import Once, ParamTrace, redactor, trace_json
from usage.tables import sound

_UNSET = ("off", "provider default")


class Json(str):
    """What `to_json` has made; it is not made again."""

    __slots__ = ()


_encode = json.JSONEncoder(ensure_ascii=False, default=dict).encode


def to_json(value: Any) -> str:
    """JSON for a column, without any known secret, and with what a database would refuse in it
    escaped as in `usage.rows.opening`."""
    if isinstance(value, Json):
        return value
    text = _encode(value)
    if '"' not in text:
        return text  # numbers alone
    if redactor.holds(text):
        value = redactor.scrub(value)
        text = _encode(value)
    if "\\u0000" in text or sound(text) != text:
        text = _encode(_storable(value))
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value


def account_json(traces: Iterable[ParamTrace]) -> Json:
    """The account of a call's parameters. Those that nobody set are the same in every call of a
    model, and so is what is made of them."""
    made = (_same(trace) if trace.outcome in _UNSET else _made(trace) for trace in traces)
    return Json(f"[{', '.join(made)}]")


def _made(trace: ParamTrace) -> str:
    return to_json(trace_json(trace))


_same = Once(_made)
