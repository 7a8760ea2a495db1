"""The comparison in Streamlit: what is asked, of whom, and how; and the answers while they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backends import Words
from panels import drain
from panels.compare import Column, Comparison, History, Start
from panels.faces import Cost, letter
from panels.streamlit_pane import Pane
from panels.streamlit_refill import Refill
from panels.streamlit_running import heartbeat, look_again
from panels.streamlit_tab import of_this_tab
from panels.streamlit_visitor import visitor
from panels.words import Lang, t

_BOX = "compare-question"
_BLIND = "compare-blind"
_OWN = -1


@dataclass(slots=True)
class Bench:
    """The comparison of this session, the question that waits to be sent, and what to say.

    A question that cannot be sent goes back into the box as `draft`.
    """

    held: Comparison
    pending: str | None = None
    draft: Refill = field(default_factory=Refill)
    said: Words | None = None

    @property
    def size(self) -> int:
        """Characters of the answers on screen."""
        return self.held.size

    @property
    def blind(self) -> bool:
        """Whether the answers on screen are those of a blind round."""
        return self.held.last is not None and self.held.last.blind

    def ask(self, question: str) -> None:
        """Note a question for the next start."""
        self.pending, self.said = question, None
        self.draft.take()

    def stop(self) -> None:
        """End every running answer; what has come stays. Usable from any thread."""
        self.held.stop()

    def clear(self) -> None:
        """Begin anew."""
        self.held.clear()
        self.pending = self.said = None
        self.draft.take()


@dataclass(frozen=True, slots=True)
class Way:
    """How the next question is asked."""

    blind: bool
    history: History
    source: int


def bench() -> Bench:
    """This tab's comparison."""
    return of_this_tab("bench", lambda: Bench(Comparison(visitor().name)))


def way(bench: Bench, count: int, lang: Lang) -> Way:
    """Draw how one asks: blind or open, and what follow-up questions are told."""
    if _BLIND not in st.session_state:
        # A page that is loaded anew has its questions back, and asks on as before.
        st.session_state[_BLIND] = bench.blind
    blind = st.toggle(
        t("compare_blind", lang),
        key=_BLIND,
        help=t("compare_blind_help", lang),
        persist_state="session",
    )
    names = {_OWN: t("compare_history_own", lang)} | {
        place: t("compare_history_shared", lang, letter=letter(place)) for place in range(count)
    }
    if st.session_state.get("compare-history") not in names:
        st.session_state["compare-history"] = _OWN
    told: int = st.selectbox(
        t("compare_history", lang),
        list(names),
        key="compare-history",
        help=t("compare_history_blind" if blind else "compare_history_help", lang),
        format_func=names.__getitem__,
        disabled=blind,
        persist_state="session",
    )
    return Way(blind, "own" if told == _OWN else "shared", max(told, 0))


def scrolls_together(lang: Lang) -> bool:
    """Draw the switch; returns whether it is on."""
    key = "compare-scroll"
    return st.toggle(t("compare_scroll", lang), True, key=key, persist_state="session")


def begin(bench: Bench, start: Start, columns: Sequence[Column], how: Way) -> None:
    """Send the noted question to all columns, if there is one; while one runs it waits."""
    if bench.pending is None:
        return
    question, bench.pending = bench.pending, None
    asked = bench.held.ask(
        start, question, columns, blind=how.blind, history=how.history, source=how.source
    )
    if asked is None:
        bench.draft.put(question)


def message_box(bench: Bench, lang: Lang) -> None:
    """Draw the one box for the question to all."""

    def submitted() -> None:
        bench.ask(st.session_state[_BOX])

    if (draft := bench.draft.drawn()) is not None:
        st.session_state[_BOX] = draft
    placeholder = t("compare_placeholder", lang)
    st.chat_input(placeholder, key=_BOX, submit_mode="stop", on_submit=submitted)


def stop_or_clear(bench: Bench, lang: Lang) -> None:
    """Draw the buttons that end every answer, and that clear the page."""
    if not bench.held.rounds:
        return
    st.button(
        t("compare_stop_all", lang),
        key="compare-stop",
        icon=":material/stop_circle:",
        disabled=not bench.held.running,
        on_click=bench.held.stop,
    )
    st.button(
        t("compare_new", lang),
        key="compare-new",
        icon=":material/add_comment:",
        type="tertiary",
        on_click=bench.clear,
    )


def welcome(bench: Bench, blind: bool, lang: Lang) -> None:
    """What there is to see before the first question."""
    if bench.held.rounds:
        return
    st.header(t("compare_empty_title", lang), anchor=False)
    st.caption(t("compare_blind_hint" if blind else "compare_empty_hint", lang))
    with st.container(horizontal=True):
        for number in range(1, 5):
            example = t(f"example_{number}", lang)
            st.button(example, key=f"compare-ex-{number}", on_click=bench.ask, args=(example,))


def panes(
    bench: Bench, places: Sequence[DeltaGenerator], lang: Lang, cost: Cost | None = None
) -> dict[int, Pane]:
    """Draw the answers under the heads in `places`, or blind in places of their own.

    Returns the panes by the position of their answer, to be grown.
    """
    last = bench.held.last
    if last is None:
        return {}
    if last.blind:
        st.caption(t("compare_blind_pool", lang))
        with st.container(key="compare-beside-blind"):
            places = st.columns(2)
    drawn = {
        position: Pane(bench.held.rounds, position, lang, cost) for position in range(len(places))
    }
    for position, pane in drawn.items():
        with places[position]:
            pane.draw()
    return drawn


def grow(bench: Bench, drawn: Mapping[int, Pane]) -> None:
    """Draw the answers while they come, then the page once more; nothing where none comes.

    `drawn` are the panes by the position of their answer.
    """
    last = bench.held.last
    # What ended since it was drawn is drawn once more too.
    if last is None or not (last.running or any(pane.growing for pane in drawn.values())):
        return
    look_again(lambda: not bench.held.running)
    for news in drain.together(last.flights, heartbeat=0.1):
        for pane in drawn.values():
            pane.beat()
        if news is None:
            heartbeat()
            continue
        for position in news.keys() & drawn.keys():
            drawn[position].grow()
    st.rerun()
