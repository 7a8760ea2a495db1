"""A call on record taken over by the chat page: model, parameters, persona and messages."""

from __future__ import annotations

import streamlit as st

from backends import Call, CallInFlight
from panels.knobs import held_form
from panels.repeat import again, asked_params, turns
from panels.streamlit_chat import talk
from panels.streamlit_turn import Turn
from panels.streamlit_values import dials


def reopen(call: Call) -> None:
    """Make the chat page hold this call's conversation and settings; in a callback.

    What it held before ends there; every answer of it is on record.
    """
    held, asked = talk(), asked_params(call)
    held.clear()
    held.turns = [Turn(message, _landed(made)) for message, made in turns(call)]
    dials().set_all({name: (held_form(name, value), True) for name, value in asked.items()})
    st.session_state["model"] = f"{call.provider}/{call.model}"
    st.session_state["persona-text"] = call.system
    st.session_state["persona"] = "own" if call.system else "none"
    st.session_state["stream"] = call.stream


def _landed(call: Call) -> CallInFlight:
    """A flight that is over, as a turn of the chat page holds one."""
    flight = CallInFlight(again(call, ""))
    flight.settle(call)
    flight.finish()
    return flight
