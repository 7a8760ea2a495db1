"""The prices that a study's figures go by, as a part of its bundle: tables change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from experiments.bundles.bundle_parts import bad_part, read_part, write_part
from experiments.journal import Run
from usage.price_rows import Currency, Price
from usage.prices import Prices
from usage.shapes import between, every, maybe, one_of, record, row, text, whole

PRICES = "prices.json"
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,12})?")
_AMOUNTS = ("input", "output", "cached_input")


def dump_prices(prices: Prices, run: Run, folder: Path) -> None:
    """Write the prices of the run's models."""
    models = {setting.model for setting in run.settings}
    write_part(folder, PRICES, [_form(price) for price in prices if price.model in models])


def load_prices(folder: Path) -> Prices:
    """The prices as they were written.

    Raises:
        BundleTrouble: they are not as they were written.
    """
    return Prices(_prices(read_part(folder, PRICES, _PRICES)))


def _form(price: Price) -> dict[str, Any]:
    amounts = {name: getattr(price, name) for name in _AMOUNTS}
    return {
        **asdict(price),
        "valid_from": price.valid_from.isoformat(),
        # A binary fraction is no amount of money.
        **{name: None if known is None else f"{known:f}" for name, known in amounts.items()},
    }


def _prices(forms: list[Mapping[str, Any]]) -> Iterator[Price]:
    for place, form in enumerate(forms):
        try:
            since = date.fromisoformat(form["valid_from"])
        except ValueError:
            raise bad_part(PRICES, f"[{place}].valid_from") from None
        amounts = {n: None if form[n] is None else Decimal(form[n]) for n in _AMOUNTS}
        hours = tuple((start, end) for start, end in form["weekday_hours"])
        yield Price(**{**form, **amounts, "valid_from": since, "weekday_hours": hours})


def _amount(value: Any) -> str | None:
    return None if isinstance(value, str) and _AMOUNT.fullmatch(value) else ""


_HOUR = between(0, 24)
_PRICES = every(
    record(
        {
            "model": text,
            "currency": one_of(*get_args(Currency)),
            "input": _amount,
            "output": _amount,
            "cached_input": maybe(_amount),
            "valid_from": text,
            "source": text,
            "up_to_input": maybe(whole),
            "up_to_output": maybe(whole),
            "weekday_hours": every(row(_HOUR, _HOUR)),
        }
    )
)
