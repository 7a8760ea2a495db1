"""Zhipu's GLM, one row of data.

Source: https://docs.bigmodel.cn/api-reference/模型-api/对话补全
"""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors as tables
from backends.providers.openai_parts import (
    FORMAT,
    OUTPUT,
    TEMPERATURE,
    THINKING,
    TOP_P,
    K,
    M,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import ParamSpec, Words

_ZHIPU = "https://docs.bigmodel.cn/api-reference/模型-api/对话补全"
_GUIDE = "https://docs.bigmodel.cn/cn/guide/models"
_EVERY = taken(
    _ZHIPU,
    {
        "stop": params.STOP.but(max_items=1),
        # It must also have 6 characters.
        "user_id": params.USER_ID.but(maximum=128),
        "tools": params.TOOLS.but(max_items=128),
        "tool_choice": params.TOOL_CHOICE.but(choices=("auto",)),
    },
)
_TEXT = taken(_ZHIPU, FORMAT)
_SWITCH = taken(_ZHIPU, {"thinking.type": THINKING.but(default="enabled")})
_EFFORT = taken(
    _ZHIPU,
    {
        "reasoning_effort": params.REASONING_EFFORT.but(
            choices=("low", "high", "max"), default="max"
        )
    },
)


def _glm(
    most: int, temperature: float | None = None, top_p: float | None = None
) -> tuple[ParamSpec, ...]:
    """What every GLM takes, with the longest output and the defaults of one."""
    own = {
        "max_tokens": OUTPUT.but(maximum=most),
        "temperature": TEMPERATURE.but(maximum=1, default=temperature),
        "top_p": TOP_P.but(minimum=0.01, default=top_p),
    }
    return (*_EVERY, *taken(_ZHIPU, own))


_LONG = (*_glm(128 * K, 1.0, 0.95), *_TEXT, *_SWITCH)
ZHIPU = OpenAIStyle(
    "zhipu",
    Words("智谱 GLM", "Zhipu GLM"),
    "ZHIPU_BASE_URL",
    "https://open.bigmodel.cn/api/paas/v4",
    "ZHIPUAI_API_KEY",
    models=(
        # It always thinks.
        model("glm-5.3", (*_glm(128 * K), *_TEXT, *_EFFORT), _ZHIPU, tokens=M),
        model("glm-4.7", _LONG, f"{_GUIDE}/text/glm-4.7", tokens=200 * K),
        model("glm-4.6", _LONG, f"{_GUIDE}/text/glm-4.6", tokens=200 * K),
        model(
            "glm-4.5-air",
            (*_glm(96 * K, 0.6, 0.95), *_TEXT, *_SWITCH),
            f"{_GUIDE}/text/glm-4.5",
            tokens=128 * K,
        ),
        model("glm-4.6v", (*_glm(32 * K, 0.8, 0.6), *_SWITCH), _ZHIPU, sees=True),
    ),
    known=(*_glm(128 * K), *_TEXT, *_SWITCH, *_EFFORT),
    errors=tables.ZHIPU,
    source=_ZHIPU,
    lists_models=False,
    asks_usage=False,
)
