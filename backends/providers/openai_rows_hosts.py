"""Chinese services that host the models of several makers, one row of data each."""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors as tables
from backends.providers.openai_parts import (
    FORMAT,
    LOGPROBS,
    OUTPUT,
    PENALTIES_FROM_0,
    TEMPERATURE,
    TOP_P,
    K,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import Words

_ARK = "https://www.volcengine.com/docs/82379/1494384"
_ARK_PARAMS = taken(
    _ARK,
    {
        "max_tokens": OUTPUT.but(default=4096),
        "tools": params.TOOLS,
        "tool_choice": params.TOOL_CHOICE,
        "parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=True),
        "thinking.type": params.THINKING,
        "reasoning_effort": params.REASONING_EFFORT.but(
            choices=("minimal", "low", "medium", "high"), default="medium"
        ),
    },
    FORMAT,
)
# Seed 2.0 samples in a fixed way, Seed 1.8 has a fixed top_p, and neither has the penalties.
_ARK_TEMPERATURE = taken(_ARK, {"temperature": TEMPERATURE.but(default=1.0)})
_ARK_SAMPLING = (
    *_ARK_TEMPERATURE,
    *taken(_ARK, {"top_p": TOP_P.but(default=0.7)}, PENALTIES_FROM_0),
)
ARK = OpenAIStyle(
    "ark",
    Words("火山方舟（豆包）", "Volcengine Ark (Doubao)"),
    "ARK_BASE_URL",
    "https://ark.cn-beijing.volces.com/api/v3",
    "ARK_API_KEY",
    models=(
        model("doubao-seed-2-0-lite-260215", _ARK_PARAMS, _ARK, tokens=256 * K, sees=True),
        model(
            "doubao-seed-1-8-251228",
            (*_ARK_PARAMS, *_ARK_TEMPERATURE),
            "https://docs.byteplus.com/en/docs/ModelArk/2123228",
            tokens=256 * K,
            sees=True,
        ),
        model(
            "doubao-seed-1-6-251015",
            (*_ARK_PARAMS, *_ARK_SAMPLING),
            _ARK,
            tokens=256 * K,
            sees=True,
        ),
    ),
    # Not for models that think: stop strings and log-probabilities.
    known=(
        *(*_ARK_PARAMS, *_ARK_SAMPLING),
        *taken(_ARK, {"stop": params.STOP.but(max_items=4)}, LOGPROBS),
    ),
    errors=tables.ARK,
    source=_ARK,
    lists_models=False,
)

_SILICONFLOW = "https://docs.siliconflow.cn/docs/api/chat-completions-post"
_SILICON_MODELS = (
    "https://github.com/lobehub/lobe-chat/blob/main/packages/model-bank/src/aiModels/"
    "siliconcloud.ts"
)
_SILICON = taken(
    _SILICONFLOW,
    {
        "temperature": TEMPERATURE,
        "top_p": TOP_P,
        "top_k": params.TOP_K,
        "frequency_penalty": params.FREQUENCY_PENALTY,
        "max_tokens": params.MAX_OUTPUT_TOKENS,
        "stop": params.STOP.but(max_items=4),
        "enable_thinking": params.ENABLE_THINKING,
        "thinking_budget": params.THINKING_BUDGET.but(minimum=128, maximum=32768),
        "tools": params.TOOLS,
    },
    FORMAT,
)
_SILICON_EFFORT = taken(
    _SILICONFLOW,
    {"reasoning_effort": params.REASONING_EFFORT.but(choices=("high", "max"), default="high")},
)
_SILICON_QWEN3 = taken(_SILICONFLOW, {"min_p": params.MIN_P.but(minimum=0, maximum=1)})
SILICONFLOW = OpenAIStyle(
    "siliconflow",
    Words("硅基流动 SiliconFlow", "SiliconFlow"),
    "SILICONFLOW_BASE_URL",
    "https://api.siliconflow.cn/v1",
    "SILICONFLOW_API_KEY",
    models=(
        model("deepseek-ai/DeepSeek-V4-Flash", (*_SILICON, *_SILICON_EFFORT), _SILICONFLOW),
        model("Qwen/Qwen3-8B", (*_SILICON, *_SILICON_QWEN3), _SILICON_MODELS, tokens=128 * K),
        model("zai-org/GLM-4.5V", _SILICON, _SILICON_MODELS, tokens=64 * K, sees=True),
    ),
    known=(*_SILICON, *_SILICON_EFFORT, *_SILICON_QWEN3),
    errors=tables.SILICONFLOW,
    source=_SILICONFLOW,
)
