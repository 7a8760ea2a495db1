"""One column's answers in Streamlit, and what stands above and under the last of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from panels import answer
from panels.compare import Round
from panels.faces import Cost, Face, face
from panels.streamlit_running import Growing
from panels.streamlit_text import draw_markdown
from panels.waiting import waiting_text
from panels.words import Lang, t

_HEIGHT = 460


class Pane:
    """The answers at one position; `growing` until the last has been drawn as a whole."""

    def __init__(self, rounds: Sequence[Round], position: int, lang: Lang, cost: Cost | None):
        # In the rounds before a column was added it was not asked.
        self._rounds = [each for each in rounds if position < len(each.flights)]
        self._position, self._lang, self._cost = position, lang, cost
        self.growing = False
        self._said = ""

    def draw(self) -> None:
        """Draw the conversation, and under it the figures of its last answer, or Stop."""
        last = self._rounds[-1] if self._rounds else None
        if last is not None and last.blind:
            title = answer.plain(self._face(last).title)
            st.markdown(f"**{title}**{_medal(last, self._position, self._lang)}")
        key = f"compare-pane-{self._position}"
        with st.container(height=_HEIGHT, border=True, autoscroll=False, key=key):
            for each in self._rounds[:-1]:
                _question(each, self._position)
                _body(shown := self._face(each), self._lang)
                _figures(shown, named=True)
            if last is not None:
                _question(last, self._position)
                self._answer(last)
        with st.container(key=f"compare-foot-{self._position}"):
            if last is not None:
                self._under(last)

    def grow(self) -> None:
        """Show what has come of the last answer, and once it is all, what it came to."""
        if not self.growing:
            return
        now = self._face(self._rounds[-1])
        if not now.running:
            self._finish(now)
            return
        if now.text and not self._text.begun:
            self._rest.empty()
        self._thinking.show(now.reasoning)
        self._text.show(now.text)

    def beat(self) -> None:
        """Say how long a limit still holds the question back, while it does."""
        if not self.growing or self._text.begun:
            return
        now = waiting_text(self._rounds[-1].flights[self._position], self._lang)
        if now != self._said:
            self._rest.caption(now)
        self._said = now

    def _answer(self, last: Round) -> None:
        now = self._face(last)
        self.growing = now.running
        if not now.running:
            # Without placeholders, which would be empty for a moment and lose the reader's place.
            with st.container():
                _reasoning(now, self._lang)
            draw_markdown(now.text, self._lang)
            with st.container():
                _rest(now, self._lang)
            return
        self._reasoning, text, self._rest = st.empty(), st.empty(), st.empty()
        self._thinking = Growing(self._reasoning, self._lang)
        self._text = Growing(text, self._lang)
        self._said = waiting_text(last.flights[self._position], self._lang)
        self._rest.caption(self._said)

    def _under(self, last: Round) -> None:
        if not self.growing:
            self._figures(self._face(last))
            return
        self._foot = st.empty()
        self._foot.button(
            t("stop", self._lang),
            key=f"compare-stop-{last.key}-{self._position}",
            icon=":material/stop_circle:",
            on_click=last.stop,
            args=(self._position,),
        )

    def _finish(self, now: Face) -> None:
        self.growing = False
        with self._reasoning.container():
            _reasoning(now, self._lang)
        self._text.settle(now.text)
        with self._rest.container():
            _rest(now, self._lang)
        with self._foot.container():
            self._figures(now)

    def _figures(self, now: Face) -> None:
        # A blind answer has its name above.
        _figures(now, named=not self._rounds[-1].blind)

    def _face(self, shown: Round) -> Face:
        return face(shown, self._position, self._lang, self._cost)


def _question(asked: Round, position: int) -> None:
    with st.container(key=f"compare-asked-{asked.key}-{position}"):
        st.markdown(answer.answer_markdown(asked.question))


def _body(shown: Face, lang: Lang) -> None:
    _reasoning(shown, lang)
    if shown.text:
        draw_markdown(shown.text, lang)
    _rest(shown, lang)


def _reasoning(shown: Face, lang: Lang) -> None:
    if shown.reasoning:
        with st.expander(t("reasoning", lang)):
            draw_markdown(shown.reasoning, lang)


def _rest(shown: Face, lang: Lang) -> None:
    if shown.asks:
        st.caption(t("tool_calls", lang), help=t("tool_calls_help", lang))
        st.code(shown.asks, None, wrap_lines=True)
    if shown.trouble:
        st.warning(shown.trouble)
    for sentence in shown.notices:
        st.warning(sentence)


def _figures(shown: Face, *, named: bool) -> None:
    if shown.call is None:
        return
    parts = (shown.title if named else "", shown.settings)
    asked = answer.plain(" · ".join(part for part in parts if part))
    st.caption("  \n".join(line for line in (asked, shown.figures) if line))


def _medal(last: Round, position: int, lang: Lang) -> str:
    chosen = last.winner == ("left", "right")[position]
    return f" :green-badge[{t('vote_chosen', lang)}]" if chosen else ""
