"""Who a tab's visitor is: the name that their calls carry, and the keys that they typed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import streamlit as st

from backends import TypedKeys, addresses
from panels.streamlit_tab import of_this_tab

_KEY = "visitor"


@dataclass(frozen=True, slots=True)
class Visitor:
    """One tab's visitor, under a random name."""

    name: str
    typed: TypedKeys

    @property
    def size(self) -> int:
        """No answers are here."""
        return 0

    def stop(self) -> None:
        """Nobody came back: what they typed is forgotten."""
        self.typed.forget(self.name)


def meet(typed: TypedKeys) -> Visitor:
    """This tab's visitor; where they come from is kept in mind, for limits alone."""

    def new() -> Visitor:
        name = secrets.token_hex(8)
        addresses.seen(name, st.context.ip_address or "")
        return Visitor(name, typed)

    return of_this_tab(_KEY, new)


def visitor() -> Visitor:
    """The same; `meet` was called before in this run."""
    met: Visitor = st.session_state[_KEY]
    return met
