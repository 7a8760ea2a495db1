"""A study as it is being written: what the form's widgets say, as a plan's own values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from backends import Catalogue, ModelSpec, ParamSpec, ProviderError, Words
from panels.words import Lang, pick


class Table(Protocol):
    """An uploaded table, as far as this room looks into it."""

    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Sequence[Any]: ...


class Option(Protocol):
    """One thing that a kind of score takes beside its value."""

    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> Words: ...
    @property
    def default(self) -> Any: ...
    @property
    def choices(self) -> Sequence[str]: ...
    @property
    def minimum(self) -> float | None: ...
    @property
    def maximum(self) -> float | None: ...


class Score(Protocol):
    """One kind of score that may be chosen."""

    @property
    def label(self) -> Words: ...
    @property
    def help(self) -> Words: ...
    @property
    def value(self) -> str: ...
    @property
    def value_help(self) -> Words | None: ...
    @property
    def delta(self) -> float | None: ...
    @property
    def options(self) -> Mapping[str, Option]: ...


class Count(int):
    """A number that sentences spell with its noun: {count:# call|# calls}.

    # is the number, its digits grouped. A third form before the two is for none at all.
    """

    def __format__(self, forms: str) -> str:
        if "|" not in forms:
            return int.__format__(self, forms)
        *none, one, many = forms.split("|")
        form = one if self == 1 else many
        return (none[0] if none and not self else form).replace("#", f"{int(self):,}")


@dataclass(slots=True)
class Draft:
    """The plan so far, and sentences on what in it cannot be read."""

    form: dict[str, Any] = field(default_factory=dict)
    troubles: list[Words] = field(default_factory=list)

    def put(self, **values: Any) -> None:
        """Take over what is given; what is None or empty leaves the plan's own default."""
        for key, value in values.items():
            if value is not None and value != "" and value != () and value != [] and value != {}:
                self.form[key] = value

    def said(self, lang: Lang) -> list[str]:
        """The troubles in a language."""
        return [pick(words, lang) for words in self.troubles]


def lines(text: str) -> list[dict[str, str]]:
    """One prompt a line; what stands behind a tab is its reference answer. Empty lines are none.

    So two columns of a spreadsheet can be pasted as they are.
    """
    found = []
    for line in text.splitlines():
        prompt, _, reference = line.partition("\t")
        if prompt.strip():
            found.append(prompt_form(prompt.strip(), reference.strip()))
    return found


def prompt_form(prompt: str, reference: str = "") -> dict[str, str]:
    """A prompt as a plan has it; what is not known is left out."""
    form = {"prompt": prompt, "reference": reference}
    return {key: value for key, value in form.items() if value}


def specs(catalogue: Catalogue, names: Sequence[str]) -> list[ModelSpec]:
    """What is known of models; those that the catalogue has lost are left out."""
    found = []
    for name in names:
        try:
            found.append(catalogue.find(name)[1])
        except ProviderError:
            continue
    return found


def takes(models: Sequence[ModelSpec], spec: ParamSpec) -> bool:
    """Whether one of the models takes a parameter."""
    return any(model.param(spec.name) is not None for model in models)
