"""The nouns of one call. Frozen, and short enough to read before anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

Value = float | int | str | tuple[str, ...]
Kind = Literal["float", "int", "strings"]
Outcome = Literal["sent", "not supported", "out of range", "off", "provider default"]
State = Literal[
    "reserved",
    "sent",
    "ok",
    "length",
    "partial",
    "cancelled",
    "failed",
    "unknown",
    "refused",
    "interrupted",
]
Billed = Literal["yes", "possible", "no"]
Role = Literal["user", "assistant", "system"]

OPEN_STATES: frozenset[State] = frozenset({"reserved", "sent"})
ANSWERED_STATES: frozenset[State] = frozenset({"ok", "length"})


class Words(NamedTuple):
    """One sentence or label in both languages of the product."""

    zh: str
    en: str

    def format(self, **values: object) -> Words:
        """Fill the same named fields in both languages."""
        return Words(self.zh.format(**values), self.en.format(**values))

    def then(self, other: Words) -> Words:
        """This sentence followed by another; either may be empty."""
        return Words(self.zh + other.zh, f"{self.en} {other.en}".strip())


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One parameter as one model takes it: it draws, checks, documents and maps the knob.

    `default` is what the provider documents it uses when nothing is sent (None: undocumented);
    `neutral` is the value that does nothing (None: there is none, so it is not sent);
    `minimum`/`maximum` bound numbers, or for kind "strings" the length of one string, of which
    there may be `max_items`; `source` is the URL of the document the row was read from.
    """

    name: str
    kind: Kind
    label: Words
    help: Words
    wire_name: str = ""
    default: Value | None = None
    neutral: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    step: float | None = None
    unit: str = ""
    max_items: int | None = None
    source: str = ""

    def but(self, **changes: Any) -> ParamSpec:
        """The same parameter, narrowed for one provider or model."""
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model of one provider: what it takes, how much of it, and where that is documented.

    Limits are None where the provider documents none. `status` "unknown" marks a name that the
    catalogue has no row for; its ranges are unknown too, so nothing but the type is checked.
    """

    name: str
    label: str
    params: tuple[ParamSpec, ...]
    endpoint: str = ""
    max_input_characters: int | None = None
    max_input_tokens: int | None = None
    takes_system: bool = True
    status: Literal["live", "retired", "unknown"] = "live"
    retired_on: str | None = None
    source: str = ""

    def param(self, name: str) -> ParamSpec | None:
        """The spec of a parameter this model takes, else None."""
        return next((spec for spec in self.params if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What the user asks for. `params` holds only parameters whose *send* switch is on."""

    model: str
    messages: tuple[Message, ...]
    system: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True
    tag: str | None = None
    run: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; None where not reported. `source` says who counted."""

    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    details: Mapping[str, int] = field(default_factory=dict)
    source: Literal["provider", "estimate"] = "provider"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The provider's limit headers: four figures where it names them so, and all of them verbatim.

    Qianfan v2 counts input and output tokens apart; its figures are in `headers` alone.
    """

    limit_requests: int | None = None
    remaining_requests: int | None = None
    limit_tokens: int | None = None
    remaining_tokens: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """One drawn token, the natural log of its probability, and the candidates it was drawn from.

    `rivals` are (text, probability), most probable first, the drawn token among them.
    """

    text: str
    logprob: float
    rivals: tuple[tuple[str, float], ...] = ()
    nucleus_size: int | None = None


@dataclass(frozen=True, slots=True)
class Delta:
    """What one frame added: only new text; every other field if the frame carried it."""

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    rate_limit: RateLimit | None = None
    request_id: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion(Delta):
    """The fold of a call's deltas: text joined, every other field last-known-wins.

    It has a delta's fields, and is one: that of an answer which came in one piece.
    """


@dataclass(frozen=True, slots=True)
class ParamTrace:
    """The account of one parameter in one call: requested, mapped, sent, or why not."""

    name: str
    requested: Any
    wire_name: str | None
    sent: Any
    outcome: Outcome
    reason: Words


@dataclass(frozen=True, slots=True)
class WireRequest:
    """What went out, without anything secret: secrets stand as `$VARIABLE` in `headers`.

    `auth` names how the request is signed or authorised, for copy-as-code.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    auth: Literal["none", "bearer", "bearer-iam", "oauth", "bce", "spark"]


@dataclass(frozen=True, slots=True)
class CallError:
    """Why a call did not end well: our class, the provider's own code and words, our sentence."""

    kind: str
    code: str | None
    message: Words
    said: str = ""
    status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at one request, from before its first byte to its final state.

    Durations are seconds; None means it never came to that.
    """

    id: str
    attempt: int
    retry_of: str | None
    started_at: datetime
    provider: str
    model: str
    emulated: bool
    state: State
    messages: tuple[Message, ...] = ()
    system: str = ""
    stream: bool = True
    user: str | None = None
    tag: str | None = None
    run: str | None = None
    params: tuple[ParamTrace, ...] = ()
    billed: Billed = "no"
    phase: str = "checked"
    time_to_first_token: float | None = None
    total_time: float | None = None
    longest_gap: float | None = None
    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    rate_limit: RateLimit | None = None
    request_id: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    error: CallError | None = None
    wire: WireRequest | None = None
