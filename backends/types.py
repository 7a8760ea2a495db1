"""The nouns of one call. Frozen, and short enough to read before anything else."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from backends.brief import brief

Value = float | int | bool | str | tuple[str, ...]
Kind = Literal["float", "int", "bool", "choice", "text", "strings", "json"]
Input = Literal["text", "image", "audio"]
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
Overflow = Literal["stop", "drop oldest"]
# Seconds from the question, characters of text, characters of reasoning.
Chunk = tuple[float, int, int]

OPEN_STATES: frozenset[State] = frozenset({"reserved", "sent"})
ANSWERED_STATES: frozenset[State] = frozenset({"ok", "length"})


class Words(NamedTuple):
    """One sentence or label in both languages of the product."""

    zh: str
    en: str

    def format(self, **values: object) -> Words:
        """Fill the same named fields in both languages; a long text is quoted in brief."""
        return self.whole(
            **{
                name: brief(value) if isinstance(value, str | PurePath) else value
                for name, value in values.items()
            }
        )

    def whole(self, **values: object) -> Words:
        """The same with every text in full, for what is not typed or must be told apart."""
        return Words(self.zh.format(**values), self.en.format(**values))

    def then(self, other: Words) -> Words:
        """This sentence followed by another; either may be empty."""
        return Words(self.zh + other.zh, f"{self.en} {other.en}".strip())


@dataclass(frozen=True, slots=True)
class ParamSpec:
    """One parameter as one model takes it: it draws, checks, documents and maps the knob.

    `default` is what the provider documents it uses when nothing is sent (None: undocumented);
    `neutral` is the value that does nothing (None: there is none, so it is not sent);
    `minimum`/`maximum` bound numbers, for kind "text" its length, for "strings" the length of one
    string, of which there may be `max_items`; `choices` are the words of kind "choice".
    `needs` names another parameter and the value without which the service refuses this one. A
    `wire_name` with dots is a path into nested objects. `source` is the URL of the document the
    row was read from.
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
    exclusive_maximum: bool = False
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    max_items: int | None = None
    needs: tuple[str, Value] | None = None
    source: str = ""

    def but(self, **changes: Any) -> ParamSpec:
        """The same parameter, narrowed for one provider or model."""
        return dataclasses.replace(self, **changes)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What pictures a model takes: bytes of the file, pixels of a side, pixels in all.

    `min_pixels` and `max_pixels` are exclusive bounds of width × height; None: not documented.
    `first_only`: there must be one picture, and it goes with the first question.
    """

    media_types: tuple[str, ...] = ("image/jpeg", "image/png")
    max_bytes: int | None = None
    max_side: int | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model of one provider: what it takes, how much of it, and where that is documented.

    Limits are None where the provider documents none. `status` "unknown" marks a name that the
    catalogue has no row for; its ranges are unknown too, so nothing but the type is checked.
    `inputs` are what a question may hold; a model without "text" among them recognises what is in
    a picture or a recording and is asked nothing.
    """

    name: str
    label: str
    params: tuple[ParamSpec, ...]
    endpoint: str = ""
    max_input_characters: int | None = None
    max_input_tokens: int | None = None
    takes_system: bool = True
    inputs: frozenset[Input] = frozenset({"text"})
    pictures: PictureLimits | None = None
    status: Literal["live", "retired", "unknown"] = "live"
    retired_on: str | None = None
    source: str = ""

    def param(self, name: str) -> ParamSpec | None:
        """The spec of a parameter this model takes, else None."""
        for spec in self.params:
            if spec.name == name:
                return spec
        return None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or a recording that goes with a question: a file's bytes and what they are.

    `known_as` is digest and size of bytes that were not kept, as those of a refused call.
    """

    data: bytes = field(repr=False)
    media_type: str
    name: str = ""
    known_as: tuple[str, int] | None = None

    @property
    def kind(self) -> Input:
        """Which of a model's inputs it is."""
        return "audio" if self.media_type.startswith("audio/") else "image"

    @property
    def sha256(self) -> str:
        """The digest under which the store keeps its bytes."""
        return self.known_as[0] if self.known_as else hashlib.sha256(self.data).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.known_as[1] if self.known_as else len(self.data)

    @property
    def placeholder(self) -> str:
        """What stands for the bytes in the record of a request."""
        return f"<{self.media_type}, {self.size} bytes, sha256 {self.sha256}>"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What the user asks for. `params` holds only parameters whose *send* switch is on.

    `overflow` is what the user chose for a conversation longer than the model takes: to be told,
    or to leave out the oldest pairs of question and answer. `cell` is the number of the cell of
    `run` that the call is for.
    """

    model: str
    messages: tuple[Message, ...]
    system: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True
    tag: str | None = None
    run: str | None = None
    cell: int | None = None
    user: str | None = None
    overflow: Overflow = "stop"


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
class ToolCall:
    """A function that the model asks for. In a delta, a piece of the call number `index`.

    `arguments` is JSON text as the model wrote it, which need not be valid.
    """

    index: int
    name: str = ""
    arguments: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Delta:
    """What one frame added: only new text; every other field if the frame carried it.

    `replaces` means that `text` is not added but takes the place of all text so far, as when
    dictation corrects what it heard. `served_model` is the model that the answer names; `echo`
    holds parameters that it repeats, by wire name. `extras` is what else a service reports that
    a reader may need (search results, safety flags), by its own names; `notes` in it lists what
    was wrong with the answer's form though it is whole.
    """

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    rate_limit: RateLimit | None = None
    request_id: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    served_model: str | None = None
    echo: Mapping[str, Any] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Completion(Delta):
    """The fold of a call's deltas: text joined, every other field last-known-wins.

    It has a delta's fields, and is one: that of an answer which came in one piece.
    """


@dataclass(frozen=True, slots=True)
class ParamTrace:
    """The account of one parameter in one call: requested, mapped, sent, or why not.

    `echoed` is the value that the answer repeats; None where the service repeats none.
    """

    name: str
    requested: Any
    wire_name: str | None
    sent: Any
    outcome: Outcome
    reason: Words
    echoed: Any = None


Auth = Literal["none", "bearer", "bearer-iam", "oauth", "bce", "spark"]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """What went out, without anything secret: secrets stand as `$VARIABLE` in `headers`.

    `auth` names how the request is signed or authorised, for copy-as-code. In `body` a picture or
    a recording stands as its placeholder.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    auth: Auth


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

    `messages` are those that were sent; `left_out` counts the earlier ones that were not, by the
    user's choice. `credential` is the name of the key (`backends.keynames`); None: none is needed,
    or it is not known. Durations are seconds; None means it never came to that. `waited` is the
    time before it was sent, while a limit was in the way; it counts in none of the others.

    `chunks` say when each piece of the answer arrived: seconds from the question to the
    millisecond, and how many characters of text and of reasoning it added (fewer than none where
    dictation took some back). Of an answer in more than 2,000 pieces, neighbours stand as one, at
    the time of the later; the first piece always stands for itself.
    """

    id: str
    attempt: int
    retry_of: str | None
    started_at: datetime
    provider: str
    model: str
    emulated: bool
    state: State
    credential: str | None = None
    messages: tuple[Message, ...] = ()
    system: str = ""
    left_out: int = 0
    stream: bool = True
    user: str | None = None
    tag: str | None = None
    run: str | None = None
    cell: int | None = None
    params: tuple[ParamTrace, ...] = ()
    billed: Billed = "no"
    phase: str = "checked"
    time_to_first_token: float | None = None
    total_time: float | None = None
    longest_gap: float | None = None
    waited: float | None = None
    chunks: tuple[Chunk, ...] = ()
    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    usage: Usage | None = None
    rate_limit: RateLimit | None = None
    request_id: str | None = None
    logprobs: tuple[TokenLogprob, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    served_model: str | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    error: CallError | None = None
    wire: WireRequest | None = None
