"""Under the answers of a comparison: what differs between two of them, and how each was made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from panels.compare import Round
from panels.diff import diff
from panels.faces import letter
from panels.streamlit_details import details
from panels.streamlit_diff import draw_diff
from panels.words import Lang, t


def sections(last: Round | None, scoreboard: Callable[[], None], lang: Lang) -> None:
    """Draw what there is to look at further, each only when it is opened.

    Of the last round its differences and details, and the scoreboard of all votes.
    """
    drawn: dict[str, Callable[[], None]] = {"scoreboard": scoreboard}
    if last is not None:
        of_round = {"compare_diff": _differences, "details": _how_made}
        drawn = {key: partial(draw, last, lang) for key, draw in of_round.items()} | drawn
    # Closed until one wants it: before the first question the scoreboard is the only part.
    parts = st.segmented_control(
        t("compare_more", lang),
        list(drawn),
        key="compare-more",
        format_func=lambda key: t(key, lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    if parts in drawn:
        drawn[parts]()


def _differences(last: Round, lang: Lang) -> None:
    """The word-level diff of any two answers."""
    texts = [flight.completion().text if flight.done else "" for flight in last.flights]
    if sum(map(bool, texts)) < 2:
        st.caption(t("compare_diff_none", lang))
        return
    with st.container(horizontal=True):
        before = _which(last, "from", 0, lang)
        after = _which(last, "to", 1, lang)
    segments = diff(texts[before], texts[after])
    if all(segment.kind == "equal" for segment in segments):
        st.caption(t("compare_diff_same", lang))
    else:
        st.caption(t("compare_diff_help", lang))
    draw_diff(segments)


def _how_made(last: Round, lang: Lang) -> None:
    """Everything on record about one answer; nothing while it is hidden."""
    if last.hidden:
        st.caption(t("compare_details_hidden", lang))
        return
    flight = last.flights[_which(last, "of", 0, lang)]
    if flight.done and flight.call is not None:
        details(flight.call, lang)
    else:
        st.caption(t("waiting", lang))


def _which(last: Round, name: str, usual: int, lang: Lang) -> int:
    """Draw the choice of an answer by its letter."""
    key = f"compare-{name}"
    if st.session_state.get(key) not in range(len(last.flights)):
        st.session_state[key] = usual
    chosen = st.segmented_control(
        t(f"compare_diff_{name}", lang),
        range(len(last.flights)),
        key=key,
        format_func=letter,
        required=True,
        persist_state="session",
    )
    return usual if chosen is None else chosen
