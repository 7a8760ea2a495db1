"""What pages with growing answers share: Stop, a last redrawing, and the growing text."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import StopException

from panels import answer
from panels.blocks import Blocks
from panels.excerpt import beginning, unshown
from panels.streamlit_tab import Stoppable, closed
from panels.words import Lang

# Seconds that Streamlit's loop has for what it does at the moment.
_BUSY = 2.0


@contextmanager
def stop_cancels(held: Stoppable) -> Iterator[None]:
    """Stop ends the calls; a touched widget only redraws, and they go on, as in a tab that closes.

    Streamlit tells the script of Stop and of a closed tab by StopException and of a widget by
    another one; `runner.fastReruns = false` is what keeps them apart. Nothing here may touch
    session state: that would raise the same exception again before the calls are cancelled.
    """
    tab_closed = closed()
    try:
        yield
    except StopException:
        _after_what_the_loop_does_now()
        # A tab that closed may be a reload: its calls have a while, and another page by now.
        if not tab_closed.is_set():
            held.stop()
        raise


def _after_what_the_loop_does_now() -> None:
    # A tab that closes ends the script first and clears its caches last, both in one step of the
    # loop; so once the loop takes another step, it is known. No clock would tell on a busy machine.
    passed = threading.Event()
    get_instance()._get_async_objs().eventloop.call_soon_threadsafe(passed.set)
    passed.wait(_BUSY)


@st.fragment(run_every="0.5s")
def look_again(over: Callable[[], bool]) -> None:
    """Draw the page once more when it is over.

    After Stop no run is left to draw what the calls came to; this one starts it.
    """
    if over():
        st.rerun()


def heartbeat() -> None:
    """A place where Stop can take effect, as any look at the state is; nothing is sent."""
    _ = "heartbeat" in st.session_state


class Growing:
    """A text that grows on the page: finished blocks stay, only the tail is drawn again. Of a very
    long one the beginning."""

    def __init__(self, place: DeltaGenerator, lang: Lang) -> None:
        self._nothing, self._lang = place, lang
        self._blocks = Blocks()
        self._shown = ("", "")

    @property
    def begun(self) -> bool:
        """Whether there is any text yet."""
        return bool(self._shown[0])

    def show(self, text: str) -> None:
        """The whole text so far."""
        now = beginning(text), unshown(text, self._lang)
        if now == self._shown:
            return
        if not self.begun:
            # Not before: an empty container takes up a line.
            self._place = self._nothing.container()
            self._tail = self._place.empty()
        self._shown = now
        drawn, rest = now
        frozen, tail = self._blocks.feed(drawn)
        for block in frozen:
            self._tail.markdown(answer.answer_markdown(block))
            self._tail = self._place.empty()
        self._tail.markdown(answer.answer_markdown(tail))
        if rest:
            self._place.caption(rest)

    def settle(self, text: str) -> None:
        """The whole text, in one piece; in the same place, so that nobody's scrolling is lost. One
        of which only the beginning is drawn stays as it is."""
        if unshown(text, self._lang):
            self.show(text)
        elif text:
            self._nothing.markdown(answer.answer_markdown(text))
        else:
            self._nothing.empty()
