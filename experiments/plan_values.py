"""The values in a plan: each reader takes a key and a value, and gives the value or a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from backends import Words, brief


class PlanTrouble(Exception):
    """A plan that cannot be run; `message` says what is wrong with it and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Words(zh, en)


def a_list(key: str, value: Any) -> list[Any] | tuple[Any, ...]:
    """A list, whatever is in it."""
    if not isinstance(value, list | tuple):
        raise wrong(key, "一个列表", "a list", value)
    return value


def text(key: str, value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise wrong(key, "文字", "text", value)
    return value


def flag(key: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong(key, "true 或 false", "true or false", value)
    return value


def number(key: str, value: Any) -> float:
    """A number; not NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise wrong(key, "数字", "a number", value)
    return float(value)


def positive(key: str, value: Any) -> float:
    """A number above 0."""
    if number(key, value) <= 0:
        raise wrong(key, "大于 0 的数字", "a number above 0", value)
    return float(value)


def whole(minimum: int, maximum: int | None = None) -> Callable[[str, Any], int]:
    """A reader of whole numbers from `minimum` to `maximum`, both included."""

    def read(key: str, value: Any) -> int:
        good = isinstance(value, int) and not isinstance(value, bool) and value >= minimum
        if not good or (maximum is not None and value > maximum):
            top = "" if maximum is None else f"–{maximum}"
            raise wrong(
                key,
                f"整数（{minimum}{top or ' 以上'}）",
                f"a whole number ({minimum}{top or ' or more'})",
                value,
            )
        return int(value)

    return read


def wrong(key: str, zh: str, en: str, value: Any) -> PlanTrouble:
    """What to raise for a value of the wrong kind."""
    key, shown = brief(key), brief(repr(value), 60)
    return PlanTrouble(
        f"计划里的 {key} 应是{zh}，现在是 {shown}。请修改。",
        f"In the plan, {key} must be {en} and is {shown}. Change it.",
    )


def unknown(where_zh: str, where: str, key: str, known: Any) -> PlanTrouble:
    """What to raise for a name that is not among the known ones."""
    near = difflib.get_close_matches(str(key), list(known), n=1, cutoff=0.5)
    key, names = brief(key), near or list(known)[:12]
    return PlanTrouble(
        f"{where_zh} 里没有“{key}”。可用的有：{'、'.join(names)}。",
        f"There is no “{key}” in {where}. There is: {', '.join(names)}.",
    )
