"""The rows of the Chinese OpenAI-compatible services."""

from __future__ import annotations

from typing import Final

from ..checks import Range
from . import wordings
from .row import ANY, COMMON, COUNT, ROLES, WHOLE, Model, Row

_M: Final = 1_048_576
# Every sampling parameter of these has one value: https://github.com/BerriAI/litellm/pull/29687.
_KIMI_FIXED: Final = {
    "temperature": (1, 0.6), "top_p": (0.95, 0.95),
    "frequency_penalty": (0, 0), "presence_penalty": (0, 0),
}  # fmt: skip


def _most(tokens: int, *names: str) -> dict[str, Range]:
    return {name: Range(1, tokens, whole=True) for name in names or ("max_tokens",)}


_KIMI_MOST: Final = ("max_tokens", "max_completion_tokens")
CHINESE: Final = (
    Row(
        "deepseek", "/v1", "DEEPSEEK_API_KEY",
        {
            "deepseek-chat": Model(ranges=_most(8192)),
            "deepseek-flash": Model("unless off", True, _M, _most(393_216)),
            "deepseek-v4-pro": Model("unless off", False, _M, _most(393_216)),
        },
        wordings.DEEPSEEK,
        ("https://api-docs.deepseek.com/api/create-chat-completion",
         "https://api-docs.deepseek.com/guides/thinking_mode",
         "https://api-docs.deepseek.com/quick_start/error_codes"),
        ranges=COMMON | {"top_logprobs": Range(0, 20, whole=True)},
        roles=ROLES, logprobs=True, switch="thinking", options_need_stream=True,
        comment=": keep-alive",
    ),
    Row(
        "dashscope", "/compatible-mode/v1", "DASHSCOPE_API_KEY",
        {
            "qwen-plus": Model("when asked"),
            "qwen3.8-max": Model("unless off", True, _M, _most(131_072)),
            "qwen3.7-plus": Model("when asked", True, 1_000_000, _most(65_536)),
            "qwen3-max": Model("when asked", False, 262_144, _most(65_536)),
            "qwen3-32b": Model("unless off", only_streamed=True),
        },
        wordings.DASHSCOPE,
        ("https://help.aliyun.com/zh/model-studio/qwen-api-via-openai-chat-completions",
         "https://www.alibabacloud.com/help/en/model-studio/error-code"),
        ranges={
            "temperature": Range(0, 2, below=True),
            "top_p": Range(0, 1, above=True),
            "presence_penalty": Range(-2, 2),
            "max_tokens": COUNT,
            "max_completion_tokens": COUNT,
            "top_k": Range(0, 2**31 - 1, whole=True),
            "repetition_penalty": Range(0, 1e308, above=True),
            "thinking_budget": Range(0, 2**31 - 1, whole=True),
            "seed": Range(0, 2**31 - 1, whole=True),
            "top_logprobs": Range(0, 5, whole=True),
        },
        roles=ROLES, booleans=("enable_search", "parallel_tool_calls"), logprobs=True,
        switch="enable_thinking",
    ),
    Row(
        "moonshot", "/v1", "MOONSHOT_API_KEY",
        {
            "kimi-k2.6": Model(
                "unless off", True, 262_144, _most(262_144, *_KIMI_MOST), fixed=_KIMI_FIXED
            ),
            "kimi-k3": Model("always", True, _M, _most(_M, *_KIMI_MOST), fixed=_KIMI_FIXED),
        },
        wordings.MOONSHOT,
        ("https://platform.kimi.com/docs/api/chat",
         "https://platform.kimi.com/docs/api/models-overview",
         "https://platform.kimi.com/docs/api/errors"),
        roles=ROLES, stops=5, stop_bytes=32, switch="thinking", default_output=1_024,
    ),
    Row(
        "zhipu", "/api/paas/v4", "ZHIPUAI_API_KEY",
        {
            "glm-4.7": Model("unless off", context=204_800),
            "glm-4.6": Model("unless off", context=204_800),
            "glm-4.5-air": Model("unless off", False, 131_072, _most(98_304)),
            "glm-4.6v": Model("unless off", sees=True, ranges=_most(32_768)),
            "glm-5.3": Model("always", context=_M),
        },
        wordings.ZHIPU,
        ("https://docs.bigmodel.cn/api-reference",
         "https://docs.z.ai/api-reference/llm/chat-completion",
         "https://docs.bigmodel.cn/cn/guide/capabilities/streaming",
         "https://docs.bigmodel.cn/cn/api/api-code"),
        ranges={
            "temperature": Range(0, 1), "top_p": Range(0.01, 1), **_most(131_072),
        },
        roles=ROLES, stops=1, booleans=("do_sample",), switch="thinking", usage="last chunk",
        filter_reason="sensitive",
    ),
    Row(
        "ark", "/api/v3", "ARK_API_KEY",
        {
            "doubao-seed-1-6-251015": Model("unless off", True, 262_144),
            "doubao-seed-1-8-251228": Model("unless off", True, 262_144),
            "doubao-seed-2-0-lite-260215": Model("unless off", True, 262_144),
        },
        wordings.ARK,
        ("https://www.volcengine.com/docs/82379/1494384",
         "https://www.volcengine.com/docs/82379/1299023",
         "https://github.com/volcengine/volc-sdk-python/issues/46"),
        ranges=COMMON | {
            "max_completion_tokens": Range(1, 65_536, whole=True),
            "top_logprobs": Range(0, 20, whole=True),
        },
        stops=4, logprobs=True, switch="thinking", lists="nothing",
    ),
    Row(
        "siliconflow", "/v1", "SILICONFLOW_API_KEY",
        {
            "deepseek-ai/DeepSeek-V4-Flash": Model("unless off"),
            "Qwen/Qwen3-8B": Model("unless off", context=131_072),
            "zai-org/GLM-4.5V": Model("unless off", sees=True),
        },
        wordings.SILICONFLOW,
        ("https://docs.siliconflow.cn/docs/api/chat-completions-post",
         "https://docs.siliconflow.cn/cn/faqs/error-code"),
        ranges={
            "temperature": Range(0, 2), "top_p": Range(0, 1), "min_p": Range(0, 1),
            "frequency_penalty": ANY, "max_tokens": WHOLE, "top_k": WHOLE,
            "thinking_budget": Range(128, 32_768, whole=True),
        },
        stops=4, switch="enable_thinking", usage="every chunk",
        request_id="x-siliconcloud-trace-id",
    ),
)  # fmt: skip
