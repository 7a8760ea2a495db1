"""Which models there are, found by `provider/name`."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Sequence

from backends.brief import brief
from backends.errors import UnknownModel
from backends.provider import Provider
from backends.types import ModelSpec, Words


class Catalogue:
    """The providers of this desk and their models."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = {provider.name: provider for provider in providers}
        self._known = {full: (provider, model) for full, provider, model in self}
        # The same for all its calls, as the spec of a row is.
        self._unknown_model = functools.lru_cache(256)(
            lambda provider, model: self.providers[provider].unknown_model(model)
        )

    def __iter__(self) -> Iterator[tuple[str, Provider, ModelSpec]]:
        """Every known model as (full name, provider, spec)."""
        for provider in self.providers.values():
            for model in provider.models:
                yield f"{provider.name}/{model.name}", provider, model

    def find(self, name: str) -> tuple[Provider, ModelSpec]:
        """The provider and spec of `provider/name`.

        A name without a row is allowed where the service chooses the model by name; its facts are
        then unknown.

        Raises:
            UnknownModel: no such provider, or no such model where names are not free.
        """
        known = self._known.get(name)
        if known is not None:
            return known
        prefix, _, rest = name.partition("/")
        provider = self.providers.get(prefix)
        if provider is None or not rest or not provider.open_models:
            raise UnknownModel(self._unknown(name))
        return provider, self._unknown_model(prefix, rest)

    def _unknown(self, name: str) -> Words:
        name = brief(name)
        names = list(self._known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or names[:3]
        return Words(
            f"没有模型“{name}”。相近的有：{'、'.join(near)}。",
            f"There is no model “{name}”. Close to it: {', '.join(near)}.",
        )
