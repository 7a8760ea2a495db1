"""What the pages of studies and of batches share: where one is on them, and the list of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from panels.streamlit_address import forget, remember
from panels.words import Lang, t

Step = Literal["setup", "before"]
_STEP = "step"


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one is on a page: setting a run up, before it begins, in a run, or in their list.

    `name` keeps one page's state from another's; `listed` is the part of the page that is the
    list; `of_a_run` are the parts of the address that belong to a run.
    """

    name: str
    listed: str
    of_a_run: tuple[str, ...] = ("run",)

    def step(self) -> Step:
        """The step of the run that is being set up. It stands in the address, so that the browser's
        way back leads from one to the other."""
        there = self.held() and st.query_params.get(_STEP) == "before"
        return "before" if there else "setup"

    def held(self) -> Mapping[str, Any]:
        """The form as it was when the last step was taken."""
        found: Mapping[str, Any] = st.session_state.get(f"{self.name}-form", {})
        return found

    def go(self, to: Step) -> None:
        """Take a step, and draw the page anew."""
        if to == "before":
            remember(_STEP, to)
        else:
            forget(_STEP)
        st.rerun()

    def look_before(self, form: Mapping[str, Any]) -> None:
        """Keep the form, and show what it would take before anything begins."""
        st.session_state[f"{self.name}-form"] = dict(form)
        st.session_state[f"{self.name}-begun"] = list[str]()
        self.go("before")

    def start(self, begin: Callable[[], str]) -> None:
        """Begin the run that was looked at, and open it; a second click opens what the first began.

        `begin` returns the run's id. Streamlit runs the page anew for each click, and may break off
        the run before it anywhere that it is asked for something: not between these lines.
        """
        begun: list[str] = st.session_state[f"{self.name}-begun"]
        if not begun:
            begun.append(begin())
        self.open_run(begun[0])

    def open_run(self, run: str | None) -> None:
        """Open a run by its address; None leaves things as they are."""
        if run is not None:
            forget(_STEP)
            remember("run", run)
            st.rerun()

    def show_list(self) -> None:
        """Begin with the list of runs, where nothing else was chosen yet."""
        st.session_state.setdefault(f"{self.name}-part", self.listed)

    def forget_run(self) -> None:
        """Take the run out of the address."""
        forget(*self.of_a_run)

    def leave_run(self) -> None:
        """Go back to the list of runs."""
        self.forget_run()
        st.session_state[f"{self.name}-part"] = self.listed
        st.rerun()


def run_list(
    rows: Sequence[Mapping[str, str]], ids: Sequence[str], key: str, lang: Lang
) -> str | None:
    """Draw a table of runs, one of which can be chosen; returns the id of the one to open."""
    chosen: Any = st.dataframe(
        rows, key=key, hide_index=True, on_select="rerun", selection_mode="single-row"
    )
    st.caption(t("tune_studies_hint", lang))
    selected = chosen["selection"]["rows"]
    return ids[selected[0]] if selected else None
