"""A batch's table with its answers beside each row, written as it is read, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from experiments.batch import models, source
from experiments.batch_rows import FIGURES, Language, answered
from experiments.journal import Journal, Run
from usage.prices import Prices
from usage.sheets import write_table

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the table that comes out: the own ones, then one per model and figure.

    `told` maps (setting, figure) to the column's name. `renamed` are the figures whose plain name
    the table had already, with the name they have instead.
    """

    own: tuple[str, ...]
    told: Mapping[tuple[int, str], str]
    renamed: Mapping[str, str]

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, in order."""
        return (*self.own, *self.told.values())


def columns(own: Sequence[str], asked: Sequence[str]) -> Columns:
    """The columns for the answers of these models; of several, each figure names its model."""
    told: dict[tuple[int, str], str] = {}
    renamed: dict[str, str] = {}
    taken = set(own)
    for number, model in enumerate(asked):
        for figure in FIGURES:
            plain = figure if len(asked) == 1 else f"{model} {figure}"
            name = _free(plain, taken)
            if name != plain:
                renamed[plain] = name
            taken.add(name)
            told[number, figure] = name
    return Columns(tuple(own), told, renamed)


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def columns_of(journal: Journal, run: Run) -> Columns:
    """The columns of a batch's results."""
    first = next(journal.prompts(run.id, ["1"]), None)
    return columns(source(run, first).columns, models(run))


def rows(
    journal: Journal, run: Run, prices: Prices, language: Language = "en"
) -> Iterator[dict[str, Any]]:
    """The table's rows in order with what is known of their answers; nothing is None."""
    names = columns_of(journal, run)
    first = 0
    while page := answered(journal, run, range(first, first + _PAGE), prices, language):
        first += len(page)
        for row in page:
            told = {
                names.told[number, figure]: value
                for number, figures in enumerate(row.figures)
                for figure, value in figures.items()
            }
            yield {**row.columns, **told}


def write(
    journal: Journal,
    run: Run,
    prices: Prices,
    form: str,
    target: Path | TextIO,
    language: Language = "en",
) -> int:
    """Write a batch's table with its answers; returns how many rows.

    Raises:
        KeyError: another form than of `usage.sheets.FORMS`. TypeError: a binary form without a
            path.
    """
    found = rows(journal, run, prices, language)
    return write_table(columns_of(journal, run).all, found, form, target)
