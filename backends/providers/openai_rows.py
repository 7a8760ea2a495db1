"""The OpenAI-compatible services, one data row each; a further one is a row and a name here."""

from __future__ import annotations

from backends.providers.openai_rows_cn import DASHSCOPE, DEEPSEEK, MOONSHOT
from backends.providers.openai_rows_global import HUGGINGFACE, OPENAI, OPENROUTER
from backends.providers.openai_rows_hosts import ARK, SILICONFLOW
from backends.providers.openai_rows_local import CUSTOM, LLAMACPP, LMSTUDIO, OLLAMA, VLLM
from backends.providers.openai_rows_zhipu import ZHIPU
from backends.providers.openai_style import OpenAIStyle

OPENAI_STYLE: tuple[OpenAIStyle, ...] = (
    DEEPSEEK,
    DASHSCOPE,
    MOONSHOT,
    ZHIPU,
    ARK,
    SILICONFLOW,
    OPENROUTER,
    HUGGINGFACE,
    OPENAI,
    OLLAMA,
    VLLM,
    LLAMACPP,
    LMSTUDIO,
    CUSTOM,
)
