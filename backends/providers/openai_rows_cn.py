"""Chinese makers of models that speak OpenAI's interface, one row of data each."""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors as tables
from backends.providers.openai_parts import (
    FORMAT,
    LOGPROBS,
    OUTPUT,
    PENALTIES_FROM_0,
    TEMPERATURE,
    THINKING,
    TOOLS,
    TOP_P,
    K,
    M,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import ParamSpec, Words

_LOW_HIGH_MAX = params.REASONING_EFFORT.but(choices=("low", "high", "max"))
_NONE_OR_AUTO = params.TOOL_CHOICE.but(choices=("none", "auto"))

_DEEPSEEK = "https://api-docs.deepseek.com/api/create-chat-completion"
_DEEPSEEK_PRICING = "https://api-docs.deepseek.com/quick_start/pricing"
_DEEPSEEK_CHAT = taken(
    _DEEPSEEK,
    {"temperature": TEMPERATURE.but(default=1.0), "top_p": TOP_P.but(default=1.0)},
    {"max_tokens": OUTPUT.but(maximum=8192, default=4096)},
    {"stop": params.STOP.but(max_items=16)},
    *(PENALTIES_FROM_0, LOGPROBS, FORMAT, TOOLS),
)
# In thinking mode, the default, temperature and the penalties are taken without effect.
_DEEPSEEK_THINKING = (
    *(spec for spec in _DEEPSEEK_CHAT if spec.wire_name != "max_tokens"),
    *taken(_DEEPSEEK_PRICING, {"max_tokens": OUTPUT.but(maximum=384 * K)}),
    *taken(
        "https://api-docs.deepseek.com/guides/thinking_mode",
        {"thinking.type": THINKING.but(default="enabled")},
        {"reasoning_effort": _LOW_HIGH_MAX.but(default="high")},
    ),
)
DEEPSEEK = OpenAIStyle(
    "deepseek",
    Words("深度求索 DeepSeek", "DeepSeek"),
    "DEEPSEEK_BASE_URL",
    "https://api.deepseek.com/v1",
    "DEEPSEEK_API_KEY",
    models=(
        model("deepseek-flash", _DEEPSEEK_THINKING, _DEEPSEEK_PRICING, tokens=M, sees=True),
        model("deepseek-v4-pro", _DEEPSEEK_THINKING, _DEEPSEEK_PRICING, tokens=M),
        model(
            "deepseek-chat",
            _DEEPSEEK_CHAT,
            "https://api-docs.deepseek.com/updates",
            label="DeepSeek Chat",
            retired_on="2026-07-24",
        ),
    ),
    known=_DEEPSEEK_THINKING,
    errors=tables.DEEPSEEK,
    source=_DEEPSEEK,
)

_DASHSCOPE = "https://help.aliyun.com/zh/model-studio/qwen-api-via-openai-chat-completions"
_QWEN_MODELS = "https://help.aliyun.com/zh/model-studio/getting-started/models"
_QWEN_MAX = "https://docs.apiyi.com/en/api-capabilities/qwen-3-8/overview"
_QWEN = taken(
    _DASHSCOPE,
    {
        "temperature": TEMPERATURE.but(exclusive_maximum=True),
        "top_p": TOP_P.but(exclusive_minimum=True),
        "top_k": params.TOP_K.but(minimum=0, default=20),
        "presence_penalty": params.PRESENCE_PENALTY.but(minimum=-2, maximum=2),
        "seed": params.SEED.but(minimum=0, maximum=2**31 - 1, default=1234),
        "stop": params.STOP,
        "enable_search": params.WEB_SEARCH.but(default=False),
        "enable_thinking": params.ENABLE_THINKING,
        "thinking_budget": params.THINKING_BUDGET.but(minimum=0),
        "tools": params.TOOLS,
        "tool_choice": _NONE_OR_AUTO,
        "parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=False),
    },
    FORMAT,
)


def _qwen(source: str, most: int | None, repetition: float | None = None) -> tuple[ParamSpec, ...]:
    """What every Qwen takes, with the longest answer and the default penalty of one."""
    penalty = params.REPETITION_PENALTY.but(minimum=0, exclusive_minimum=True, default=repetition)
    return (
        *_QWEN,
        *taken(_DASHSCOPE, {"repetition_penalty": penalty}),
        *taken(source, {"max_tokens": OUTPUT.but(maximum=most)}),
    )


# Excludes thinking_budget, which the service maps to it and back.
_QWEN_EFFORT = taken(
    _DASHSCOPE,
    {
        "reasoning_effort": params.REASONING_EFFORT.but(
            choices=("low", "medium", "xhigh"), default="xhigh"
        )
    },
)
# Open models and dated snapshots alone.
_QWEN_LOGPROBS = taken(
    _DASHSCOPE,
    {"logprobs": params.LOGPROBS.but(default=False)},
    {"top_logprobs": params.TOP_LOGPROBS.but(minimum=0, maximum=5, default=0)},
)
DASHSCOPE = OpenAIStyle(
    "dashscope",
    Words("阿里云百炼（通义千问）", "Alibaba Model Studio (Qwen)"),
    "DASHSCOPE_BASE_URL",
    "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "DASHSCOPE_API_KEY",
    models=(
        model(
            "qwen3.8-max",
            (*_qwen(_QWEN_MAX, 128 * K, 1.0), *_QWEN_EFFORT),
            _QWEN_MAX,
            tokens=M,
            sees=True,
        ),
        model(
            "qwen3.7-plus",
            _qwen(_QWEN_MODELS, 64 * K, 1.05),
            _QWEN_MODELS,
            tokens=10**6,
            sees=True,
        ),
        model("qwen3-max", _qwen(_QWEN_MODELS, 64 * K, 1.05), _QWEN_MODELS, tokens=256 * K),
        # Sources differ about its limits.
        model("qwen-plus", _qwen(_QWEN_MODELS, None, 1.05), _QWEN_MODELS),
    ),
    known=(*_qwen(_QWEN_MODELS, None), *_QWEN_EFFORT, *_QWEN_LOGPROBS),
    errors=tables.DASHSCOPE,
    source=_DASHSCOPE,
    lists_models=False,
)

_MOONSHOT = "https://platform.kimi.com/docs/api/chat"
_KIMI_MODELS = "https://platform.kimi.com/docs/api/models-overview"
# Kimi's sampling is fixed (temperature, top_p, penalties): any value but its own is refused.
_KIMI = taken(
    _MOONSHOT,
    {"stop": params.STOP.but(max_items=5, maximum=32)},
    {"tools": params.TOOLS.but(max_items=128)},
    FORMAT,
)
_K3 = taken(
    _MOONSHOT,
    {
        "max_completion_tokens": OUTPUT.but(maximum=M, default=128 * K),
        "reasoning_effort": _LOW_HIGH_MAX.but(default="max"),
        "tool_choice": params.TOOL_CHOICE,
    },
)
_K2 = taken(
    _MOONSHOT,
    {
        "max_completion_tokens": OUTPUT.but(maximum=256 * K, default=32 * K),
        "thinking.type": THINKING.but(default="enabled"),
        "tool_choice": _NONE_OR_AUTO,
    },
)
MOONSHOT = OpenAIStyle(
    "moonshot",
    Words("月之暗面 Kimi", "Moonshot Kimi"),
    "MOONSHOT_BASE_URL",
    "https://api.moonshot.cn/v1",
    "MOONSHOT_API_KEY",
    models=(
        model("kimi-k3", (*_KIMI, *_K3), _KIMI_MODELS, tokens=M, sees=True),
        model("kimi-k2.6", (*_KIMI, *_K2), _KIMI_MODELS, tokens=256 * K, sees=True),
    ),
    known=(*_KIMI, *_K3, *taken(_MOONSHOT, {"thinking.type": THINKING})),
    errors=tables.MOONSHOT,
    source=_MOONSHOT,
)
