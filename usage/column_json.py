"""JSON in the columns of the store: without secrets, and with nothing a database would refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from backends import redactor
from usage.tables import is_sound, sound

encode = json.JSONEncoder(ensure_ascii=False, default=dict).encode


def to_json(value: Any) -> str:
    """JSON for a column, without any known secret, and with what a database would refuse in it
    escaped as in `usage.rows.written`."""
    text = encode(value)
    if '"' not in text:
        return text  # numbers alone
    if redactor.holds(text):
        value = redactor.scrub(value)
        text = encode(value)
    if not is_sound(text):
        text = encode(_storable(value))
    return text


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, Mapping):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
