"""What happens on Gradio's compare page when something is pressed, chosen or typed."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from panels.compare import WINNERS, Comparison
from panels.gradio_compare_columns import Set
from panels.gradio_compare_page import ComparePage
from panels.gradio_compare_script import ASKED_JS, SCRIPT, TAKE_UP_JS
from panels.gradio_events import QUIET, visitor
from panels.gradio_setups import more_sent
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

        Returns the events after which votes may count anew.
        """
        demo.load(None, None, None, js=SCRIPT)
        # Gradio itself would notice a closed tab only at the answers' next words.
        demo.unload(self._page.asking.leave)
        self._wire_columns(tab)
        asked = self._wire_questions()
        return [asked, *self._wire_votes()]

    def _wire_columns(self, tab: Any) -> None:
        page, columns, settings = self._page, self._columns, self._columns.settings
        first = [self._seen, page.sidebar.column, *self._set_outputs]
        tab.select(self._look, [self._seen, settings.models.found, *page.inputs], first, **QUIET)
        chosen = [columns.choose, *page.inputs]
        last: dict[str, Any] = {"trigger_mode": "always_last", **QUIET}
        columns.choose.input(self._choose, chosen, self._set_outputs, **last)
        for place, pane in enumerate(self._view.panes.places):
            pane.edit.click(
                partial(self._edit, place),
                page.inputs,
                [page.sidebar.bar, *self._set_outputs],
                **QUIET,
            )
        everything = list(dict.fromkeys([*self._set_outputs, *self._view.outputs]))
        for button, press in ((columns.add, self._add), (columns.remove, self._remove)):
            self._set_right_after(button.click(press, page.inputs, everything, **QUIET).then)
        self._wire_settings()

    def _wire_settings(self) -> None:
        inputs, settings = self._page.inputs, self._columns.settings
        heads = [pane.head for pane in self._view.panes.places]
        shown = [settings.panel.more, *heads]
        settings.wire(lambda event: self._set_right_after(event.then))
        words = [self._page.sidebar.language, settings.models.found]
        for event in self._page.sidebar.other_keys:
            self._set_right_after(event.then(settings.worded, words, settings.lists, **QUIET).then)
        gr.on(settings.changes, self._changed, inputs, shown, trigger_mode="always_last", **QUIET)
        self._set_right_after(self._page.blind.input)

    def _set_right_after(self, listener: Any) -> Any:
        """After something that others may have overtaken, the list and the heads are set right."""
        outputs = [
            self._page.told,
            self._columns.choose,
            self._columns.settings.panel.more,
            *self._head_outputs,
        ]
        return listener(self._set_right, self._page.inputs, outputs, **QUIET)

    def _wire_questions(self) -> Any:
        page, view = self._page, self._view
        inputs = [view.box, page.told, *page.inputs]
        view.box.submit(None, page.blind, None, js=ASKED_JS, **QUIET)
        # After a vote one may ask again while answers still come.
        often: dict[str, Any] = {
            **QUIET,
            "queue": True,
            "trigger_mode": "multiple",
            "concurrency_limit": None,
        }
        asked = view.box.submit(page.asking.ask, inputs, view.outputs, **often)
        view.box.stop(page.asking.stop, None, None, **QUIET)
        for place, pane in enumerate(view.panes.places):
            pane.stop.click(partial(page.asking.stop_one, place), view.held, None, **QUIET)
        page.anew.click(page.asking.clear, page.inputs, view.outputs, **QUIET)
        return asked

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
        request: gr.Request,
        *arrived: Any,
    ) -> Updates:
        """The first time the page is looked at, everything gets its words."""
        if seen:
            return {self._seen: gr.skip()}
        settings = self._columns.settings
        now = self._columns.read(arrived)
        # A page that is being loaded anew may not know yet what it compares.
        kept = self._page.asking.kept.of(visitor(request)) if held is None else None
        if kept is not None:
            held, now, blind = kept.held, kept.now, kept.blind
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
            return self._view.refused(held, lang)
        return {
            **self._shown(now, held, lang, blind),
            **self._view.everything(held, now, blind, lang),
        }

    def _changed(self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any) -> Updates:
        """Something in the panel is not as it was."""
        now = self._columns.read(arrived)
        last = held.last if held is not None else None
        masked = last.blind if last is not None else blind
        head = {} if masked else self._view.panes.head(now.columns, now.chosen, lang)
        return {**more_sent(self._columns.settings, now.setups[now.chosen], lang), **head}

    def _set_right(
        self, held: Comparison | None, lang: Lang, blind: bool, *arrived: Any
    ) -> Updates:
        now = self._columns.read(arrived)
        return {
            **more_sent(self._columns.settings, now.setups[now.chosen], lang),
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
