"""What an OpenAI-compatible service is, as data: its address, its models and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from ..checks import Range
from .errors import Errors

# Whether a model shows its reasoning, and what asking can change about it.
Thinking = Literal["never", "when asked", "unless off", "always"]
# The key of a body with which reasoning is switched.
Switch = Literal[
    "", "thinking", "enable_thinking", "reasoning_effort", "reasoning", "chat_template_kwargs"
]
# When a stream reports its usage: in a chunk of its own (asked for or always), in the chunk with
# the finish reason, or in all of them.
Usage = Literal["asked", "own chunk", "last chunk", "every chunk"]

CONTEXT: Final = 65_536
ANY: Final = Range(-1e308, 1e308)
WHOLE: Final = Range(-(2**63), 2**63 - 1, whole=True)
COUNT: Final = Range(1, 2**31 - 1, whole=True)
# A number of tokens in which -1 means: no limit.
COUNT_OR_NONE: Final = Range(-1, 2**31 - 1, whole=True)
# The ranges that OpenAI documents and that most took over.
COMMON: Final[dict[str, Range]] = {
    "temperature": Range(0, 2),
    "top_p": Range(0, 1),
    "frequency_penalty": Range(-2, 2),
    "presence_penalty": Range(-2, 2),
    "max_tokens": COUNT,
    "max_completion_tokens": COUNT,
    "seed": WHOLE,
}
# For servers that check types and nothing else.
LOOSE: Final[dict[str, Range]] = {
    "temperature": ANY,
    "top_p": ANY,
    "frequency_penalty": ANY,
    "presence_penalty": ANY,
    "max_tokens": COUNT_OR_NONE,
    "seed": WHOLE,
}
ROLES: Final = ("system", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Model:
    """One model: `sees` takes pictures; `ranges` narrow those of its service.

    `fixed` names the only value a parameter may have, while thinking and while not.
    `thinking_refuses` is refused while thinking. `only_streamed` refuses to think in a whole
    answer.
    """

    thinks: Thinking = "never"
    sees: bool = False
    context: int = CONTEXT
    ranges: Mapping[str, Range] = field(default_factory=dict)
    refuses: tuple[str, ...] = ()
    fixed: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    thinking_refuses: tuple[str, ...] = ()
    only_streamed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One service.

    `key` is the variable of its credential, "" for a server without any; with `key_optional` a
    call without one passes. `unknown` is the model that any other name gets, None to refuse.
    `known` are all keys a body may have, None to ignore the others. `reasoning` is the field of
    the thoughts, "" to hide them; `counts_thoughts` tells how many tokens they were. `tag` is
    what a model's name may leave out, `suffix` a sign after which it may go on. `stops` is how
    many stop words there may be. `filter_reason` is how an answer ends that the content review
    stopped. With `whole_context` the input and the output asked for must fit
    together. `comment` is a comment line of its streams; with `errors_are_chunks` one that breaks
    ends in a chunk with the error. `source` are the documents.
    """

    name: str
    path: str
    key: str
    models: Mapping[str, Model]
    errors: Errors
    source: tuple[str, ...]
    ranges: Mapping[str, Range] = field(default_factory=lambda: COMMON)
    key_optional: bool = False
    unknown: Model | None = None
    model_optional: bool = False
    tag: str = ""
    suffix: str = ""
    known: frozenset[str] | None = None
    roles: tuple[str, ...] = (*ROLES, "developer")
    stops: int = 16
    stop_bytes: int | None = None
    booleans: tuple[str, ...] = ()
    logprobs: bool = False
    switch: Switch = ""
    reasoning: str = "reasoning_content"
    counts_thoughts: bool = True
    filter_reason: str = "content_filter"
    default_output: int = 4_096
    whole_context: bool = False
    options_need_stream: bool = False
    usage: Usage = "asked"
    comment: str = ""
    errors_are_chunks: bool = False
    rate_headers: bool = False
    retry_after: bool = False
    request_id: str = ""
    lists: Literal["with a key", "to anyone", "nothing"] = "with a key"

    @property
    def variable(self) -> str:
        """The environment variable of its base URL."""
        return f"{self.name.upper()}_BASE_URL"

    def find(self, name: str) -> Model | None:
        """The model of this name; None when the service knows none."""
        stem = name.partition(self.suffix)[0] if self.suffix else name
        exact = self.models.get(name) or self.models.get(stem)
        if exact is None and self.tag and ":" not in name:
            exact = self.models.get(name + self.tag)
        return exact or self.unknown
