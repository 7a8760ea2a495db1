"""What the rows of OpenAI-compatible services are put together from.

A service's file names only what differs; the parameters that most of them take alike stand here,
as OpenAI documents them: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import params
from backends.types import Input, ModelSpec, ParamSpec

# Documents that say 128K or 1M are read as multiples of 1,024: no input is refused by mistake.
K = 1024
M = K * K

Wires = Mapping[str, ParamSpec]

TEMPERATURE = params.TEMPERATURE.but(minimum=0, maximum=2)
TOP_P = params.TOP_P.but(minimum=0, maximum=1)
OUTPUT = params.MAX_OUTPUT_TOKENS.but(minimum=1)
PENALTIES: Wires = {
    "frequency_penalty": params.FREQUENCY_PENALTY.but(minimum=-2, maximum=2),
    "presence_penalty": params.PRESENCE_PENALTY.but(minimum=-2, maximum=2),
}
PENALTIES_FROM_0: Wires = {
    wire_name: spec.but(default=0.0) for wire_name, spec in PENALTIES.items()
}
FORMAT: Wires = {"response_format.type": params.RESPONSE_FORMAT}
TOOLS: Wires = {"tools": params.TOOLS, "tool_choice": params.TOOL_CHOICE}
THINKING = params.THINKING.but(choices=("enabled", "disabled"))
LOGPROBS: Wires = {
    "logprobs": params.LOGPROBS,
    "top_logprobs": params.TOP_LOGPROBS.but(minimum=0, maximum=20),
}


def taken(source: str, *wires: Wires) -> tuple[ParamSpec, ...]:
    """The parameters of one document, each by the name it has on the wire."""
    named = {wire_name: spec for group in wires for wire_name, spec in group.items()}
    return tuple(spec.but(wire_name=name, source=source) for name, spec in named.items())


def model(
    name: str,
    own: tuple[ParamSpec, ...],
    source: str,
    *,
    label: str = "",
    tokens: int | None = None,
    sees: bool = False,
    retired_on: str | None = None,
) -> ModelSpec:
    """One model: the tokens of its context, whether it takes pictures, when it was retired."""
    inputs: frozenset[Input] = frozenset({"text", "image"} if sees else {"text"})
    return ModelSpec(
        name,
        label or name,
        own,
        max_input_tokens=tokens,
        inputs=inputs,
        status="retired" if retired_on else "live",
        retired_on=retired_on,
        source=source,
    )
