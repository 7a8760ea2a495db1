"""The built-in handbook model as a provider: no network, no key, and not an LLM."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from backends import params
from backends.caps import whole
from backends.errors import ErrorTable
from backends.line import Line
from backends.provider import Access, Closed
from backends.types import ChatRequest, Delta, ModelSpec, TokenLogprob, Usage, Words

SOURCE = "https://en.wikipedia.org/wiki/Word_n-gram_language_model"

# A pace at which one can watch it think; the model itself draws thousands of tokens a second.
_SECONDS_PER_TOKEN = 1 / 50

_PARAMS = (
    params.TEMPERATURE.but(
        wire_name="temperature",
        minimum=0,
        exclusive_minimum=True,
        maximum=2,
        default=0.95,
        source=SOURCE,
    ),
    params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=0.7, source=SOURCE),
    params.PENALTY_SCORE.but(
        wire_name="penalty_score", minimum=1, maximum=2, default=1.0, source=SOURCE
    ),
    params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_output_tokens", minimum=1, maximum=2048, default=512, source=SOURCE
    ),
    params.TOP_K.but(wire_name="top_k", minimum=1, maximum=100, source=SOURCE),
    params.FREQUENCY_PENALTY.but(
        wire_name="frequency_penalty", minimum=-2, maximum=2, default=0.0, source=SOURCE
    ),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=2, default=0.0, source=SOURCE
    ),
    params.SEED.but(wire_name="seed", minimum=0, maximum=2147483647, source=SOURCE),
    params.STOP.but(wire_name="stop", max_items=4, maximum=20, source=SOURCE),
)


class HandbookProvider(Closed):
    """Answers from Tunedesk's own handbook, with the log-probability of every token."""

    name = "handbook"
    label = Words("手册（内置 n-gram，不是大模型）", "Handbook (built-in n-gram, not an LLM)")
    base_urls: ClassVar[Mapping[str, str]] = {}
    credentials: tuple[tuple[str, ...], ...] = ()
    models = (
        ModelSpec("ngram", "Handbook n-gram", _PARAMS, max_input_characters=20000, source=SOURCE),
    )
    errors: ClassVar[ErrorTable] = {}

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        # numpy takes longer to import than everything else here together.
        import handbook

        sampling = handbook.Sampling(**{**params, "stop": tuple(params.get("stop", ()))})
        yield Delta(echo=dataclasses.asdict(sampling))
        question = request.messages[-1].content
        drawn = handbook.load().generate(question, request.system, sampling)
        sent = sum(handbook.count_tokens(message.content) for message in request.messages)
        sent += handbook.count_tokens(request.system)
        deltas = _drawn(drawn, sent, line if request.stream else None)
        yield from deltas if request.stream else whole(deltas)


def _drawn(tokens: Iterable[Any], sent: int, paced: Line | None) -> Iterator[Delta]:
    received = 0
    for token in tokens:
        received += 1
        if paced is not None:
            paced.pause(_SECONDS_PER_TOKEN)
        logprob = TokenLogprob(token.text, token.logprob, token.nucleus, token.nucleus_size)
        yield Delta(text=token.text, finish_reason=token.finish_reason, logprobs=(logprob,))
    yield Delta(usage=Usage(sent, received, sent + received))


HANDBOOK = HandbookProvider()
