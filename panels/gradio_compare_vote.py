"""The vote on two answers in Gradio, by button or key, while they still come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from panels.compare import WINNERS, Round
from panels.gradio_page import word
from panels.words import Lang, t


@dataclass(frozen=True, slots=True)
class VoteBar:
    """The widgets: a row of buttons that is there while a vote is due, and what came of it."""

    row: Any
    buttons: tuple[Any, ...]
    reveal: Any
    said: Any

    @property
    def outputs(self) -> list[Any]:
        """What `due` updates."""
        return [self.row, *self.buttons, self.said]

    def due(self, last: Round | None, lang: Lang, said: str = "") -> dict[Any, Any]:
        """The bar as the last round needs it; `said` takes the place of what is said otherwise."""
        due = last is not None and last.hidden
        ready = last is not None and last.votable
        return {
            self.row: gr.update(visible=due),
            **dict.fromkeys(self.buttons, gr.update(interactive=ready)),
            self.said: said or _outcome(last, lang),
        }


def vote_bar() -> VoteBar:
    """Draw it, with nothing to vote on."""
    with gr.Row(visible=False, elem_id="vote-bar") as row:
        buttons = tuple(
            gr.Button(
                word(f"vote_{winner.replace(' ', '_')}"),
                size="sm",
                min_width=90,
                interactive=False,
                elem_id=f"vote-{winner.replace(' ', '-')}",
            )
            for winner in WINNERS
        )
        reveal = gr.Button(
            word("vote_reveal"), size="sm", min_width=90, variant="secondary", elem_id="vote-reveal"
        )
    said = gr.Markdown(elem_classes="quiet", elem_id="vote-said")
    return VoteBar(row, buttons, reveal, said)


def _outcome(last: Round | None, lang: Lang) -> str:
    """What the vote was, or that it needs something still."""
    if last is None or not last.blind:
        return ""
    if last.decided:
        voted = t(f"voted_{(last.winner or 'none').replace(' ', '_')}", lang)
        return f"**{voted}** · {t('voted_next', lang)}"
    return t("vote_keys" if last.votable else "vote_not_yet", lang)
