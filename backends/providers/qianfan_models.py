"""Qianfan v2's models and the parameters each takes.

Ids and penalty rules: https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb; what the models of v1
take is carried over by the notice https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8; ranges of the
open models: https://cloud.baidu.com/doc/qianfan-docs/s/kmamoewth.
"""

from __future__ import annotations

from backends import params
from backends.types import ModelSpec, ParamSpec

DOC = "https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb"
ENGINE_DOC = "https://cloud.baidu.com/doc/qianfan-docs/s/kmamoewth"


def _sampling(temperature: float | None, top_p: float | None) -> tuple[ParamSpec, ...]:
    """ERNIE's own range, (0, 1]."""
    return (
        params.TEMPERATURE.but(
            wire_name="temperature",
            minimum=0,
            exclusive_minimum=True,
            maximum=1,
            default=temperature,
            source=DOC,
        ),
        params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=top_p, source=DOC),
    )


def _additive(frequency: float | None, presence: float | None) -> tuple[ParamSpec, ...]:
    return (
        params.FREQUENCY_PENALTY.but(
            wire_name="frequency_penalty", minimum=-2, maximum=2, default=frequency, source=DOC
        ),
        params.PRESENCE_PENALTY.but(
            wire_name="presence_penalty", minimum=-2, maximum=2, default=presence, source=DOC
        ),
    )


def _max_tokens(maximum: int | None, default: int | None, minimum: int = 2) -> ParamSpec:
    return params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_tokens", minimum=minimum, maximum=maximum, default=default, source=DOC
    )


_PENALTY = params.PENALTY_SCORE.but(
    wire_name="penalty_score", minimum=1, maximum=2, default=1.0, source=DOC
)
_COMMON = (
    params.SEED.but(
        wire_name="seed",
        minimum=0,
        exclusive_minimum=True,
        maximum=2147483647,
        exclusive_maximum=True,
        source=DOC,
    ),
    params.STOP.but(wire_name="stop", max_items=4, maximum=20, source=DOC),
    params.USER_ID.but(wire_name="user", source=DOC),
    params.METADATA.but(wire_name="metadata", max_items=16, source=DOC),
)
_FORMAT = params.RESPONSE_FORMAT.but(wire_name="response_format.type", source=DOC)
_TOOLS = (
    params.TOOLS.but(wire_name="tools", source=DOC),
    params.TOOL_CHOICE.but(wire_name="tool_choice", source=DOC),
    params.PARALLEL_TOOL_CALLS.but(wire_name="parallel_tool_calls", source=DOC),
)
_SEARCH = (
    params.WEB_SEARCH.but(wire_name="web_search.enable", source=DOC),
    params.ENABLE_CITATION.but(wire_name="web_search.enable_citation", source=DOC),
    params.ENABLE_TRACE.but(wire_name="web_search.enable_trace", source=DOC),
)
_ENABLE_THINKING = params.ENABLE_THINKING.but(wire_name="enable_thinking", source=DOC)
_BUDGET = params.THINKING_BUDGET.but(
    wire_name="thinking_budget", minimum=100, default=16384, source=DOC
)


def _model(
    name: str,
    label: str,
    size: tuple[int | None, int | None],
    own: tuple[ParamSpec, ...],
    source: str = DOC,
) -> ModelSpec:
    """`size`: characters and tokens of the input."""
    return ModelSpec(
        name,
        label,
        (*own, *_COMMON),
        max_input_characters=size[0],
        max_input_tokens=size[1],
        source=source,
    )


_MAIN_SIZE, _SMALL_SIZE, _LONG_SIZE = (20000, 5120), (24000, 6144), (516096, 126976)


def _main(name: str, label: str, *tools: ParamSpec) -> ModelSpec:
    """ERNIE 3.5 and 4.0."""
    own = (*_sampling(0.8, 0.8), _PENALTY, _max_tokens(2048, 1024), _FORMAT, *_SEARCH, *tools)
    return _model(name, label, _MAIN_SIZE, own)


def _long_main(name: str, label: str, *tools: ParamSpec) -> ModelSpec:
    """Their variants of 128K."""
    own = (*_sampling(0.8, 0.8), _PENALTY, _max_tokens(4096, 4096), _FORMAT, *_SEARCH, *tools)
    return _model(name, label, _LONG_SIZE, own)


