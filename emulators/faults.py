"""Faults that can be switched on, one after the other if wished.

A row says what goes wrong in words that hold for every protocol. What the client then reads is
the protocol's own. A fault acts where it belongs: in place of an answer (`REFUSALS` of each
protocol, `starts`), on the answer's frames (`changes`), in the middle of it (`cuts`), or on the
bytes around it (`Fault.framing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Ending = Literal["stall", "cut", "error", "filter", "endless", "drip"]
Protocol = Literal["sse", "v1", "ws", "chatglm", "token"]
Framing = Literal["until close", "too long", "dripped head", "closed after", "reset after"]

HTTP: Final[tuple[Protocol, ...]] = ("sse", "v1", "chatglm")
EVENTS: Final[tuple[Protocol, ...]] = ("sse", "v1")
JSON: Final[tuple[Protocol, ...]] = ("sse", "v1", "ws")
ALL: Final[tuple[Protocol, ...]] = ("sse", "v1", "ws", "chatglm")


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong.

    `numbers` are its rows in the catalogue of faults; `on` names the protocols it has an effect
    on: "sse" is everything in OpenAI's style. `delay` (seconds) passes before the first token;
    the answer begins with the text `says`; after `after` tokens it ends as `ending` says. `framing`
    is what is wrong with the bytes around it. Without `whole` only streams are affected.
    """

    name: str
    numbers: tuple[int, ...]
    on: tuple[Protocol, ...]
    sentence: str
    delay: float = 0.0
    says: str = ""
    after: int = 0
    ending: Ending | None = None
    framing: Framing | None = None
    whole: bool = True
