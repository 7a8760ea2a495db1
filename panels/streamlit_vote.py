"""Voting on a blind round in Streamlit, by button or key, while the answers still come."""

from __future__ import annotations

import streamlit as st

from panels.compare import VOTE_KEYS, WINNERS, Cast, NotRecorded
from panels.streamlit_compare import Bench
from panels.words import WORDS, Lang, pick, t


def vote_bar(bench: Bench, cast: Cast, lang: Lang) -> None:
    """Draw the four votes, or what became of them."""
    last = bench.held.last
    if bench.said is not None:
        st.warning(pick(bench.said, lang))
    if last is None or not last.blind:
        return
    if last.decided:
        name = (last.winner or "none").replace(" ", "_")
        st.caption(f"**{t(f'voted_{name}', lang)}** · {t('voted_next', lang)}")
        return

    def vote(winner: str) -> None:
        try:
            bench.said = None if bench.held.vote(winner, cast) else WORDS["vote_not_yet"]
        except NotRecorded as why:
            bench.said = why.message

    for winner in WINNERS:
        st.button(
            t(f"vote_{winner.replace(' ', '_')}", lang),
            key=f"vote-{winner.replace(' ', '-')}",
            shortcut=VOTE_KEYS[winner],
            on_click=vote,
            args=(winner,),
        )
    reveal = t("vote_reveal", lang)
    st.button(reveal, key="vote-reveal", type="tertiary", on_click=bench.held.give_up)
