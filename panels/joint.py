"""One panel of parameters for several models: what any of them takes, and what each documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backends import CATALOGUE, ModelSpec, ParamSpec, span
from panels import answer
from panels.knobs import Knob, knob_caption
from panels.words import Lang, t

Caption = Callable[[Knob, Lang], str]


def joint(models: Sequence[ModelSpec]) -> ModelSpec:
    """A model that takes whatever one of these takes, in the widest of their ranges.

    It stands for a panel of knobs and is never asked: what each model makes of a value is for its
    own account to say. Of one model it is that model.
    """
    if len(models) == 1:
        return models[0]
    taken = (
        [spec for model in models if (spec := model.param(name)) is not None] for name in CATALOGUE
    )
    return ModelSpec("", "", tuple(_widest(specs) for specs in taken if specs))


def caption(models: Sequence[ModelSpec]) -> Caption:
    """What stands below a knob: each model's documented range, or that it does not take it."""
    if len(models) == 1:
        return knob_caption

    def each(knob: Knob, lang: Lang) -> str:
        return "  \n".join(_line(model, knob.name, lang) for model in models)

    return each


def _line(model: ModelSpec, name: str, lang: Lang) -> str:
    spec = model.param(name)
    if spec is None:
        said = t("batch_knob_not_taken", lang)
    else:
        said = span(spec) or t("batch_knob_any", lang)
    return f"{answer.plain(model.label)}: {said}"


def _widest(specs: Sequence[ParamSpec]) -> ParamSpec:
    lows = [spec.minimum for spec in specs]
    highs = [spec.maximum for spec in specs]
    low = None if None in lows else min(low for low in lows if low is not None)
    high = None if None in highs else max(high for high in highs if high is not None)
    return specs[0].but(
        minimum=low,
        maximum=high,
        # A bound that one model includes can be reached.
        exclusive_minimum=all(spec.exclusive_minimum for spec in specs if spec.minimum == low),
        exclusive_maximum=all(spec.exclusive_maximum for spec in specs if spec.maximum == high),
        choices=tuple(dict.fromkeys(word for spec in specs for word in spec.choices)),
    )
