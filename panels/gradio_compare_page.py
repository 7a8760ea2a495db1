"""The compare page in Gradio: columns on the left, answers side by side, votes, differences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from backends import Client
from panels import gradio_details
from panels.compare import FEWEST, Cast
from panels.faces import Cost, letter
from panels.gradio_compare_ask import Asking
from panels.gradio_compare_columns import Columns
from panels.gradio_compare_heads import Heads
from panels.gradio_compare_panes import Panes
from panels.gradio_compare_view import View
from panels.gradio_compare_vote import vote_bar
from panels.gradio_diff import diff_panel
from panels.gradio_own import AnyDropdown, Switch, TextBox
from panels.gradio_page import word
from panels.gradio_seats import Hall
from panels.gradio_settings import Settings
from panels.gradio_sidebar import Sidebar
from panels.models import compared
from panels.words import Lang, t

_OWN = -1


@dataclass(slots=True)
class ComparePage:
    """What the page is made of; `panels.gradio_compare_events` connects it."""

    sidebar: Sidebar
    client: Client
    cost: Cost
    cast: Cast
    hall: Hall = field(default_factory=Hall)
    view: View = field(init=False)
    asking: Asking = field(init=False)
    blind: Any = field(init=False)
    told: Any = field(init=False)
    anew: Any = field(init=False)
    details: gradio_details.Details = field(init=False)

    def draw(self) -> None:
        """Draw it, and the columns' panel on the left side."""
        columns = self._draw_columns()
        panes = Panes(Heads(self.client.catalogue, self.sidebar.emulated), self.cost)
        panes.draw()
        votes = vote_bar()
        trouble = gr.Markdown(visible=False, elem_classes="trouble", elem_id="compare-trouble")
        box = _box()
        self._draw_options()
        note = gr.Markdown(visible=False, elem_classes="quiet", elem_id="compare-note")
        diff = diff_panel()
        which = gradio_details.answer_list("compare-which")
        self.details = gradio_details.details_panel(which, "compare-details")
        self.view = View(columns, panes, votes, diff, which, gr.State(), box, note, trouble)
        self.asking = Asking(self.view, self.client.start, self.cast, self.hall)

    @property
    def inputs(self) -> list[Any]:
        """The session's comparison, the language, whether it is blind, and all columns."""
        view = self.view
        return [view.held, self.sidebar.language, self.blind, *view.columns.inputs]

    def told_update(self, columns: int, blind: bool, lang: Lang) -> dict[Any, Any]:
        """What follow-ups may be told of; blind rounds leave no choice."""
        return {self.told: gr.update(choices=_told(columns, lang), interactive=not blind)}

    def _draw_columns(self) -> Columns:
        sidebar = self.sidebar
        settings = Settings(self.client, sidebar.emulated, sidebar.language, prefix="column-")
        columns = Columns(
            settings, [compared(self.client.catalogue, place) for place in range(FEWEST)]
        )
        with sidebar.column:
            columns.draw()
        return columns

    def _draw_options(self) -> None:
        with gr.Row(elem_id="compare-options"):
            self.blind = _switch("compare_blind", False)
            self.told = AnyDropdown(
                _told(FEWEST, "en"),
                value=_OWN,
                label=word("compare_history"),
                show_label=False,
                container=False,
                min_width=350,
                elem_id="compare-told",
                elem_classes="small-list",
            )
            _switch("compare_scroll", True)
            self.anew = gr.Button(
                word("compare_new"), size="sm", scale=0, min_width=110, elem_id="compare-new"
            )


def _switch(key: str, on: bool) -> Any:
    return Switch(
        on,
        label=word(key),
        # One of them is read by the page's script alone, so Gradio would not let it be switched.
        interactive=True,
        container=False,
        scale=0,
        min_width=120,
        elem_id=key.replace("_", "-"),
        elem_classes="plain-box",
    )


def _box() -> Any:
    return TextBox(
        placeholder=word("compare_placeholder"),
        label=word("compare_placeholder"),
        show_label=False,
        submit_btn=True,
        max_lines=8,
        elem_id="compare-question",
    )


def _told(columns: int, lang: Lang) -> list[tuple[str, int]]:
    own = (t("compare_history_own", lang), _OWN)
    shared = [
        (t("compare_history_shared", lang, letter=letter(place)), place) for place in range(columns)
    ]
    said = t("compare_history", lang)
    return [(f"{said}: {name}", place) for name, place in (own, *shared)]
