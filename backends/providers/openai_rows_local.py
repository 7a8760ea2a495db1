"""Servers on the user's own machine and any other address, one row of data each.

They serve what was loaded into them, so the models named are examples and no context is known.
"""

from __future__ import annotations

from backends import params
from backends.providers import openai_rows_errors_global as tables
from backends.providers.openai_parts import (
    FORMAT,
    LOGPROBS,
    OUTPUT,
    TEMPERATURE,
    TOOLS,
    TOP_P,
    model,
    taken,
)
from backends.providers.openai_style import OpenAIStyle
from backends.types import Words

# No local server but vLLM documents a range.
_PLAIN = {
    "temperature": params.TEMPERATURE,
    "top_p": params.TOP_P,
    "max_tokens": params.MAX_OUTPUT_TOKENS,
    "stop": params.STOP,
    "seed": params.SEED,
    "frequency_penalty": params.FREQUENCY_PENALTY,
    "presence_penalty": params.PRESENCE_PENALTY,
}
_PARALLEL = {"parallel_tool_calls": params.PARALLEL_TOOL_CALLS}

_OLLAMA = "https://docs.ollama.com/api/openai-compatibility"
_EFFORTS = params.REASONING_EFFORT.but(choices=("none", "low", "medium", "high"))
_OLLAMA_PARAMS = taken(
    _OLLAMA, _PLAIN, FORMAT, {"tools": params.TOOLS, "reasoning_effort": _EFFORTS}
)
OLLAMA = OpenAIStyle(
    "ollama",
    Words("Ollama（本机）", "Ollama (this machine)"),
    "OLLAMA_BASE_URL",
    "http://localhost:11434/v1",
    "",
    models=(
        model("llama3.2", _OLLAMA_PARAMS, _OLLAMA),
        model("qwen3:8b", _OLLAMA_PARAMS, _OLLAMA),
        model("gpt-oss:20b", _OLLAMA_PARAMS, _OLLAMA),
        model("gemma3:4b", _OLLAMA_PARAMS, _OLLAMA, sees=True),
    ),
    known=_OLLAMA_PARAMS,
    source=_OLLAMA,
)

_VLLM = "https://docs.vllm.ai/en/latest/serving/openai_compatible_server/"
# Defaults are those of the model's own generation_config, so none is known.
_VLLM_PARAMS = (
    *taken(
        "https://docs.vllm.ai/en/latest/api/vllm/sampling_params/",
        {
            "temperature": TEMPERATURE,
            "top_p": TOP_P.but(exclusive_minimum=True),
            "top_k": params.TOP_K.but(minimum=-1),
            "min_p": params.MIN_P.but(minimum=0, maximum=1),
            "frequency_penalty": params.FREQUENCY_PENALTY.but(minimum=-2, maximum=2),
            "presence_penalty": params.PRESENCE_PENALTY.but(minimum=-2, maximum=2),
            "repetition_penalty": params.REPETITION_PENALTY.but(minimum=0, exclusive_minimum=True),
            "max_tokens": OUTPUT,
            "min_tokens": params.MIN_OUTPUT_TOKENS.but(minimum=0),
            "stop": params.STOP,
            "seed": params.SEED,
        },
    ),
    *taken(
        _VLLM,
        *(FORMAT, TOOLS, _PARALLEL),
        {"logprobs": params.LOGPROBS, "top_logprobs": params.TOP_LOGPROBS},
    ),
    *taken(
        "https://docs.vllm.ai/en/stable/features/reasoning_outputs/",
        {"chat_template_kwargs.enable_thinking": params.ENABLE_THINKING},
    ),
)
VLLM = OpenAIStyle(
    "vllm",
    Words("vLLM（自建）", "vLLM (own server)"),
    "VLLM_BASE_URL",
    "http://localhost:8000/v1",
    "VLLM_API_KEY",
    models=(
        model("Qwen/Qwen3-8B", _VLLM_PARAMS, _VLLM),
        model("meta-llama/Llama-3.1-8B-Instruct", _VLLM_PARAMS, _VLLM),
        model("Qwen/Qwen2.5-VL-7B-Instruct", _VLLM_PARAMS, _VLLM, sees=True),
    ),
    known=_VLLM_PARAMS,
    errors=tables.LOCAL,
    source=_VLLM,
    key_optional=True,
)

_LLAMACPP = "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md"
# Two defaults of repeat_penalty stand in the document, so none is known.
_LLAMACPP_PARAMS = taken(
    _LLAMACPP,
    _PLAIN,
    {
        "temperature": params.TEMPERATURE.but(default=0.8),
        "top_p": params.TOP_P.but(default=0.95),
        "top_k": params.TOP_K.but(default=40),
        "min_p": params.MIN_P.but(default=0.05),
        "repeat_penalty": params.REPETITION_PENALTY,
        "seed": params.SEED.but(default=-1),
        "frequency_penalty": params.FREQUENCY_PENALTY.but(default=0.0),
        "presence_penalty": params.PRESENCE_PENALTY.but(default=0.0),
        "chat_template_kwargs.enable_thinking": params.ENABLE_THINKING,
    },
    *(FORMAT, TOOLS, _PARALLEL),
)
LLAMACPP = OpenAIStyle(
    "llamacpp",
    Words("llama.cpp 服务器（自建）", "llama.cpp server (own)"),
    "LLAMACPP_BASE_URL",
    "http://localhost:8080/v1",
    "LLAMA_API_KEY",
    # It answers with the one model that it holds, whatever the request names.
    models=(
        model("gemma-3-4b-it", _LLAMACPP_PARAMS, _LLAMACPP, sees=True),
        model("qwen3-8b", _LLAMACPP_PARAMS, _LLAMACPP),
    ),
    known=_LLAMACPP_PARAMS,
    errors=tables.LOCAL,
    source=_LLAMACPP,
    key_optional=True,
)

_LMSTUDIO = "https://lmstudio.ai/docs/developer/openai-compat/chat-completions"
_LMSTUDIO_PARAMS = taken(
    _LMSTUDIO,
    _PLAIN,
    {"top_k": params.TOP_K, "repeat_penalty": params.REPETITION_PENALTY, "tools": params.TOOLS},
)
LMSTUDIO = OpenAIStyle(
    "lmstudio",
    Words("LM Studio（本机）", "LM Studio (this machine)"),
    "LMSTUDIO_BASE_URL",
    "http://localhost:1234/v1",
    "",
    models=(
        model("llama-3.2-1b-instruct", _LMSTUDIO_PARAMS, _LMSTUDIO),
        model("qwen/qwen3-8b", _LMSTUDIO_PARAMS, _LMSTUDIO),
        model("google/gemma-3-4b", _LMSTUDIO_PARAMS, _LMSTUDIO, sees=True),
    ),
    known=_LMSTUDIO_PARAMS,
    source=_LMSTUDIO,
)

_ANY = "https://platform.openai.com/docs/api-reference/chat/create"
_CUSTOM_PARAMS = taken(
    _ANY,
    _PLAIN,
    {"reasoning_effort": _EFFORTS, "user": params.USER_ID},
    *(LOGPROBS, FORMAT, TOOLS, _PARALLEL),
)
CUSTOM = OpenAIStyle(
    "custom",
    Words("自定义地址", "Any other address"),
    "CUSTOM_BASE_URL",
    "",
    "CUSTOM_API_KEY",
    models=(),
    known=_CUSTOM_PARAMS,
    source=_ANY,
    key_optional=True,
    local_only=True,
)
