"""OpenAI itself and the routers that speak its interface, one row of data each."""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors as tables
from backends.providers.openai_parts import (
    FORMAT,
    LOGPROBS,
    OUTPUT,
    PENALTIES,
    PENALTIES_FROM_0,
    TEMPERATURE,
    TOOLS,
    TOP_P,
    K,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import ParamSpec, Words

_SAMPLING_FROM_1 = {"temperature": TEMPERATURE.but(default=1.0), "top_p": TOP_P.but(default=1.0)}
_PARALLEL = {"parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=True)}

_OPENROUTER = "https://openrouter.ai/docs/api_reference/parameters"
_OPENROUTER_MODELS = "https://openrouter.ai/models"
# What a routed model takes of these depends on who serves it.
_ROUTED = taken(
    _OPENROUTER,
    _SAMPLING_FROM_1,
    PENALTIES_FROM_0,
    {
        "top_k": params.TOP_K.but(minimum=0, default=0),
        "min_p": params.MIN_P.but(minimum=0, maximum=1, default=0.0),
        "repetition_penalty": params.REPETITION_PENALTY.but(minimum=0, maximum=2, default=1.0),
        "seed": params.SEED,
        "max_tokens": OUTPUT,
        "stop": params.STOP,
        "reasoning.effort": params.REASONING_EFFORT.but(
            choices=("none", "minimal", "low", "medium", "high", "xhigh")
        ),
        "user": params.USER_ID,
    },
    *(LOGPROBS, FORMAT, TOOLS, _PARALLEL),
)
OPENROUTER = OpenAIStyle(
    "openrouter",
    Words("OpenRouter", "OpenRouter"),
    "OPENROUTER_BASE_URL",
    "https://openrouter.ai/api/v1",
    "OPENROUTER_API_KEY",
    models=(
        model("openrouter/auto", _ROUTED, _OPENROUTER_MODELS, sees=True),
        model("openai/gpt-4.1", _ROUTED, _OPENROUTER_MODELS, sees=True),
        model("deepseek/deepseek-v4.1-flash", _ROUTED, _OPENROUTER_MODELS, sees=True),
        model("moonshotai/kimi-k2.6", _ROUTED, _OPENROUTER_MODELS, tokens=256 * K, sees=True),
    ),
    known=_ROUTED,
    errors=tables.OPENROUTER,
    source=_OPENROUTER,
    asks_usage=False,
)

_HUGGINGFACE = "https://huggingface.co/docs/inference-providers/tasks/chat-completion"
_HF = taken(
    _HUGGINGFACE,
    {
        "temperature": TEMPERATURE,
        "top_p": params.TOP_P,
        "max_tokens": params.MAX_OUTPUT_TOKENS,
        "seed": params.SEED,
        "stop": params.STOP.but(max_items=4),
        "logprobs": params.LOGPROBS,
        "top_logprobs": params.TOP_LOGPROBS.but(minimum=0, maximum=5),
    },
    *(PENALTIES, FORMAT, TOOLS),
)
HUGGINGFACE = OpenAIStyle(
    "huggingface",
    Words("Hugging Face 路由", "Hugging Face router"),
    "HUGGINGFACE_BASE_URL",
    "https://router.huggingface.co/v1",
    "HF_TOKEN",
    models=(
        model("deepseek-ai/DeepSeek-R1", _HF, _HUGGINGFACE),
        model("meta-llama/Llama-3.3-70B-Instruct", _HF, _HUGGINGFACE),
        model("Qwen/Qwen2.5-VL-7B-Instruct", _HF, _HUGGINGFACE, sees=True),
    ),
    known=_HF,
    source=_HUGGINGFACE,
)

_OPENAI = "https://platform.openai.com/docs/api-reference/chat/create"
_MODELS = "https://platform.openai.com/docs/models"
_REASONING = "https://platform.openai.com/docs/guides/reasoning"
_EVERY = taken(
    _OPENAI,
    {
        "tools": params.TOOLS.but(max_items=128),
        "tool_choice": params.TOOL_CHOICE,
        "user": params.USER_ID,
        "metadata": params.METADATA.but(max_items=16),
    },
    FORMAT,
)
_SAMPLING = taken(_OPENAI, _SAMPLING_FROM_1, LOGPROBS)
_CHAT = (
    *_EVERY,
    *_SAMPLING,
    *taken(
        _OPENAI,
        PENALTIES_FROM_0,
        _PARALLEL,
        {"seed": params.SEED, "stop": params.STOP.but(max_items=4)},
    ),
)


def _own(source: str, most: int | None, *efforts: str) -> tuple[ParamSpec, ...]:
    """The longest output, reasoning included, and the efforts that a model knows."""
    effort = {"reasoning_effort": params.REASONING_EFFORT.but(choices=efforts)} if efforts else {}
    return taken(source, {"max_completion_tokens": OUTPUT.but(maximum=most)}, effort)


_GPT_5 = _own(_REASONING, 128_000, "minimal", "low", "medium", "high")
_GPT_5_2 = _own(_REASONING, 128_000, "none", "low", "medium", "high", "xhigh")
_O4 = _own(_REASONING, 100_000, "low", "medium", "high")
_ANY_EFFORT = _own(_REASONING, None, "none", "minimal", "low", "medium", "high", "xhigh")
# Models that reason refuse sampling, penalties, log-probabilities and stop strings; GPT-5.2 takes
# sampling and log-probabilities with effort none.
OPENAI = OpenAIStyle(
    "openai",
    Words("OpenAI", "OpenAI"),
    "OPENAI_BASE_URL",
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    models=(
        model(
            "gpt-5.2", (*_EVERY, *_SAMPLING, *_GPT_5_2), f"{_MODELS}/gpt-5.2",
            tokens=400_000, sees=True,
        ),
        model("gpt-5", (*_EVERY, *_GPT_5), f"{_MODELS}/gpt-5", tokens=400_000, sees=True),
        model("gpt-5-mini", (*_EVERY, *_GPT_5), f"{_MODELS}/gpt-5-mini", tokens=400_000, sees=True),
        model("o4-mini", (*_EVERY, *_O4), f"{_MODELS}/o4-mini", tokens=200_000, sees=True),
        model(
            "gpt-4.1", (*_CHAT, *_own(_MODELS, 32_768)), f"{_MODELS}/gpt-4.1",
            tokens=1_047_576, sees=True,
        ),
        model(
            "gpt-4o", (*_CHAT, *_own(_MODELS, 16_384)), f"{_MODELS}/gpt-4o",
            tokens=128_000, sees=True,
        ),
    ),
    known=(*_CHAT, *_ANY_EFFORT),
    errors=tables.OPENAI,
    source=_OPENAI,
)  # fmt: skip
