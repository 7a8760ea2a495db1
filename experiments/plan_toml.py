"""A plan's form as a TOML file, to be kept, read and run again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(form: Mapping[str, Any]) -> str:
    """The form as TOML text that reads back as the same values; what is None is left out.

    Tables come last, lists of tables as `[[name]]`. (TOML 1.0, https://toml.io/en/v1.0.0)
    """
    plain = {key: value for key, value in form.items() if value is not None}
    tables = {key: value for key, value in plain.items() if _is_tables(value)}
    lines = [f"{_key(key)} = {_value(v)}" for key, v in plain.items() if key not in tables]
    for key, value in tables.items():
        listed = isinstance(value, Sequence)
        for each in value if listed else [value]:
            lines += ["", f"[[{_key(key)}]]" if listed else f"[{_key(key)}]"]
            lines += [f"{_key(name)} = {_value(v)}" for name, v in each.items() if v is not None]
    return "\n".join(lines) + "\n"


def _is_tables(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    listed = isinstance(value, list | tuple) and len(value) > 0
    return listed and all(isinstance(each, Mapping) for each in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        parts = (f"{_key(key)} = {_value(v)}" for key, v in value.items() if v is not None)
        return "{" + ", ".join(parts) + "}"
    return "[" + ", ".join(_value(each) for each in value) + "]"


def _text(value: str) -> str:
    # JSON's escapes are TOML's too, but for the delete character, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)
