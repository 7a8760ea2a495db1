"""OpenAI-compatible services in China, one row of data each; sources stand beside the rows."""

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

_OPEN_TOP_P = TOP_P.but(exclusive_minimum=True)
_LOW_HIGH_MAX = params.REASONING_EFFORT.but(choices=("low", "high", "max"))

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
    "https://api.deepseek.com",
    "DEEPSEEK_API_KEY",
    models=(
        model("deepseek-flash", _DEEPSEEK_THINKING, _DEEPSEEK_PRICING, tokens=M, sees=True),
        model("deepseek-v4-pro", _DEEPSEEK_THINKING, _DEEPSEEK_PRICING, tokens=M),
        model("deepseek-chat", _DEEPSEEK_CHAT, _DEEPSEEK, label="DeepSeek Chat"),
    ),
    known=_DEEPSEEK_THINKING,
    source=_DEEPSEEK,
)

_DASHSCOPE = "https://help.aliyun.com/zh/model-studio/qwen-api-via-openai-chat-completions"
_QWEN_MODELS = "https://help.aliyun.com/zh/model-studio/getting-started/models"
_QWEN = taken(
    _DASHSCOPE,
    {
        "temperature": TEMPERATURE.but(exclusive_maximum=True),
        "top_p": _OPEN_TOP_P,
        "top_k": params.TOP_K.but(minimum=0),
        "presence_penalty": params.PRESENCE_PENALTY.but(minimum=-2, maximum=2),
        "repetition_penalty": params.REPETITION_PENALTY.but(minimum=0, exclusive_minimum=True),
        "seed": params.SEED.but(minimum=0, maximum=2**31 - 1),
        "stop": params.STOP,
        "logprobs": params.LOGPROBS,
        "top_logprobs": params.TOP_LOGPROBS.but(minimum=0, maximum=5, default=0),
        "enable_search": params.WEB_SEARCH.but(default=False),
        "parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=False),
    },
    *(FORMAT, TOOLS),
)
_QWEN_THINKING = taken(
    _DASHSCOPE,
    {"enable_thinking": params.ENABLE_THINKING},
    {"thinking_budget": params.THINKING_BUDGET.but(minimum=1)},
)
_32K, _64K, _QWEN_OUTPUT = (
    taken(_QWEN_MODELS, {"max_tokens": OUTPUT.but(maximum=most)}) for most in (32 * K, 64 * K, None)
)
_QWEN_KNOWN = (*_QWEN, *_QWEN_THINKING, *_QWEN_OUTPUT)
DASHSCOPE = OpenAIStyle(
    "dashscope",
    Words("阿里云百炼（通义千问）", "Alibaba Model Studio (Qwen)"),
    "DASHSCOPE_BASE_URL",
    "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "DASHSCOPE_API_KEY",
    models=(
        model("qwen3.8-max", _QWEN_KNOWN, _QWEN_MODELS, tokens=M, sees=True),
        model(
            "qwen3.7-plus", (*_QWEN, *_QWEN_THINKING, *_64K), _QWEN_MODELS, tokens=10**6, sees=True
        ),
        model("qwen3-max", (*_QWEN, *_64K), _QWEN_MODELS, tokens=256 * K),
        model("qwen-plus", (*_QWEN, *_QWEN_THINKING, *_32K), _QWEN_MODELS, tokens=10**6),
    ),
    known=_QWEN_KNOWN,
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
        "tool_choice": params.TOOL_CHOICE.but(choices=("none", "auto")),
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

_ZHIPU = "https://docs.bigmodel.cn/api-reference/模型-api/对话补全"
_GLM = taken(
    _ZHIPU,
    {
        "stop": params.STOP.but(max_items=4),
        "user_id": params.USER_ID.but(maximum=128),
        "tools": params.TOOLS.but(max_items=128),
        "tool_choice": params.TOOL_CHOICE.but(choices=("auto",)),
    },
    FORMAT,
)
_GLM_THINKING = taken(_ZHIPU, {"thinking.type": THINKING})
_GLM_EFFORT = taken(_ZHIPU, {"reasoning_effort": _LOW_HIGH_MAX.but(default="max")})


def _glm(
    most: int, temperature: float | None = None, top_p: float | None = None
) -> tuple[ParamSpec, ...]:
    """What every GLM takes, with the longest output and the defaults of one."""
    own = {
        "max_tokens": OUTPUT.but(maximum=most),
        "temperature": TEMPERATURE.but(maximum=1, default=temperature),
        "top_p": TOP_P.but(minimum=0.01, default=top_p),
    }
    return (*_GLM, *taken(_ZHIPU, own))


ZHIPU = OpenAIStyle(
    "zhipu",
    Words("智谱 GLM", "Zhipu GLM"),
    "ZHIPU_BASE_URL",
    "https://open.bigmodel.cn/api/paas/v4",
    "ZHIPUAI_API_KEY",
    models=(
        model("glm-5.3", (*_glm(128 * K), *_GLM_EFFORT), _ZHIPU, tokens=M),
        model("glm-4.6", (*_glm(128 * K, 1.0, 0.95), *_GLM_THINKING), _ZHIPU, tokens=200 * K),
        model("glm-4.5-air", (*_glm(96 * K, 0.6, 0.95), *_GLM_THINKING), _ZHIPU, tokens=128 * K),
    ),
    known=(*_glm(128 * K), *_GLM_THINKING, *_GLM_EFFORT),
    errors=tables.ZHIPU,
    source=_ZHIPU,
    lists_models=False,
    asks_usage=False,
)

_ARK = "https://www.volcengine.com/docs/82379/1494384"
_ARK_PARAMS = taken(
    _ARK,
    {
        "max_tokens": OUTPUT.but(default=4096),
        "tools": params.TOOLS,
        "tool_choice": params.TOOL_CHOICE,
        "parallel_tool_calls": params.PARALLEL_TOOL_CALLS.but(default=True),
        "thinking.type": params.THINKING,
    },
    FORMAT,
)
_ARK_SAMPLING = taken(
    _ARK, {"temperature": TEMPERATURE.but(default=1.0), "top_p": _OPEN_TOP_P.but(default=0.7)}
)
# Seed 1.8 and later refuse the penalties, and Seed 2.0 samples in a fixed way.
_ARK_PENALTIES = taken(_ARK, PENALTIES_FROM_0)
_ARK_EFFORT = taken(
    _ARK,
    {
        "reasoning_effort": params.REASONING_EFFORT.but(
            choices=("minimal", "low", "medium", "high"), default="medium"
        )
    },
)
_SEED_1_8 = (*_ARK_PARAMS, *_ARK_SAMPLING, *_ARK_EFFORT)
_SEED_1_6 = (*_SEED_1_8, *_ARK_PENALTIES)
ARK = OpenAIStyle(
    "ark",
    Words("火山方舟（豆包）", "Volcengine Ark (Doubao)"),
    "ARK_BASE_URL",
    "https://ark.cn-beijing.volces.com/api/v3",
    "ARK_API_KEY",
    models=(
        model(
            "doubao-seed-2-0-lite-260215",
            (*_ARK_PARAMS, *_ARK_EFFORT),
            _ARK,
            tokens=256 * K,
            sees=True,
        ),
        model("doubao-seed-1-8-251228", _SEED_1_8, _ARK, sees=True),
        model("doubao-seed-1-6-251015", _SEED_1_6, _ARK, tokens=256 * K, sees=True),
    ),
    # Not for models that think: stop strings and log-probabilities.
    known=(*_SEED_1_6, *taken(_ARK, {"stop": params.STOP.but(max_items=4)}, LOGPROBS)),
    errors=tables.ARK,
    source=_ARK,
    lists_models=False,
)

_SILICONFLOW = "https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions"
_SILICON = taken(
    _SILICONFLOW,
    {
        "temperature": params.TEMPERATURE,
        "top_p": params.TOP_P,
        "top_k": params.TOP_K,
        "frequency_penalty": params.FREQUENCY_PENALTY,
        "max_tokens": OUTPUT,
        "stop": params.STOP.but(max_items=4),
    },
    *(FORMAT, {"tools": params.TOOLS}),
)
_SILICON_THINKING = taken(
    _SILICONFLOW,
    {"enable_thinking": params.ENABLE_THINKING.but(default=True)},
    {"thinking_budget": params.THINKING_BUDGET.but(minimum=128, maximum=32768, default=4096)},
)
_SILICON_QWEN3 = (
    *_SILICON,
    *_SILICON_THINKING,
    *taken(_SILICONFLOW, {"min_p": params.MIN_P.but(minimum=0, maximum=1)}),
)
SILICONFLOW = OpenAIStyle(
    "siliconflow",
    Words("硅基流动 SiliconFlow", "SiliconFlow"),
    "SILICONFLOW_BASE_URL",
    "https://api.siliconflow.cn/v1",
    "SILICONFLOW_API_KEY",
    models=(
        model("Qwen/Qwen3-8B", _SILICON_QWEN3, _SILICONFLOW),
        model("Qwen/Qwen3-32B", _SILICON_QWEN3, _SILICONFLOW),
        model("deepseek-ai/DeepSeek-V3", _SILICON, _SILICONFLOW),
    ),
    known=_SILICON_QWEN3,
    errors=tables.SILICONFLOW,
    source=_SILICONFLOW,
)
