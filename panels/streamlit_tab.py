"""What a tab holds in Streamlit: it comes back after a reload, and ends when nobody comes back.

A reload is a new session of the same browser. It takes over what the session before it held, which
is known by a cookie that only this server and this browser have seen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import streamlit as st

from panels.latest import largest

# Seconds that calls go on for nobody: long enough for a reload or a lost network.
GRACE = 10.0
# Seconds in which a conversation can be come back to, and how many wait for that at most.
_KEPT, _MOST = 1800.0, 200
# The name that Streamlit gives every browser: random bytes, masked anew on every page.
_COOKIE = "_streamlit_xsrf"


class Stoppable(Protocol):
    """Whatever holds running calls."""

    @property
    def size(self) -> int:
        """Characters of the answers that it holds."""

    def stop(self) -> None:
        """End what is running, keep what has come. Usable from any thread."""


Held = TypeVar("Held", bound=Stoppable)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    browser: str
    key: str
    held: Any
    since: float = field(default_factory=time.monotonic)


class Left:
    """What the tabs that went away held."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._places: list[_Place] = []
        self._lock = threading.Lock()

    def leave(self, browser: str, key: str, held: Stoppable) -> None:
        """A tab went away. Unless it is back in time, what is running ends."""
        with self._lock:
            self._places.append(_Place(browser, key, held))
            kept = self._places[-_MOST:]
            forgotten = self._places[:-_MOST] + largest(kept, lambda place: place.held.size)
            self._places = [place for place in self._places if place not in forgotten]
        for place in forgotten:
            # Nobody will find it again, so it ends now.
            place.held.stop()
        ends = threading.Timer(self._grace, self._end, (held,))
        ends.daemon = True
        ends.start()

    def back(self, held: Stoppable) -> None:
        """Somebody looks at it again."""
        with self._lock:
            self._places = [place for place in self._places if place.held is not held]

    def take(self, browser: str, key: str) -> Any | None:
        """What this browser left last under this name; None, also for a browser without one."""
        with self._lock:
            for place in reversed(self._places if browser else []):
                fresh = time.monotonic() - place.since < _KEPT
                if fresh and (place.browser, place.key) == (browser, key):
                    self._places.remove(place)
                    return place.held
        return None

    def _end(self, held: Stoppable) -> None:
        with self._lock:
            ago = time.monotonic() - self._grace
            # A tab that came back and left again has a time of its own.
            over = any(place.held is held and place.since <= ago for place in self._places)
        if over:
            held.stop()


LEFT = Left()


def of_this_tab(key: str, make: Callable[[], Held]) -> Held:
    """What this tab holds under a name: what is in its session, else what it held before a reload,
    else a new one. It ends a while after the tab has closed."""
    if key not in st.session_state:
        st.session_state[key] = LEFT.take(_browser(), key) or make()
    held: Held = st.session_state[key]
    LEFT.back(held)
    _held_by_session(key, _Looked(_browser(), key, held))
    return held


@dataclass(frozen=True, slots=True)
class _Looked:
    browser: str
    key: str
    held: Any

    def release(self) -> None:
        LEFT.leave(self.browser, self.key, self.held)


@st.cache_resource(scope="session", on_release=lambda seen: seen.release(), show_spinner=False)
def _held_by_session(key: str, _seen: _Looked) -> _Looked:
    # The cache of a session is emptied the moment its browser goes away, even while no run of the
    # script is there to be told; on another page, for instance.
    return _seen


@st.cache_resource(scope="session", on_release=threading.Event.set, show_spinner=False)
def closed() -> threading.Event:
    """What is set when this tab goes away; one that comes back has a new one."""
    return threading.Event()


def _browser() -> str:
    """The name of this browser, or "" where it has none."""
    parts = st.context.cookies.get(_COOKIE, "").split("|")
    try:
        _, mask, masked, _ = parts
        veil = bytes.fromhex(mask)
        name = bytes(each ^ veil[at % 4] for at, each in enumerate(bytes.fromhex(masked)))
    except (ValueError, IndexError):
        return ""
    return name.hex() if len(name) >= 16 else ""
