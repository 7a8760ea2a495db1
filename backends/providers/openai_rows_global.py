"""OpenAI itself and the routers that speak its interface, one row of data each."""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors_global as tables
from backends.providers.openai_parts import (
    FORMAT,
    LOGPROBS,
    OUTPUT,
    PENALTIES,
    PENALTIES_FROM_0,
    TEMPERATURE,
    TOOLS,
    TOP_P,
    M,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import ParamSpec, Words

_SAMPLING_FROM_1 = {"temperature": TEMPERATURE.but(default=1.0), "top_p": TOP_P.but(default=1.0)}
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")
_PARALLEL = {"parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=True)}

_OPENROUTER = "https://openrouter.ai/docs/api_reference/parameters"
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
        "user": params.USER_ID,
    },
    *(LOGPROBS, FORMAT, TOOLS, _PARALLEL),
)
_ROUTED_REASONING = taken(
    "https://openrouter.ai/docs/guides/best-practices/reasoning-tokens",
    {"reasoning.effort": params.REASONING_EFFORT.but(choices=_EFFORTS)},
)
_ANY_ROUTED = (*_ROUTED, *_ROUTED_REASONING)
OPENROUTER = OpenAIStyle(
    "openrouter",
    Words("OpenRouter", "OpenRouter"),
    "OPENROUTER_BASE_URL",
    "https://openrouter.ai/api/v1",
    "OPENROUTER_API_KEY",
    models=(
        model("openrouter/auto", _ANY_ROUTED, _OPENROUTER, sees=True),
        model("openai/gpt-5.4", _ANY_ROUTED, "https://openrouter.ai/openai/gpt-5.4", sees=True),
        model(
            "deepseek/deepseek-v4-flash",
            _ANY_ROUTED,
            "https://openrouter.ai/deepseek/deepseek-v4-flash",
            tokens=M,
        ),
        model(
            "moonshotai/kimi-k3",
            _ANY_ROUTED,
            "https://openrouter.ai/moonshotai/kimi-k3",
            tokens=M,
            sees=True,
        ),
    ),
    known=_ANY_ROUTED,
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
        model("meta-llama/Llama-3.3-70B-Instruct", _HF, _HUGGINGFACE),
        model("deepseek-ai/DeepSeek-R1", _HF, _HUGGINGFACE),
        model("Qwen/Qwen2.5-VL-7B-Instruct", _HF, _HUGGINGFACE, sees=True),
    ),
    known=_HF,
    source=_HUGGINGFACE,
)

_OPENAI = "https://platform.openai.com/docs/api-reference/chat/create"
_MODELS = "https://platform.openai.com/docs/models"
_REASONING = "https://developers.openai.com/api/docs/guides/reasoning"
_GPT_5_GUIDE = "https://developers.openai.com/api/docs/guides/latest-model"
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
_CHAT = (
    *_EVERY,
    *taken(
        _OPENAI,
        *(_SAMPLING_FROM_1, LOGPROBS, PENALTIES_FROM_0, _PARALLEL),
        {"seed": params.SEED, "stop": params.STOP.but(max_items=4)},
    ),
)
# Only with effort none, its default; with another one they are refused.
_GPT_5_2_SAMPLING = tuple(
    spec if spec.needs else spec.but(needs=("reasoning_effort", "none"))
    for spec in taken(f"{_GPT_5_GUIDE}/gpt-5.2", _SAMPLING_FROM_1, LOGPROBS)
)


def _most(source: str, tokens: int | None) -> tuple[ParamSpec, ...]:
    """The longest output of a model, reasoning included."""
    return taken(source, {"max_completion_tokens": OUTPUT.but(maximum=tokens)})


def _efforts(source: str, default: str | None, *words: str) -> tuple[ParamSpec, ...]:
    spec = params.REASONING_EFFORT.but(choices=words, default=default)
    return taken(source, {"reasoning_effort": spec})


# Models before GPT-5.1 that reason refuse sampling, penalties and log-probabilities altogether.
_GPT_5 = (
    *_EVERY,
    *_efforts(f"{_GPT_5_GUIDE}/gpt-5", "medium", "minimal", "low", "medium", "high"),
)
_GPT_5_2 = (
    *(*_EVERY, *_GPT_5_2_SAMPLING, *_most(f"{_MODELS}/gpt-5.2", 128_000)),
    *_efforts(f"{_MODELS}/gpt-5.2", "none", "none", "low", "medium", "high", "xhigh"),
)
OPENAI = OpenAIStyle(
    "openai",
    Words("OpenAI", "OpenAI"),
    "OPENAI_BASE_URL",
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    models=(
        model("gpt-5.2", _GPT_5_2, f"{_MODELS}/gpt-5.2", tokens=400_000, sees=True),
        model(
            "gpt-5", (*_GPT_5, *_most(f"{_MODELS}/gpt-5", 128_000)), f"{_MODELS}/gpt-5",
            tokens=400_000, sees=True,
        ),
        model(
            "gpt-5-mini", (*_GPT_5, *_most(f"{_MODELS}/gpt-5-mini", 128_000)),
            f"{_MODELS}/gpt-5-mini", tokens=400_000, sees=True,
        ),
        model(
            "gpt-4.1", (*_CHAT, *_most(f"{_MODELS}/gpt-4.1", 32_768)), f"{_MODELS}/gpt-4.1",
            tokens=1_047_576, sees=True,
        ),
        model(
            "gpt-4o", (*_CHAT, *_most(f"{_MODELS}/gpt-4o", 16_384)), f"{_MODELS}/gpt-4o",
            tokens=128_000, sees=True,
        ),
    ),
    known=(*_CHAT, *_most(_OPENAI, None), *_efforts(_REASONING, None, *_EFFORTS)),
    errors=tables.OPENAI,
    source=_OPENAI,
)  # fmt: skip
