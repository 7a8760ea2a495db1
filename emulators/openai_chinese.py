"""The rows of the Chinese OpenAI-compatible services."""

from __future__ import annotations

from typing import Final

from . import openai_wordings as wordings
from .checks import Range
from .openai_row import COMMON, COUNT, ROLES, Model, Row

# Every sampling parameter of these has one value: https://github.com/BerriAI/litellm/pull/29687.
_KIMI: Final = Model(
    "unless off",
    sees=True,
    fixed={"temperature": (1, 0.6), "top_p": (0.95, 0.95), "frequency_penalty": (0, 0),
           "presence_penalty": (0, 0)},
)  # fmt: skip

CHINESE: Final = (
    Row(
        "deepseek", "/v1", "DEEPSEEK_API_KEY",
        {
            "deepseek-chat": Model(ranges={"max_tokens": Range(1, 8192, whole=True)}),
            "deepseek-reasoner": Model("always"),
            "deepseek-v4-flash": Model("unless off"),
            "deepseek-v4-pro": Model("unless off"),
        },
        wordings.DEEPSEEK,
        ("https://api-docs.deepseek.com/api/create-chat-completion",
         "https://api-docs.deepseek.com/guides/thinking_mode",
         "https://api-docs.deepseek.com/quick_start/error_codes"),
        ranges=COMMON | {"top_logprobs": Range(0, 20, whole=True)},
        roles=ROLES, logprobs=True, switch="thinking",
        thinking_refuses=("logprobs", "top_logprobs"), options_need_stream=True,
        comment=": keep-alive",
    ),
    Row(
        "dashscope", "/compatible-mode/v1", "DASHSCOPE_API_KEY",
        {
            "qwen-plus": Model("when asked"),
            "qwen-flash": Model("when asked"),
            "qwen3-max": Model("when asked"),
            "qwen3-32b": Model("unless off", only_streamed=True),
            "qwq-plus": Model("always", only_streamed=True),
            "qwen3-vl-plus": Model("when asked", sees=True),
        },
        wordings.DASHSCOPE,
        ("https://help.aliyun.com/zh/model-studio/use-qwen-by-calling-api",
         "https://www.alibabacloud.com/help/en/model-studio/error-code"),
        ranges={
            "temperature": Range(0, 2, below=True),
            "top_p": Range(0, 1, above=True),
            "presence_penalty": Range(-2, 2),
            "max_tokens": COUNT,
            "top_k": Range(0, 2**31 - 1, whole=True),
            "repetition_penalty": Range(0, 1e308, above=True),
            "thinking_budget": COUNT,
            "seed": Range(0, 2**64 - 1, whole=True),
            "top_logprobs": Range(0, 5, whole=True),
        },
        roles=ROLES, booleans=("enable_search",), logprobs=True, switch="enable_thinking",
    ),
    Row(
        "moonshot", "/v1", "MOONSHOT_API_KEY",
        {
            "kimi-k2.6": _KIMI,
            "kimi-k2.5": _KIMI,
            "moonshot-v1-8k": Model(context=8_192),
            "moonshot-v1-32k": Model(context=32_768),
            "moonshot-v1-128k": Model(context=131_072),
            "moonshot-v1-8k-vision-preview": Model(sees=True, context=8_192),
        },
        wordings.MOONSHOT,
        ("https://platform.moonshot.cn/docs/api/chat",
         "https://raw.githubusercontent.com/api-evangelist/kimi-moonshot/refs/heads/main/openapi/"
         "kimi-moonshot-chat-api-openapi.yml"),
        ranges=COMMON | {"temperature": Range(0, 1)},
        roles=ROLES, stops=5, stop_bytes=32, switch="thinking", default_output=1_024,
        whole_context=True,
    ),
    Row(
        "zhipu", "/api/paas/v4", "ZHIPUAI_API_KEY",
        {
            "glm-4.7": Model("unless off"),
            "glm-4.6": Model("unless off"),
            "glm-4.5-air": Model("unless off"),
            "glm-4.5-flash": Model("unless off"),
            "glm-4-plus": Model(),
            "glm-4.5v": Model("unless off", sees=True),
        },
        wordings.ZHIPU,
        ("https://docs.bigmodel.cn/api-reference",
         "https://docs.z.ai/api-reference/llm/chat-completion",
         "https://docs.bigmodel.cn/cn/guide/capabilities/streaming",
         "https://docs.bigmodel.cn/cn/api/api-code"),
        ranges={
            "temperature": Range(0, 1), "top_p": Range(0, 1, above=True), "max_tokens": COUNT,
        },
        roles=ROLES, booleans=("do_sample",), switch="thinking", usage="last chunk",
    ),
    Row(
        "ark", "/api/v3", "ARK_API_KEY",
        {
            "doubao-seed-1-6-251015": Model("unless off", sees=True),
            "doubao-seed-1-6-flash-250828": Model("unless off", sees=True),
            "doubao-seed-2-0-pro-260215": Model("unless off", sees=True),
            "doubao-1-5-pro-32k-250115": Model(),
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
            "deepseek-ai/DeepSeek-V4-Flash": Model("when asked"),
            "deepseek-ai/DeepSeek-R1": Model("always"),
            "Qwen/Qwen2.5-7B-Instruct": Model(),
            "Qwen/Qwen3-8B": Model("unless off"),
            "Qwen/Qwen3-VL-32B-Instruct": Model(sees=True),
        },
        wordings.SILICONFLOW,
        ("https://docs.siliconflow.cn/docs/api/chat-completions-post",
         "https://docs.siliconflow.cn/cn/faqs/error-code"),
        ranges={
            "temperature": Range(0, 2), "top_p": Range(0, 1), "min_p": Range(0, 1),
            "frequency_penalty": Range(-2, 2), "max_tokens": COUNT,
            "thinking_budget": Range(128, 32_768, whole=True),
        },
        stops=4, switch="enable_thinking", usage="every chunk",
        request_id="x-siliconcloud-trace-id",
    ),
)  # fmt: skip
