"""The OpenAI-compatible services, one row each.

Where a document is silent a row keeps the permissive value that `Row` has by default.
"""

from __future__ import annotations

from typing import Final

from ..checks import Range
from . import wordings
from .chinese import CHINESE
from .local import LOCAL
from .row import ANY, COMMON, WHOLE, Model, Row

_OPENAI_KEYS: Final = frozenset({
    "messages", "model", "audio", "frequency_penalty", "function_call", "functions", "logit_bias",
    "logprobs", "max_completion_tokens", "max_tokens", "metadata", "modalities", "n",
    "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key",
    "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed",
    "service_tier", "stop", "store", "stream", "stream_options", "temperature", "tool_choice",
    "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
})  # fmt: skip
_GPT_5: Final = Model(
    "always",
    sees=True,
    context=400_000,
    ranges={"max_completion_tokens": Range(1, 128_000, whole=True)},
    refuses=("max_tokens", "top_p", "frequency_penalty", "presence_penalty",
             "logprobs", "top_logprobs"),
    fixed={"temperature": (1, 1)},
)  # fmt: skip
# It reasons when asked to, and takes these only while it does not.
_GPT_5_2: Final = Model(
    "when asked",
    sees=True,
    context=400_000,
    ranges={"max_completion_tokens": Range(1, 128_000, whole=True)},
    refuses=("max_tokens",),
    thinking_refuses=("temperature", "top_p", "logprobs", "top_logprobs"),
)


def _chat(context: int, most: int) -> Model:
    limit = Range(1, most, whole=True)
    return Model(
        sees=True, context=context, ranges={"max_tokens": limit, "max_completion_tokens": limit}
    )


ROWS: Final = (
    *CHINESE,
    Row(
        "openrouter", "/api/v1", "OPENROUTER_API_KEY",
        {
            "openrouter/auto": Model(sees=True),
            "openai/gpt-5.4": Model("when asked", sees=True),
            "deepseek/deepseek-v4-flash": Model("when asked", context=1_048_576),
            "moonshotai/kimi-k3": Model("always", True, 1_048_576),
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
            "meta-llama/Llama-3.3-70B-Instruct": Model(),
            "deepseek-ai/DeepSeek-R1": Model("always"),
            "Qwen/Qwen2.5-VL-7B-Instruct": Model(sees=True),
        },
        wordings.HUGGINGFACE,
        ("https://huggingface.co/docs/inference-providers/tasks/chat-completion",
         "https://github.com/cline/cline/issues/5098"),
        ranges=COMMON | {
            "top_p": ANY, "max_tokens": WHOLE, "top_logprobs": Range(0, 5, whole=True),
        },
        suffix=":", stops=4, logprobs=True, lists="to anyone",
    ),
    Row(
        "openai", "/v1", "OPENAI_API_KEY",
        {
            "gpt-4o": _chat(128_000, 16_384),
            "gpt-4.1": _chat(1_047_576, 32_768),
            "gpt-5": _GPT_5,
            "gpt-5-mini": _GPT_5,
            "gpt-5.2": _GPT_5_2,
        },
        wordings.OPENAI,
        ("https://platform.openai.com/docs/api-reference/chat/create",
         "https://developers.openai.com/api/docs/guides/latest-model/gpt-5.2",
         "https://platform.openai.com/docs/guides/rate-limits",
         "https://github.com/decolua/9router/issues/560"),
        ranges=COMMON | {"top_logprobs": Range(0, 20, whole=True)},
        known=_OPENAI_KEYS, stops=4, logprobs=True, switch="reasoning_effort", reasoning="",
        options_need_stream=True, rate_headers=True, retry_after=True, request_id="x-request-id",
    ),
    *LOCAL,
)  # fmt: skip
BY_NAME: Final = {row.name: row for row in ROWS}
