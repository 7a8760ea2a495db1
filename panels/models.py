"""The list of models as both interfaces offer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backends import Catalogue, Client, Input, ModelSpec, Provider, ProviderError
from panels.words import WORDS, Lang, pick, t

DEFAULT_MODEL = "qianfan/ernie-speed-8k"
_COMPARED = (
    DEFAULT_MODEL,
    "spark/generalv3.5",
    "deepseek/deepseek-flash",
    "dashscope/qwen-plus",
    "zhipu/glm-4.7",
    "handbook/ngram",
)


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One line of the model list. `name` is what a request carries, `label` what one reads."""

    name: str
    label: str
    provider_label: str
    mark: str


class Discovery(NamedTuple):
    """What to say once a service was asked which models it has, and whether that is trouble.

    `more` are the full names of those that the catalogue has no row for.
    """

    said: str
    trouble: bool = False
    more: tuple[str, ...] = ()


def built_in(provider: Provider) -> bool:
    """Whether the provider answers from this process: no address, no key."""
    return not provider.credentials and not provider.base_urls


def model_choices(
    catalogue: Catalogue,
    emulated: Callable[[str], bool],
    lang: Lang,
    reported: Sequence[str] = (),
) -> tuple[ModelChoice, ...]:
    """Every model one can ask, in catalogue order, marked emulated, built-in or retired.

    After them those that services `reported`.
    """
    rows = [*catalogue, *((name, *catalogue.find(name)) for name in reported)]
    return tuple(
        _choice(name, provider, model, emulated(provider.name), lang)
        for name, provider, model in rows
        if "text" in model.inputs
    )


def readers(catalogue: Catalogue, kind: Input, lang: Lang) -> list[tuple[str, str]]:
    """The models that turn a picture or a recording into text, as (label, name) pairs."""
    return [
        (f"{pick(provider.label, lang)} · {model.label}", name)
        for name, provider, model in catalogue
        if model.inputs == frozenset({kind})
    ]


def choices(
    catalogue: Catalogue,
    emulated: Callable[[str], bool],
    lang: Lang,
    reported: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """`model_choices` as (label, name) pairs, the form in which drop-down lists take it."""
    found = model_choices(catalogue, emulated, lang, reported)
    return [(choice.label, choice.name) for choice in found]


def compared(catalogue: Catalogue, place: int) -> str:
    """Which model the column of a comparison at a place, from 0 to 5, begins with."""
    try:
        catalogue.find(_COMPARED[place])
    except ProviderError:
        return DEFAULT_MODEL
    return _COMPARED[place]


def discover(client: Client, provider: Provider, lang: Lang, visitor: str) -> Discovery:
    """Ask a service which models it has, as this visitor. May take as long as any call."""
    label = pick(provider.label, lang)
    try:
        names = client.served(provider.name, visitor)
    except ProviderError as error:
        return Discovery(f"{label} · {pick(error.message, lang)}", trouble=True)
    said = t("discovered", lang, provider=label, count=len(names))
    known = {model.name for model in provider.models}
    more = (f"{provider.name}/{name}" for name in names if name not in known)
    return Discovery(said, more=tuple(more))


def model_notes(model: ModelSpec, lang: Lang) -> str:
    """One line of markdown: input limits, status, and the document that says so."""
    parts = [
        f"{t('limit_input', lang)} {_limits(model, lang)}",
        t(f"status_{model.status}", lang, date=model.retired_on or t("unknown", lang)),
        "" if model.takes_system else t("no_system", lang),
        f"[{t('source', lang)}]({model.source})" if model.source else "",
    ]
    return " · ".join(part for part in parts if part)


def _limits(model: ModelSpec, lang: Lang) -> str:
    limits = [
        t(key, lang, count=f"{count:,}")
        for key, count in (
            ("limit_characters", model.max_input_characters),
            ("limit_tokens", model.max_input_tokens),
        )
        if count is not None
    ]
    return " / ".join(limits) or t("limit_unknown", lang)


def _choice(
    name: str, provider: Provider, model: ModelSpec, emulated: bool, lang: Lang
) -> ModelChoice:
    provider_label = pick(provider.label, lang)
    marks = []
    if emulated:
        marks.append(pick(WORDS["mark_emulated"], lang))
    if built_in(provider):
        marks.append(pick(WORDS["mark_builtin"], lang))
    if model.retired_on is not None:
        marks.append(t("mark_retired", lang, date=model.retired_on))
    join = "，" if lang == "zh" else ", "
    # A provider whose own name says it needs no second word for it.
    said = join.join(mark for mark in marks if mark not in provider_label)
    opening, closing = ("（", "）") if lang == "zh" else (" (", ")")
    label = f"{provider_label} · {model.label}" + (f"{opening}{said}{closing}" if said else "")
    return ModelChoice(name, label, provider_label, join.join(marks))
