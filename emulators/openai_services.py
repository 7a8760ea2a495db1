"""The OpenAI-compatible services, one row each.

Where a document is silent a row keeps the permissive value that `Row` has by default.
"""

from __future__ import annotations

from typing import Final

from . import openai_wordings as wordings
from .checks import Range
from .openai_chinese import CHINESE
from .openai_local import LOCAL
from .openai_row import COMMON, Model, Row

_OPENAI_KEYS: Final = frozenset({
    "messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias",
    "logprobs", "max_completion_tokens", "max_tokens", "metadata", "modalities", "n",
    "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
    "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed",
    "service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice",
    "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
})  # fmt: skip
_OPENAI_REASONER: Final = Model(
    "always",
    sees=True,
    refuses=("max_tokens", "top_p", "frequency_penalty", "presence_penalty",
             "logprobs", "top_logprobs"),
    fixed={"temperature": (1, 1)},
)  # fmt: skip
ROWS: Final = (
    *CHINESE,
    Row(
        "openrouter", "/api/v1", "OPENROUTER_API_KEY",
        {
            "openai/gpt-4o-mini": Model(sees=True),
            "deepseek/deepseek-chat-v3.1": Model("when asked"),
            "deepseek/deepseek-r1": Model("always"),
            "qwen/qwen3-8b": Model("unless off"),
            "openrouter/auto": Model(sees=True),
        },
        wordings.OPENROUTER,
        ("https://openrouter.ai/docs/api/reference/parameters",
         "https://openrouter.ai/docs/api/reference/streaming",
         "https://openrouter.ai/docs/api/reference/errors-and-debugging"),
        ranges=COMMON | {
            "top_k": Range(0, 2**31 - 1, whole=True), "repetition_penalty": Range(0, 2),
            "min_p": Range(0, 1), "top_a": Range(0, 1), "top_logprobs": Range(0, 20, whole=True),
        },
        suffix=":", logprobs=True, switch="reasoning", reasoning="reasoning", usage="own chunk",
        comment=": OPENROUTER PROCESSING", errors_are_chunks=True, retry_after=True,
        request_id="X-Generation-Id", lists="to anyone",
    ),
    Row(
        "huggingface", "/v1", "HF_TOKEN",
        {
            "openai/gpt-oss-120b": Model("always"),
            "deepseek-ai/DeepSeek-R1": Model("always"),
            "meta-llama/Llama-3.1-8B-Instruct": Model(),
            "Qwen/Qwen3-VL-8B-Instruct": Model(sees=True),
        },
        wordings.HUGGINGFACE,
        ("https://huggingface.co/docs/inference-providers/tasks/chat-completion",
         "https://github.com/cline/cline/issues/5098"),
        ranges=COMMON | {"top_logprobs": Range(0, 5, whole=True)},
        suffix=":", logprobs=True, lists="to anyone",
    ),
    Row(
        "openai", "/v1", "OPENAI_API_KEY",
        {
            "gpt-4o-mini": Model(sees=True),
            "gpt-4o": Model(sees=True),
            "gpt-4.1-mini": Model(sees=True),
            "gpt-5-mini": _OPENAI_REASONER,
            "o4-mini": _OPENAI_REASONER,
        },
        wordings.OPENAI,
        ("https://platform.openai.com/docs/api-reference/chat/create",
         "https://platform.openai.com/docs/guides/rate-limits",
         "https://github.com/decolua/9router/issues/560"),
        ranges=COMMON | {"top_logprobs": Range(0, 20, whole=True)},
        known=_OPENAI_KEYS, stops=4, logprobs=True, reasoning="", options_need_stream=True,
        rate_headers=True, retry_after=True, request_id="x-request-id",
    ),
    *LOCAL,
)  # fmt: skip
BY_NAME: Final = {row.name: row for row in ROWS}
