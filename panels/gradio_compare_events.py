"""What happens on Gradio's compare page when something is pressed, chosen or typed."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from panels import gradio_knobs
from panels.compare import WINNERS, Comparison
from panels.gradio_compare_columns import Set
from panels.gradio_compare_page import ComparePage
from panels.gradio_compare_script import LET_GO_JS, SCRIPT, TAKE_UP_JS
from panels.gradio_events import QUEUED, QUIET
from panels.words import Lang

Updates = dict[Any, Any]


class Events:
    """Connects a page that is drawn."""

    def __init__(self, page: ComparePage) -> None:
        self._page = page
        self._columns, self._view = page.view.columns, page.view
        self._seen = gr.State(False)

    def wire(self, demo: gr.Blocks, tab: Any) -> list[Any]:
        """Connect everything; `tab` is what one selects to see the page.

        Returns the events that record a vote.
        """
        demo.load(None, None, None, js=SCRIPT)
        # A closed tab cuts the answers off only at their next words, which may never come.
        demo.unload(self._page.asking.stop)
        self._wire_columns(tab)
        self._wire_questions()
        self._view.diff.wire(self._view.held, self._page.sidebar.language)
        return self._wire_votes()

    def _wire_columns(self, tab: Any) -> None:
        page, columns, settings = self._page, self._columns, self._columns.settings
        first = [self._seen, page.sidebar.column, *self._set_outputs]
        tab.select(self._look, [self._seen, settings.models.found, *page.inputs], first, **QUIET)
        chosen = [columns.choose, *page.inputs]
        columns.choose.input(self._choose, chosen, self._set_outputs, **QUIET)
        for place, pane in enumerate(self._view.panes.places):
            pane.edit.click(
                partial(self._edit, place),
                page.inputs,
                [page.sidebar.bar, *self._set_outputs],
                **QUIET,
            )
        everything = list(dict.fromkeys([*self._set_outputs, *self._view.outputs]))
        columns.add.click(self._add, page.inputs, everything, **QUIET)
        columns.remove.click(self._remove, page.inputs, everything, **QUIET)
        self._wire_settings()

    def _wire_settings(self) -> None:
        inputs = self._page.inputs
        shown = [self._columns.choose, self._columns.settings.panel.more, *self._head_outputs]

        def after(event: Any) -> Any:
            return event.then(self._changed, inputs, shown, **QUIET)

        self._columns.settings.wire(after)
        changes = self._columns.settings.changes
        gr.on(changes, self._changed, inputs, shown, trigger_mode="always_last", **QUIET)
        outputs = [self._page.told, self._columns.choose, *self._head_outputs]
        self._page.blind.input(self._blinded, inputs, outputs, **QUIET)

    def _wire_questions(self) -> None:
        page, view = self._page, self._view
        inputs = [view.box, page.told, *page.inputs]
        view.box.submit(None, page.blind, None, js=LET_GO_JS, **QUIET)
        # After a vote one may ask again while answers still come.
        often: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "multiple", **QUEUED}
        view.box.submit(page.asking.ask, inputs, view.outputs, **often)
        view.box.stop(page.asking.stop, None, None, **QUIET)
        for place, pane in enumerate(view.panes.places):
            pane.stop.click(partial(page.asking.stop_one, place), view.held, None, **QUIET)
        page.anew.click(page.asking.clear, page.inputs, view.outputs, **QUIET)

    def _wire_votes(self) -> list[Any]:
        page, votes = self._page, self._view.votes
        presses = [partial(page.asking.vote, winner) for winner in WINNERS]
        pressed = [
            button.click(press, page.inputs, self._view.outputs, **QUIET)
            for button, press in zip(
                (*votes.buttons, votes.reveal), (*presses, page.asking.reveal), strict=True
            )
        ]
        for event in pressed:
            event.then(None, None, None, js=TAKE_UP_JS, **QUIET)
        return pressed

    @property
    def _head_outputs(self) -> list[Any]:
        panes = self._view.panes.places
        heads = [widget for pane in panes for widget in (pane.place, pane.head, pane.edit)]
        return [*heads, self._view.note]

    @property
    def _set_outputs(self) -> list[Any]:
        return [self._page.told, *self._columns.outputs, *self._head_outputs]

    def _look(
        self,
        seen: bool,
        found: list[str],
        held: Comparison | None,
        lang: Lang,
        blind: bool,
        *arrived: Any,
    ) -> Updates:
        """The first time the page is looked at, everything gets its words."""
        if seen:
            return {self._seen: gr.skip()}
        settings = self._columns.settings
        now = self._columns.read(arrived)
        return {
            self._seen: True,
            self._page.sidebar.column: gr.update(visible=True),
            **self._shown(now, held, lang, blind),
            **dict(zip(settings.lists, settings.worded(lang, found), strict=True)),
        }

    def _choose(
        self, place: Any, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any
    ) -> Updates:
        now = self._columns.read(arrived)
        wanted = int(place) if isinstance(place, int | float) and place == place else 0
        return self._shown(now.choose(wanted), held, lang, blind)

    def _edit(
        self, place: int, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any
    ) -> Updates:
        """Show a column in the panel, and the panel, which a phone hides."""
        return {
            self._page.sidebar.bar: gr.Sidebar(open=True),
            **self._choose(place, held, lang, blind, *arrived),
        }

    def _add(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        now = self._columns.read(arrived).copied()
        return {
            **self._shown(now, held, lang, blind),
            **self._view.everything(held, now, blind, lang),
        }

    def _remove(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        before = self._columns.read(arrived)
        now = before.without()
        if now is not before and held is not None and not held.remove(before.chosen):
            now = before
        return {
            **self._shown(now, held, lang, blind),
            **self._view.everything(held, now, blind, lang),
        }

    def _changed(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        """Something in the panel is not as it was."""
        now = self._columns.read(arrived)
        panel = self._columns.settings.panel
        sends = {name: name in now.setups[now.chosen].params for name in panel.names}
        return {
            panel.more: gradio_knobs.more_update(panel, sends, lang),
            **self._columns.listed(now, blind),
            **self._view.heads(held, now, blind, lang),
        }

    def _blinded(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        now = self._columns.read(arrived)
        return {
            **self._page.told_update(len(now.setups), blind, lang),
            **self._columns.listed(now, blind),
            **self._view.heads(held, now, blind, lang),
        }

    def _shown(self, now: Set, held: Comparison | None, lang: Lang, blind: bool) -> Updates:
        return {
            **self._page.told_update(len(now.setups), blind, lang),
            **self._columns.loaded(now, blind, lang),
            **self._view.heads(held, now, blind, lang),
        }
