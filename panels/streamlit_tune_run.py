"""A study under way in Streamlit: how far it is, and the buttons that steer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from panels import answer
from panels.streamlit_runs import run_list
from panels.streamlit_tune_before import duration
from panels.words import Lang, t

State = Literal["running", "pausing", "paused", "stopping", "stopped", "abandoned", "finished"]
# Something is still to come of these by itself.
UNDER_WAY: frozenset[State] = frozenset({"running", "pausing", "stopping"})
COLOURS: Mapping[State, Any] = {
    "running": "blue",
    "pausing": "orange",
    "paused": "orange",
    "stopping": "red",
    "stopped": "red",
    "abandoned": "red",
    "finished": "green",
}
_BUTTONS: Mapping[State, tuple[str, ...]] = {
    "running": ("pause", "stop"),
    "pausing": ("stop",),
    "paused": ("resume", "stop"),
    "stopping": (),
    "stopped": ("resume",),
    "abandoned": ("resume",),
    "finished": (),
}
AGAIN = "tune-cut-again"
_ICONS = {"pause": ":material/pause:", "resume": ":material/play_arrow:", "stop": ":material/stop:"}


def state_of(wanted: str, open_: int, busy: bool) -> State:
    """What to call a run: from what is wanted of it, its open cells, and whether anybody works."""
    if not open_ and not busy:
        return "stopped" if wanted == "stop" else "finished"
    if wanted == "run":
        return "running" if busy else "abandoned"
    if wanted == "pause":
        return "pausing" if busy else "paused"
    return "stopping" if busy else "stopped"


def heading(name: str, question: str, lang: Lang) -> bool:
    """The study's name and question; whether to go back to the list."""
    back = st.button(
        t("tune_all_studies", lang), key="tune-list", icon=":material/arrow_back:", type="tertiary"
    )
    st.title(answer.plain(name), anchor=False)
    if question and question != name:
        st.caption(answer.plain(question))
    return back


def steering(
    progress: Mapping[str, Any],
    state: State,
    cut: int,
    told: Callable[[str], None],
    lang: Lang,
) -> None:
    """Draw the bar, the counts and the buttons; `told` hears "pause", "resume" or "stop".

    `cut` calls were under way when their program ended; whether they are made again is asked, and
    kept in the session under `AGAIN`.
    """
    done, open_ = int(progress["done"]), int(progress["open"])
    whole = done + open_
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(t(f"tune_state_{state}", lang), color=COLOURS[state])
        for each in _BUTTONS[state]:
            st.button(
                t(f"tune_{each}", lang),
                key=f"tune-{each}",
                icon=_ICONS[each],
                type="primary" if each == "resume" else "secondary",
                on_click=told,
                args=(each,),
            )
    if state not in ("running", "finished"):
        st.caption(t(f"tune_state_{state}_help", lang))
    if cut and "resume" in _BUTTONS[state]:
        st.warning(t("tune_cut", lang, count=cut))
        st.toggle(t("tune_cut_again", lang), True, key=AGAIN)
    st.progress(done / whole if whole else 0.0, text=_bar(progress, state, lang))
    st.caption(_outcomes(progress["states"], lang))


def studies(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str | None:
    """Draw the list of studies, newest first; returns the id of the one to open."""
    if not rows:
        st.info(t("tune_no_studies", lang))
        return None
    shown = [
        {
            t("tune_column_created", lang): row["created"],
            t("tune_column_name", lang): row["name"],
            t("tune_column_state", lang): t(f"tune_state_{row['state']}", lang),
            t("tune_column_done", lang): f"{row['done']} / {row['done'] + row['open']}",
        }
        for row in rows
    ]
    return run_list(shown, [row["id"] for row in rows], "tune-studies", lang)


def _bar(progress: Mapping[str, Any], state: State, lang: Lang) -> str:
    done, open_ = progress["done"], progress["open"]
    parts = [t("tune_progress", lang, done=f"{done:,}", all=f"{done + open_:,}")]
    parts.append(t("tune_calls_made", lang, count=f"{progress['calls']:,}"))
    if state == "running" and open_:
        left = progress["seconds_left"]
        if left is not None:
            parts.append(t("tune_left", lang, time=duration(left, lang)))
    return " · ".join(parts)


def _outcomes(states: Mapping[str, int], lang: Lang) -> str:
    """Counts by what became of the calls, on one line."""
    return " · ".join(f"{t(f'state_{name}', lang)} {count:,}" for name, count in states.items())
