"""Prompt templates: `{column}` stands for a row's value; a brace itself is written twice."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backends import brief, listing
from experiments.plan_values import PlanTrouble
from experiments.tabular.table_types import shown

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")


class TemplateTrouble(PlanTrouble):
    """A template that cannot be used; `message` says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with a row's values; `missing` are the fields that the row has no value for."""

    text: str
    missing: tuple[str, ...] = ()


def fields(template: str) -> tuple[str, ...]:
    """The columns that a template names, each once, in order.

    Raises:
        TemplateTrouble: a brace stands alone.
    """
    names = (part.name for part in _parts(template) if isinstance(part, _Field))
    return tuple(dict.fromkeys(names))


def check(template: str, columns: Iterable[str]) -> None:
    """Refuse a template that a table of these columns cannot fill.

    Raises:
        TemplateTrouble: a brace stands alone, a field is no column, or there is no field at all.
    """
    known = list(columns)
    named = fields(template)
    for name in named:
        if name not in known:
            typed = brief(name)
            raise TemplateTrouble(
                f"表里没有模板写的“{{{typed}}}”。可用的列：{listing(known, '、')}。"
                "如果要的是花括号本身，请写成 {{ 和 }}。",
                f"The table has no column for “{{{typed}}}”. Its columns are: {listing(known)}. "
                "For a brace itself write {{ or }}.",
            )
    if not named:
        raise TemplateTrouble(
            f"模板里没有列名，每一行问的都会一样。请写入一列，例如 {{{brief(known[0])}}}。",
            "The template names no column, so every row would be asked the same. Put one in, such "
            f"as {{{brief(known[0])}}}.",
        )


def render(template: str, row: Mapping[str, Any]) -> Rendered:
    """The template with a row's values, which are data: a brace in a value stays as it is.

    Raises:
        TemplateTrouble: a brace stands alone. KeyError: the row has no such column.
    """
    said: list[str] = []
    missing: dict[str, None] = {}
    for part in _parts(template):
        if isinstance(part, str):
            said.append(part)
            continue
        value = shown(row[part.name])
        said.append(value)
        if not value.strip():
            missing[part.name] = None
    return Rendered("".join(said), tuple(missing))


def written(text: str) -> str:
    """The template that renders to this very text."""
    return text.replace("{", "{{").replace("}", "}}")


@functools.lru_cache(maxsize=16)
def _parts(template: str) -> tuple[str | _Field, ...]:
    parts: list[str | _Field] = []
    end = 0
    for found in _TOKEN.finditer(template):
        parts.append(template[end : found.start()])
        end = found.end()
        if found[0] in ("{{", "}}"):
            parts.append(found[0][0])
        elif found[1] is not None and found[1].strip():
            parts.append(_Field(found[1].strip()))
        else:
            raise _alone(template, found)
    parts.append(template[end:])
    return tuple(part for part in parts if part)


def _alone(template: str, found: re.Match[str]) -> TemplateTrouble:
    line = template.count("\n", 0, found.start()) + 1
    brace = found[0]
    return TemplateTrouble(
        f"模板第 {line} 行的“{brace}”不成对或里面没有列名。要花括号本身请写两个，例如 {{{{。",
        f"On line {line} of the template “{brace}” stands alone or names nothing. For a brace "
        "itself write it twice, as in {{.",
    )
