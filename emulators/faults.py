"""Faults that can be switched on: one row each.

A row says what goes wrong in words that hold for every protocol. What the client then reads is
the protocol's own: each protocol file has a `REFUSALS` table, and a fault that is named there is
answered with that refusal; any other acts on the answer while it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Ending = Literal["stall", "cut", "error", "filter"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong.

    `at_start` holds the request or answers it with an HTML page before anything is looked at;
    `delay` (seconds) passes before the first token; after `after` tokens the answer ends as
    `ending` says. A fault with none of these is a refusal and nothing else.
    """

    name: str
    sentence: str
    at_start: Literal["hold", "html"] | None = None
    delay: float = 0.0
    after: int = 0
    ending: Ending | None = None


ROWS: Final = (
    Fault("stall", "Sends a few tokens, then nothing until the client goes away.",
          after=3, ending="stall"),
    Fault("slow_first_token", "Waits two seconds before the first token.", delay=2.0),
    Fault("cut", "Drops the connection in mid-answer, without any end marker.",
          after=3, ending="cut"),
    Fault("error_mid_stream", "Sends the provider's error object after a few tokens.",
          after=3, ending="error"),
    Fault("unavailable", "Answers that the service is down or overloaded."),
    Fault("rate_limited", "Answers that the requests of this minute are used up."),
    Fault("quota", "Answers that the account is overdue or its quota is used up."),
    Fault("content_filter", "Lets the provider's content review stop the answer.",
          after=3, ending="filter"),
    Fault("expired_token", "Answers that the credential has expired, even a fresh one."),
    Fault("html", "Answers 502 with an HTML page, as a proxy in between would.", at_start="html"),
    Fault("silent", "Takes the request and sends nothing at all until the client goes away.",
          at_start="hold"),
)  # fmt: skip

BY_NAME: Final[dict[str, Fault]] = {fault.name: fault for fault in ROWS}
FAULTS: Final[dict[str, str]] = {fault.name: fault.sentence for fault in ROWS}


def find(name: str | None) -> Fault | None:
    """The fault called `name`, None for None; raises ValueError for any other word."""
    if name is None:
        return None
    if name not in BY_NAME:
        raise ValueError(f"unknown fault {name!r}; known faults: {', '.join(BY_NAME)}")
    return BY_NAME[name]
