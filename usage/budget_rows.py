"""The rows `[[budget]]` and `[[free]]` of a price file: what may be spent, what costs nothing."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args

from backends import Words
from usage.prices import BUILT_IN, PriceTrouble

Unit = Literal["CNY", "USD", "tokens", "calls"]
Period = Literal["day", "week", "month"]

_BAD_ROW = Words(
    "价目表 {path} 的第 {number} 条 [[{kind}]] 里，{why} 缺失或写得不对。请修正后重试。",
    "In row {number} of [[{kind}]] in {path}, {why} is missing or wrong. Correct it, then retry.",
)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `limit` of a unit per period, of the calls that fit all that is named.

    `model` is `provider/name`. From the share `near` of the limit on, it is near. Where it is
    `free`, a provider promises that so much costs nothing: `source` says where, and `valid_from` is
    a day on which the source said so.
    """

    name: str
    limit: Decimal
    unit: Unit
    per: Period
    provider: str | None = None
    model: str | None = None
    tag: str | None = None
    user: str | None = None
    near: Decimal = Decimal("0.8")
    source: str = ""
    valid_from: date | None = None
    free: bool = False

    def since(self, now: datetime) -> datetime:
        """When the period began that `now` is in."""
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.per == "month":
            return today.replace(day=1)
        return today if self.per == "day" else today - timedelta(days=today.weekday())


def load(path: Path | None) -> tuple[Budget, ...]:
    """The budgets in a price file, then the free tiers in it, then those built in of whom it says
    nothing.

    Raises:
        PriceTrouble: the file is missing, no TOML, or a row is not right.
    """
    own = () if path is None else _read(path)
    told = {(row.provider, row.model) for row in own if row.free}
    return (*own, *(row for row in _built_in() if (row.provider, row.model) not in told))


@functools.cache
def _built_in() -> tuple[Budget, ...]:
    return _read(BUILT_IN)


def _read(path: Path) -> tuple[Budget, ...]:
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise PriceTrouble(_BAD_ROW.format(path=path, number=1, kind="budget", why=why)) from None
    return tuple(
        _budget(row, path, number, kind)
        for kind in ("budget", "free")
        for number, row in enumerate(_rows(listed.get(kind, [])), 1)
    )


def _rows(found: Any) -> Iterable[Any]:
    return found if isinstance(found, list) else [found]


def _budget(row: Any, path: Path, number: int, kind: str) -> Budget:
    if isinstance(row, Mapping) and kind == "free":
        row = {"name": str(row.get("model") or row.get("provider") or ""), **row}
    if (fault := _fault(row, kind)) is not None:
        raise PriceTrouble(_BAD_ROW.format(path=path, number=number, kind=kind, why=fault))
    amounts = {name: Decimal(row[name]) for name in ("limit", "near") if name in row}
    return Budget(**{**row, **amounts}, free=kind == "free")


_NEEDED = {"budget": ("name", "limit", "unit", "per"),
           "free": ("name", "limit", "unit", "per", "valid_from", "source")}  # fmt: skip
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("name", "unit", "per", "provider", "model", "tag", "user", "source"), str),
    **dict.fromkeys(("limit", "near"), (int, Decimal)),
    "valid_from": date,
}


def _fault(row: Any, kind: str) -> str | None:
    """The field that keeps a row from being one of its kind; None where it is one."""
    if not isinstance(row, Mapping):
        return f"[[{kind}]]"
    for name in (*_NEEDED[kind], *row):
        known = _TYPES.get(name)
        if name not in row or known is None:
            return str(name)
        if not isinstance(row[name], known) or isinstance(row[name], bool | datetime):
            return str(name)
    return next(_wrong(row, kind), None)


def _wrong(row: Mapping[str, Any], kind: str) -> Iterator[str]:
    right = {
        "limit": Decimal(row["limit"]).is_finite() and row["limit"] > 0,
        "unit": row["unit"] in get_args(Unit),
        "per": row["per"] in get_args(Period),
        "near": 0 < Decimal(row.get("near", 1)) <= 1,
        "model": "model" not in row or "/" in row["model"],
        "provider": kind == "budget" or bool({"provider", "model"} & set(row)),
    }
    return (name for name, good in right.items() if not good)
