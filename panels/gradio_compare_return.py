"""What Gradio's compare page shows when it is loaded anew: the comparison as the tab left it.

Its calls go on meanwhile, and are followed to their ends. Nothing may raise here, as in asking.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from panels.compare import Comparison
from panels.gradio_compare_ask import Updates
from panels.gradio_compare_kept import Kept
from panels.gradio_compare_page import ComparePage
from panels.gradio_events import QUEUED, QUIET
from panels.gradio_tab import tab
from panels.words import Lang, t

log = logging.getLogger("tunedesk.gradio")


class Return:
    """Draws a page anew from what this server remembers of its tab."""

    def __init__(self, page: ComparePage) -> None:
        self._page = page

    def wire(self, demo: gr.Blocks, page_tab: Any) -> Any:
        """Connect it; `page_tab` is what one selects to see the page. Returns the event after which
        what was asked before has ended.

        Nothing else of a page's opening begins before what came earlier has ended, so what lasts
        as long as an answer waits for the page to be looked at.
        """
        page, view = self._page, self._page.view
        drawn = dict.fromkeys([page.blind, page.told, *view.columns.outputs, *view.outputs])
        demo.load(self._arrive, None, None, **QUIET)
        return page_tab.select(
            self.shown,
            [view.held, page.sidebar.language],
            list(drawn),
            concurrency_limit=None,
            **QUEUED,
        )

    def _arrive(self, request: gr.Request) -> None:
        if (who := tab(request)) is not None:
            self._page.asking.flights.arrive(who, str(request.session_hash))

    async def shown(
        self, held: Comparison | None, lang: Lang, request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Yield what the page shows: nothing where it shows it already, or nothing was asked."""
        asking, view = self._page.asking, self._page.view
        who = tab(request)
        kept = asking.kept.of(who) if who is not None and held is None else None
        if who is None or kept is None:
            yield {view.held: gr.skip()}
            return
        try:
            yield self._drawn(kept, lang)
            last = kept.held.last
            if last is not None and last.running:
                growing = asking.follow(who, kept, last, lang)
                full = {view.trouble: gr.update(value=t("watching_full", lang), visible=True)}
                async for updates in asking.hall.watching.seated(who, growing, full):
                    yield updates
        except Exception:
            log.exception("a comparison could not be drawn again")
            yield view.broken(lang)

    def _drawn(self, kept: Kept, lang: Lang) -> Updates:
        page, view = self._page, self._page.view
        return {
            page.blind: kept.blind,
            **page.told_update(len(kept.now.setups), kept.blind, lang),
            **view.columns.loaded(kept.now, kept.blind, lang),
            **view.everything(kept.held, kept.now, kept.blind, lang),
            view.held: kept.held,
        }
