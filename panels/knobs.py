"""The parameter panel before any toolkit: one knob per parameter, from the ParamSpecs alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backends import CATALOGUE, ModelSpec, ParamSpec, Words, account, parse_json, span
from panels.bounds import NUMBERS, Number, as_text, bounds, start, typed
from panels.words import WORDS, Lang, pick, t

NOTHING = Words("", "")
# What one tunes; the others stand behind *more parameters*.
_MAIN = frozenset(
    {
        "temperature",
        "top_p",
        "penalty_score",
        "max_output_tokens",
        "top_k",
        "frequency_penalty",
        "presence_penalty",
        "repetition_penalty",
        "seed",
        "stop",
    }
)


@dataclass(frozen=True, slots=True)
class Knob:
    """One parameter as a widget draws it for one model (or, from `union`, for several).

    A disabled knob is drawn too, with its `reason`. `minimum`, `maximum`, `step` and `start` are
    what the widget uses, all of one number type; only `range` and `limits` state documented
    facts ("" where there is none). For kind "strings" `start` is text, one string a line; for
    kind "json" it is JSON text. `main` knobs are drawn openly, the others on demand.
    """

    name: str
    kind: str
    label: Words
    help: Words
    enabled: bool
    reason: Words
    wire_name: str
    range: str
    limits: Words
    minimum: Number
    maximum: Number
    step: Number
    default: Any
    neutral: Any
    start: Any
    source: str
    choices: tuple[str, ...] = ()
    main: bool = True

    @property
    def slides(self) -> bool:
        """Whether a slider can hit every value; else a number box is the better widget."""
        return self.kind in NUMBERS and (self.maximum - self.minimum) / self.step <= 10_000


def knobs(model: ModelSpec) -> tuple[Knob, ...]:
    """One knob per parameter of the catalogue, in its order; those not taken are disabled."""
    # The door's own sentences, so that panel and account never disagree.
    absent = dict.fromkeys(name for name in CATALOGUE if model.param(name) is None)
    reasons = {trace.name: trace.reason for trace in account(model, absent)}
    return tuple(
        _drawn(spec) if (spec := model.param(name)) else _disabled(general, reasons[name])
        for name, general in CATALOGUE.items()
    )


def union(models: Iterable[ModelSpec]) -> tuple[Knob, ...]:
    """Knobs whose bounds cover every one of the models; they belong to no model in particular.

    Gradio checks values against the bounds a widget was built with, so it is built with these.
    """
    columns = zip(*(knobs(model) for model in models), strict=True)
    return tuple(_covering(column) for column in columns) or tuple(
        _covering((_disabled(spec, NOTHING),)) for spec in CATALOGUE.values()
    )


def neutral_values(model: ModelSpec) -> dict[str, tuple[Any, bool]]:
    """Parameter → (value that does nothing, send on); send off where there is no such value."""
    return {knob.name: _neutral(knob) for knob in knobs(model)}


def default_values(model: ModelSpec) -> dict[str, tuple[Any, bool]]:
    """Parameter → (documented default, send off): not sending is what makes it the default."""
    return {knob.name: (knob.start, False) for knob in knobs(model)}


def requested(values: Mapping[str, Any], send: Mapping[str, bool]) -> dict[str, Any]:
    """What to ask the door for: the parameters whose *send* is on, their values as they are.

    The lines of a stop text become a tuple, JSON text its value. Nothing is clamped or repaired;
    refusing a value that cannot be sent is the door's work.
    """
    return {name: _as_requested(name, value) for name, value in values.items() if send.get(name)}


def held_form(name: str, asked: Any) -> Any:
    """A value as a knob holds it, from one that was asked for: the inverse of `requested`."""
    spec = CATALOGUE.get(name)
    if spec is None or isinstance(asked, str):
        return asked
    if spec.kind == "json":
        return json.dumps(asked, ensure_ascii=False)
    return "\n".join(map(str, asked)) if isinstance(asked, list | tuple) else asked


def knob_caption(knob: Knob, lang: Lang) -> str:
    """One quiet line of markdown: wire name, range, default and source; or why it is disabled."""
    if not knob.enabled:
        return pick(knob.reason, lang)
    limits = pick(knob.limits, lang)
    limited = knob.kind in (*NUMBERS, "strings", "text")
    unlimited = t("range_unknown", lang) if limited else ""
    parts = [
        f"`{knob.wire_name}`" if knob.wire_name else "",
        t("range", lang, range=limits) if limits else unlimited,
        t("default_unknown", lang)
        if knob.default is None
        else t("default", lang, value=as_text(knob.default)),
        f"[{t('source', lang)}]({knob.source})" if knob.source else "",
    ]
    return " · ".join(part for part in parts if part)


def _disabled(spec: ParamSpec, reason: Words) -> Knob:
    return dataclasses.replace(
        _drawn(spec),
        enabled=False,
        reason=reason,
        wire_name="",
        range="",
        limits=NOTHING,
        default=None,
        neutral=None,
        source="",
    )


def _drawn(spec: ParamSpec) -> Knob:
    low, high, step = bounds(spec)
    return Knob(
        name=spec.name,
        kind=spec.kind,
        label=spec.label,
        help=spec.help,
        enabled=True,
        reason=NOTHING,
        wire_name=spec.wire_name,
        range=span(spec),
        limits=_limits(spec),
        minimum=low,
        maximum=high,
        step=step,
        default=spec.default,
        neutral=spec.neutral,
        start=start(spec, low, high),
        source=spec.source,
        choices=spec.choices,
        main=spec.name in _MAIN,
    )


def _limits(spec: ParamSpec) -> Words:
    """The documented range in words; strings are limited in number and length."""
    if spec.kind in ("bool", "choice", "json"):
        # The widget itself shows what there is to choose.
        return NOTHING
    if spec.kind not in ("strings", "text"):
        return Words(span(spec), span(spec))
    parts = []
    if spec.max_items is not None:
        parts.append(WORDS["range_items"].format(count=spec.max_items))
    if spec.maximum is not None:
        parts.append(WORDS["range_item_length"].format(count=int(spec.maximum)))
    return Words("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def _covering(column: tuple[Knob, ...]) -> Knob:
    taken = [knob for knob in column if knob.enabled] or list(column)
    return dataclasses.replace(
        taken[0],
        minimum=min(knob.minimum for knob in taken),
        maximum=max(knob.maximum for knob in taken),
        step=min(knob.step for knob in taken),
        enabled=any(knob.enabled for knob in column),
        reason=NOTHING,
        wire_name="",
        range="",
        limits=NOTHING,
        default=None,
        source="",
        # A word that one model knows may be chosen for another, whose account then says so.
        choices=tuple(dict.fromkeys(word for knob in taken for word in knob.choices)),
    )


def _neutral(knob: Knob) -> tuple[Any, bool]:
    value = knob.neutral
    if knob.enabled and knob.kind == "choice" and value in knob.choices:
        return value, True
    if not knob.enabled or knob.kind not in NUMBERS or not isinstance(value, int | float):
        return knob.start, False
    if not knob.minimum <= value <= knob.maximum:
        return knob.start, False
    return typed(knob.kind, value), True


def _as_requested(name: str, value: Any) -> Any:
    spec = CATALOGUE.get(name)
    if spec is None or not isinstance(value, str):
        return value
    if spec.kind == "json":
        return parse_json(value)
    if spec.kind != "strings":
        return value
    # Only line ends separate: a stop string may hold any other character, spaces included.
    return tuple(line for line in value.replace("\r\n", "\n").split("\n") if line)
