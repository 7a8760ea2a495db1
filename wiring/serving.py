"""How the apps are served: who may reach them, and what happens when they end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from usage import Trouble
from wiring.settings import environment, listed, place

if TYPE_CHECKING:
    from gate import Policy


def policy() -> Policy:
    """What the gate in front of the apps goes by.

    Raises:
        Trouble: the environment names a mode, a host or a proxy that is none.
    """
    from gate import policy as policy_of

    set_ = environment()
    mode = place(set_)
    try:
        return policy_of(
            mode,
            hosts=listed(set_.get("TUNEDESK_HOSTS")) + listed(set_.get("SPACE_HOST")),
            proxies=listed(set_.get("TUNEDESK_PROXIES")),
            # The Hub shows a Space in a frame of its own page.
            framed_by=("https://huggingface.co",) if mode == "space" else (),
        )
    except ValueError as error:
        raise Trouble(error.args[0]) from None


def listening(address: str | None) -> tuple[Policy, str]:
    """The policy, and where to listen: where it was asked, else where the mode says.

    Raises:
        Trouble: this mode may not listen there, or the mode itself is none.
    """
    found = policy()
    # A Space's proxy comes from outside; every other mode has it, or the visitor, on this machine.
    chosen = address or ("0.0.0.0" if found.mode == "space" else "127.0.0.1")
    refusal = found.refusal_to_listen(chosen)
    if refusal is not None:
        raise Trouble(refusal)
    return found, chosen


def may_listen(address: str) -> Policy:
    """The policy of a server that is about to start, or a sentence and the end with code 2."""
    try:
        return listening(address or "0.0.0.0")[0]
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.message.en}\n")
        raise SystemExit(2) from None
