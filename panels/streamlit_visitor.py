"""The name under which a visitor's calls go on record."""

from __future__ import annotations

import secrets

import streamlit as st

from backends import addresses


def new_visitor() -> str:
    """A random name for this tab; where it comes from is kept in mind, for limits alone."""
    name = secrets.token_hex(8)
    addresses.seen(name, st.context.ip_address or "")
    return name
