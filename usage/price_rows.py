"""The rows of a price table, and the TOML file that they are read from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from backends import Words
from usage.trouble import Trouble

Currency = Literal["CNY", "USD"]
_MILLION = Decimal(1_000_000)

_UNREADABLE = Words(
    "价目表 {path} 读不出来（{why}）。请修正文件，或去掉这项设置。",
    "The price table {path} cannot be read ({why}). Correct the file, or remove the setting.",
)
_BAD_ROW = Words(
    "价目表 {path} 的第 {number} 条 [[price]] 里，{why} 缺失或写得不对。请修正后重试。",
    "In row {number} of the price table {path}, {why} is missing or wrong. Correct it, then retry.",
)


class PriceTrouble(Trouble):
    """A price table cannot be used; `message` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money."""

    amount: Decimal
    currency: Currency


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens of one model cost from a day on, and where that is said.

    `cached_input` is the price of input tokens that the provider had in its cache (None: not
    known). Some charge by size or hour: the row holds for calls of at most `up_to_input` and
    `up_to_output` tokens (None: any), and within `weekday_hours` (pairs of whole hours in UTC,
    Monday to Friday; empty: at any time).
    """

    model: str
    currency: Currency
    input: Decimal
    output: Decimal
    valid_from: date
    source: str
    cached_input: Decimal | None = None
    up_to_input: int | None = None
    up_to_output: int | None = None
    weekday_hours: tuple[tuple[int, int], ...] = ()

    def fits(self, when: datetime, input_tokens: int, output_tokens: int) -> bool:
        """Whether it is the price of a call of that size at that time, if it held that day."""
        here = when.astimezone(UTC)
        return (
            (self.up_to_input is None or input_tokens <= self.up_to_input)
            and (self.up_to_output is None or output_tokens <= self.up_to_output)
            and (
                not self.weekday_hours
                or (
                    here.weekday() < 5
                    and any(start <= here.hour < end for start, end in self.weekday_hours)
                )
            )
        )

    @property
    def breadth(self) -> tuple[bool, float, float]:
        """Sorts the rows that fit a call: the narrowest, which is its price, comes first."""
        endless = float("inf")
        return (
            not self.weekday_hours,
            endless if self.up_to_input is None else self.up_to_input,
            endless if self.up_to_output is None else self.up_to_output,
        )

    def of(self, input_tokens: int, output_tokens: int, cached: int = 0) -> Cost | None:
        """The cost of so many tokens, `cached` of the input ones; None where it is not known."""
        if cached and self.cached_input is None and self.input:
            return None
        amount = (
            (input_tokens - cached) * self.input
            + cached * (self.cached_input or Decimal(0))
            + output_tokens * self.output
        )
        return Cost(amount / _MILLION, self.currency)


def read(path: Path) -> tuple[Price, ...]:
    """The rows of a price table, in order; a row that names several models is one row each.

    Raises:
        PriceTrouble: the file is missing, no TOML, or a row is not right.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise PriceTrouble(_UNREADABLE.format(path=path, why=why)) from None
    listed = table.get("price", [])
    rows: list[Price] = []
    for number, row in enumerate(listed if isinstance(listed, list) else [listed], 1):
        fault = _fault(row)
        if fault is not None:
            raise PriceTrouble(_BAD_ROW.format(path=path, number=number, why=fault))
        rows += [Price(model=model, **_facts(row)) for model in row["models"]]
    return tuple(rows)


_AMOUNTS = ("input", "output", "cached_input")
_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "models": list,
    "currency": str,
    "input": (int, Decimal),
    "output": (int, Decimal),
    "valid_from": date,
    "source": str,
}
_OPTIONAL: Mapping[str, type | tuple[type, ...]] = {
    "cached_input": (int, Decimal),
    "up_to_input": int,
    "up_to_output": int,
    "weekday_hours": list,
}


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: value for name, value in row.items() if name != "models"}
    facts |= {name: Decimal(row[name]) for name in _AMOUNTS if name in row}
    if "weekday_hours" in row:
        facts["weekday_hours"] = tuple(map(tuple, row["weekday_hours"]))
    return facts


def _fault(row: Any) -> str | None:
    """The field that keeps a row from being a price; None where it is one."""
    if not isinstance(row, Mapping):
        return "[[price]]"
    known = {**_NEEDED, **_OPTIONAL}
    for name in (*_NEEDED, *row):
        if name not in known or name not in row or not isinstance(row[name], known[name]):
            return str(name)
    right = {
        "currency": row["currency"] in get_args(Currency),
        "valid_from": not isinstance(row["valid_from"], datetime),
        "models": all(isinstance(model, str) and "/" in model for model in row["models"]),
        "weekday_hours": all(map(_is_span, row.get("weekday_hours", ()))),
    } | {name: _is_amount(row[name]) for name in _AMOUNTS if name in row}
    return next((name for name, good in right.items() if not good), None)


def _is_amount(value: Any) -> bool:
    return not isinstance(value, bool) and Decimal(value).is_finite() and value >= 0


def _is_span(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2:
        return False
    return all(type(hour) is int for hour in value) and 0 <= value[0] < value[1] <= 24
