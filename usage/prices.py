"""What calls cost: dated prices with their sources, and tokens times price."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from backends import Call, Usage, Words

Currency = Literal["CNY", "USD"]
BUILT_IN = Path(__file__).with_name("prices.toml")
_MILLION = Decimal(1_000_000)

_UNREADABLE = Words(
    "价目表 {path} 读不出来（{why}）。请修正文件，或去掉这项设置。",
    "The price table {path} cannot be read ({why}). Correct the file, or remove the setting.",
)
_BAD_ROW = Words(
    "价目表 {path} 的第 {number} 条 [[price]] 里，{why} 缺失或写得不对。请修正后重试。",
    "In row {number} of the price table {path}, {why} is missing or wrong. Correct it, then retry.",
)


class PriceTrouble(Exception):
    """A price table cannot be used; `message` says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens of one model cost from a day on, and where that is said.

    `cached_input` is the price of input tokens that the provider had in its cache (None: not
    known). `up_to` is the number of input tokens until which the row holds (None: any), for
    providers that charge long questions more.
    """

    model: str
    currency: Currency
    input: Decimal
    output: Decimal
    valid_from: date
    source: str
    cached_input: Decimal | None = None
    up_to: int | None = None

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


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money."""

    amount: Decimal
    currency: Currency


class Prices:
    """A price table. What it has no row for has no price: unknown, never 0."""

    def __init__(self, rows: Iterable[Price]) -> None:
        self._rows: dict[str, list[Price]] = {}
        for row in rows:
            self._rows.setdefault(row.model, []).append(row)

    @classmethod
    def load(cls, path: Path | None = None) -> Prices:
        """The built-in table; a user's file adds models and replaces those it names.

        Raises:
            PriceTrouble: the file is missing, no TOML, or a row is not right.
        """
        rows = _built_in()
        if path is None:
            return cls(rows)
        own = _read(path)
        named = {row.model for row in own}
        return cls([*(row for row in rows if row.model not in named), *own])

    def price(self, model: str, on: date, input_tokens: int = 0) -> Price | None:
        """The price of a model (`provider/name`) on a day for a question of that length.

        None where the table has none, or none that held yet.
        """
        held = [row for row in self._rows.get(model, ()) if row.valid_from <= on]
        if not held:
            return None
        newest = max(row.valid_from for row in held)
        fitting = [
            row
            for row in held
            if row.valid_from == newest and (row.up_to is None or input_tokens <= row.up_to)
        ]
        return min(fitting, key=lambda row: row.up_to or float("inf"), default=None)

    def cost(self, call: Call) -> Cost | None:
        """What a call cost by the tokens that the provider counted.

        None where price or tokens are unknown. An emulated call is computed the same: whoever
        shows it says that it is emulated.
        """
        usage = call.usage
        if usage is None or usage.source != "provider":
            return None
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        day = call.started_at.astimezone(UTC).date()
        price = self.price(f"{call.provider}/{call.model}", day, usage.input_tokens)
        if price is None:
            return None
        return price.of(usage.input_tokens, usage.output_tokens, _cached(usage))

    def estimate(
        self, model: str, input_tokens: int, output_tokens: int, on: date | None = None
    ) -> Cost | None:
        """What so many tokens would cost on a day (today without one), nothing being cached."""
        day = on or datetime.now(UTC).date()
        price = self.price(model, day, input_tokens)
        return None if price is None else price.of(input_tokens, output_tokens)

    def __iter__(self) -> Iterator[Price]:
        return (row for rows in self._rows.values() for row in rows)


def _cached(usage: Usage) -> int:
    return min(usage.details.get("cached_tokens", 0), usage.input_tokens or 0)


@functools.cache
def _built_in() -> tuple[Price, ...]:
    return _read(BUILT_IN)


def _read(path: Path) -> tuple[Price, ...]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise PriceTrouble(_UNREADABLE.format(path=path, why=why)) from None
    rows: list[Price] = []
    for number, row in enumerate(_listed(table.get("price", ())), 1):
        fault = _fault(row)
        if fault is not None:
            raise PriceTrouble(_BAD_ROW.format(path=path, number=number, why=fault))
        facts = {name: value for name, value in row.items() if name != "models"}
        for name in _AMOUNTS:
            facts[name] = None if facts.get(name) is None else Decimal(facts[name])
        rows += [Price(model=model, **facts) for model in row["models"]]
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
_OPTIONAL: Mapping[str, type | tuple[type, ...]] = {"cached_input": (int, Decimal), "up_to": int}


def _listed(rows: Any) -> list[Any]:
    return rows if isinstance(rows, list) else [rows]


def _fault(row: Any) -> str | None:
    """Why a row is no price, naming the field; None where it is one."""
    if not isinstance(row, Mapping):
        return "[[price]]"
    known = {**_NEEDED, **_OPTIONAL}
    for name in (*_NEEDED, *row):
        if name not in known or name not in row or not isinstance(row[name], known[name]):
            return str(name)
    if row["currency"] not in get_args(Currency):
        return "currency"
    if isinstance(row["valid_from"], datetime):
        return "valid_from"
    if not all(isinstance(model, str) and "/" in model for model in row["models"]):
        return "models"
    amounts = {name: Decimal(row.get(name, 0)) for name in _AMOUNTS}
    return next((name for name, one in amounts.items() if not one.is_finite() or one < 0), None)
