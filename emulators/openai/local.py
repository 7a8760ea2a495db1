"""The rows of the OpenAI-compatible servers that people run themselves, and of any other one."""

from __future__ import annotations

from typing import Final

from ..checks import Range
from . import wordings
from .row import ANY, COMMON, LOOSE, WHOLE, Model, Row

_TOP_K: Final = Range(-1, 2**31 - 1, whole=True)

LOCAL: Final = (
    Row(
        "ollama", "/v1", "",
        {
            "llama3.2:latest": Model(),
            "qwen3:8b": Model("unless off"),
            "gpt-oss:20b": Model("always"),
            "gemma3:4b": Model(sees=True),
        },
        wordings.OLLAMA,
        ("https://docs.ollama.com/api/openai-compatibility",
         "https://github.com/ollama/ollama/blob/main/openai/openai.go"),
        ranges=LOOSE | {"top_logprobs": Range(0, 20, whole=True)},
        tag=":latest", logprobs=True, switch="reasoning_effort", reasoning="reasoning",
        counts_thoughts=False, lists="to anyone",
    ),
    Row(
        "vllm", "/v1", "VLLM_API_KEY",
        {
            "Qwen/Qwen3-8B": Model("unless off"),
            "meta-llama/Llama-3.1-8B-Instruct": Model(),
            "Qwen/Qwen2.5-VL-7B-Instruct": Model(sees=True),
        },
        wordings.VLLM,
        ("https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html",
         "https://docs.vllm.ai/en/stable/features/reasoning_outputs/",
         "https://github.com/vllm-project/vllm/blob/main/vllm/sampling_params.py",
         "https://github.com/vllm-project/vllm/blob/main/vllm/entrypoints/openai/engine/"
         "protocol.py"),
        ranges=COMMON | {
            "top_p": Range(0, 1, above=True), "top_k": _TOP_K, "min_p": Range(0, 1),
            "repetition_penalty": Range(0, 1e308, above=True),
            "min_tokens": Range(0, 2**31 - 1, whole=True),
            "top_logprobs": Range(0, 20, whole=True),
        },
        key_optional=True, logprobs=True, switch="chat_template_kwargs", reasoning="reasoning",
        counts_thoughts=False, whole_context=True, options_need_stream=True,
    ),
    Row(
        "llamacpp", "/v1", "LLAMA_API_KEY",
        {"gemma-3-4b-it": Model(sees=True), "qwen3-8b": Model("unless off")},
        wordings.LLAMACPP,
        ("https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",),
        ranges=LOOSE | {"top_k": WHOLE, "min_p": ANY, "repeat_penalty": ANY},
        key_optional=True, unknown=Model(sees=True), model_optional=True, logprobs=True,
        switch="chat_template_kwargs", counts_thoughts=False, lists="to anyone",
    ),
    Row(
        "lmstudio", "/v1", "",
        {
            "llama-3.2-1b-instruct": Model(),
            "qwen/qwen3-8b": Model("always"),
            "google/gemma-3-4b": Model(sees=True),
        },
        wordings.LMSTUDIO,
        ("https://lmstudio.ai/docs/developer/openai-compat/chat-completions",
         "https://github.com/assafelovic/gpt-researcher/issues/1556"),
        ranges=LOOSE | {"top_k": WHOLE, "repeat_penalty": ANY},
        lists="to anyone",
    ),
    Row(
        "custom", "/v1", "CUSTOM_API_KEY",
        {"custom-model": Model(sees=True), "custom-reasoner": Model("always")},
        wordings.OPENAI,
        ("https://platform.openai.com/docs/api-reference/chat/create",),
        ranges=COMMON | {"top_logprobs": Range(0, 20, whole=True)},
        key_optional=True, unknown=Model(sees=True), logprobs=True,
    ),
)  # fmt: skip