def _small(
    name: str,
    label: str,
    most: int,
    default: int | None,
    size: tuple[int, int] = _SMALL_SIZE,
    additive: bool = True,
) -> ModelSpec:
    """Speed, Lite, Tiny, Novel, Character."""
    own = (*_sampling(0.95, 0.7), _PENALTY, _max_tokens(most, default))
    return _model(name, label, size, (*own, *(_additive(0.1, 0.0) if additive else ())))


def _unranged(name: str, label: str, *own: ParamSpec, most: int | None = None) -> ModelSpec:
    """A newer ERNIE whose ranges stand in no document we have read: none is claimed."""
    loose = tuple(
        spec.but(minimum=None, maximum=None, exclusive_minimum=False)
        for spec in _sampling(None, None)
    )
    output = _max_tokens(most, None, minimum=1 if most else 2)
    return _model(name, label, (None, None), (*loose, output, *_SEARCH, *_TOOLS, *own))


def _engine(name: str, label: str, *own: ParamSpec) -> ModelSpec:
    """An open model on Qianfan's engine: wider temperature, no penalty_score."""
    wide = (
        params.TEMPERATURE.but(wire_name="temperature", minimum=0, maximum=2, source=ENGINE_DOC),
        params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, source=ENGINE_DOC),
        _max_tokens(None, None),
        *(spec.but(source=ENGINE_DOC) for spec in _additive(None, None)),
        params.REPETITION_PENALTY.but(
            wire_name="repetition_penalty",
            minimum=0,
            exclusive_minimum=True,
            maximum=2,
            source=ENGINE_DOC,
        ),
    )
    return _model(name, label, (None, None), (*wide, *_TOOLS, *own), ENGINE_DOC)


MODELS = (
    _small("ernie-speed-8k", "ERNIE-Speed-8K", 2048, 1024),
    _small("ernie-speed-128k", "ERNIE-Speed-128K", 4096, 4096, _LONG_SIZE),
    _small("ernie-speed-pro-128k", "ERNIE-Speed-Pro-128K", 4096, 4096, _LONG_SIZE),
    _small("ernie-lite-8k", "ERNIE-Lite-8K", 2048, 1024),
    _small("ernie-lite-pro-128k", "ERNIE-Lite-Pro-128K", 2048, None, _LONG_SIZE),
    _small("ernie-tiny-8k", "ERNIE-Tiny-8K", 2048, 1024),
    _small("ernie-char-8k", "ERNIE-Character-8K", 1024, 1024, additive=False),
    _small("ernie-novel-8k", "ERNIE-Novel-8K", 2048, None),
    _main("ernie-3.5-8k", "ERNIE-3.5-8K", *_TOOLS),
    _long_main("ernie-3.5-128k", "ERNIE-3.5-128K", *_TOOLS),
    _main("ernie-4.0-8k", "ERNIE-4.0-8K", *_TOOLS),
    _main("ernie-4.0-8k-latest", "ERNIE-4.0-8K-Latest"),
    _main("ernie-4.0-8k-preview", "ERNIE-4.0-8K-Preview"),
    _main("ernie-4.0-turbo-8k", "ERNIE-4.0-Turbo-8K"),
    _unranged("ernie-4.0-turbo-128k", "ERNIE-4.0-Turbo-128K", _PENALTY, _FORMAT),
    _unranged("ernie-4.5-turbo-128k", "ERNIE-4.5-Turbo-128K", _PENALTY),
    _unranged("ernie-x1-turbo-32k", "ERNIE-X1-Turbo-32K"),
    _unranged("ernie-5.0-thinking-latest", "ERNIE-5.0-Thinking", _BUDGET, most=65536),
    _engine("deepseek-v3", "DeepSeek-V3"),
    _engine("deepseek-v3.1-250821", "DeepSeek-V3.1", _ENABLE_THINKING, _BUDGET),
    _engine("deepseek-r1", "DeepSeek-R1"),
)

# Offered for a model without a row.
KNOWN = (
    *_sampling(None, None),
    _PENALTY,
    _max_tokens(None, None),
    *_additive(None, None),
    _FORMAT,
    *_SEARCH,
    *_TOOLS,
    _ENABLE_THINKING,
    _BUDGET,
    *_COMMON,
)
