"""The list of models in Gradio: which to ask, its facts, and which more its service has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Client, ModelSpec, ProviderError, Words
from panels.gradio_own import NameList
from panels.gradio_page import word
from panels.gradio_tab import visitor
from panels.models import DEFAULT_MODEL, choices, discover, model_notes
from panels.words import Lang, pick, t


@dataclass(slots=True)
class ModelList:
    """The widgets; `found` holds names that services reported in this session."""

    client: Client
    emulated: Callable[[str], bool]
    prefix: str = ""
    choose: Any = field(init=False)
    notes: Any = field(init=False)
    ask: Any = field(init=False)
    told: Any = field(init=False)
    found: Any = field(init=False)

    def draw(self) -> None:
        """Draw the list with the default model chosen."""
        self.choose = NameList(
            choices(self.client.catalogue, self.emulated, "en"),
            value=DEFAULT_MODEL,
            label=word("model"),
            elem_id=f"{self.prefix}model",
            elem_classes="small-list",
            # A service may know names that no list has.
            allow_custom_value=True,
        )
        self.notes = gr.Markdown(elem_classes="quiet", elem_id=f"{self.prefix}notes")
        self.ask = gr.Button(
            word("discover"),
            size="sm",
            visible=False,
            elem_id=f"{self.prefix}discover",
            elem_classes="plain",
        )
        self.told = gr.Markdown(
            visible=False, elem_classes="quiet", elem_id=f"{self.prefix}discovered"
        )
        self.found = gr.State([])

    @property
    def facts(self) -> list[Any]:
        """What `described` updates. Not what the service told: it says whose it is, and a choice
        that is described late would hide the answer to a button that was pressed since."""
        return [self.notes, self.ask]

    def find(self, model: str) -> ModelSpec | Words:
        """The spec of a model, or the sentence that says there is none."""
        try:
            return self.client.catalogue.find(model or "")[1]
        except ProviderError as error:
            return error.message

    def described(self, model: str, lang: Lang) -> list[Any]:
        """A model's facts, who answers for it where that is not the provider itself, the button."""
        spec = self.find(model)
        if isinstance(spec, Words):
            return [pick(spec, lang), gr.update(visible=False)]
        provider, _ = self.client.catalogue.find(model)
        notes = model_notes(spec, lang)
        if self.emulated(provider.name):
            notes += f"\n\n**{t('mark_emulated', lang)}** · {t('emulated_help', lang)}"
        return [notes, gr.update(visible=provider.lists_models)]

    def listed(self, lang: Lang, found: list[str]) -> Any:
        """The list in the reader's language, with what was reported in this session."""
        return gr.update(choices=choices(self.client.catalogue, self.emulated, lang, found))

    def wire(self, language: Any) -> None:
        """Ask the service when the button is pressed."""
        self.ask.click(
            self._discover,
            [language, self.choose, self.found],
            [self.ask, self.told, self.choose, self.found],
            show_progress="hidden",
            api_visibility="private",
        )

    def _discover(
        self, lang: Lang, model: str, found: list[str], request: gr.Request
    ) -> Iterator[list[Any]]:
        """Not a coroutine: Gradio runs it on a thread, where the service may take its time."""
        provider = self.client.catalogue.providers.get(model.partition("/")[0])
        if provider is None:
            return
        yield [gr.update(interactive=False), gr.skip(), gr.skip(), gr.skip()]
        told = discover(self.client, provider, lang, visitor(request))
        more = list(dict.fromkeys([*found, *told.more]))
        said = gr.update(value=told.said, visible=True)
        yield [gr.update(interactive=True), said, self.listed(lang, more), more]
