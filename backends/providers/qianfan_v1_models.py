"""Qianfan v1's models: each is a path, with its limits and the keys it accepts.

Sources: Baidu's model list https://cloud.baidu.com/doc/WENXINWORKSHOP/s/Jlugqd6pw, the length rules
https://cloud.baidu.com/doc/WENXINWORKSHOP/s/Ultiovtgu, and the table of accepted keys in
https://github.com/baidubce/bce-qianfan-sdk (resources/llm/chat_completion.py).
"""

from __future__ import annotations

from backends import params
from backends.types import ModelSpec, ParamSpec

DOC = "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/klqx7b1xf"
LIST = "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/Jlugqd6pw"
SDK = "https://github.com/baidubce/bce-qianfan-sdk"
RETIRED_ON = "2026-08-31"

Group = tuple[ParamSpec, ...]


def _sampling(temperature: float | None, top_p: float | None) -> Group:
    """What every model takes."""
    return (
        params.TEMPERATURE.but(
            wire_name="temperature",
            minimum=0,
            exclusive_minimum=True,
            maximum=1,
            default=temperature,
            source=DOC,
        ),
        params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=top_p, source=DOC),
        params.PENALTY_SCORE.but(
            wire_name="penalty_score", minimum=1, maximum=2, default=1.0, source=DOC
        ),
        params.USER_ID.but(wire_name="user_id", source=DOC),
    )


def _output(maximum: int | None, default: int | None) -> Group:
    """None where no document we have read states it."""
    spec = params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_output_tokens", minimum=2, maximum=maximum, default=default, source=LIST
    )
    return (spec,)


_STOP = (params.STOP.but(wire_name="stop", max_items=4, maximum=20, source=DOC),)
_ADDITIVE = (
    params.FREQUENCY_PENALTY.but(
        wire_name="frequency_penalty", minimum=-2, maximum=2, default=0.1, source=DOC
    ),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=2, default=0.0, source=DOC
    ),
)
_TOOLS = (
    params.TOOLS.but(wire_name="tools", source=DOC),
    params.TOOL_CHOICE.but(wire_name="tool_choice", source=DOC),
)
_FUNCTIONS = (params.FUNCTIONS.but(wire_name="functions", source=DOC),)
_MEMORY = (
    params.ENABLE_SYSTEM_MEMORY.but(wire_name="enable_system_memory", default=False, source=DOC),
    params.SYSTEM_MEMORY_ID.but(wire_name="system_memory_id", source=DOC),
)
_LEAST = (
    params.MIN_OUTPUT_TOKENS.but(
        wire_name="min_output_tokens", minimum=2, maximum=2048, source=DOC
    ),
)
_USER_IP = (params.USER_IP.but(wire_name="user_ip", source=DOC),)
_MAIN = (
    *_sampling(0.8, 0.8),
    *_STOP,
    params.DISABLE_SEARCH.but(wire_name="disable_search", default=False, source=DOC),
    params.ENABLE_CITATION.but(wire_name="enable_citation", default=False, source=DOC),
    params.ENABLE_TRACE.but(wire_name="enable_trace", default=False, source=DOC),
    params.RESPONSE_FORMAT.but(wire_name="response_format", default="text", source=DOC),
    *_MEMORY,
)
_GROUP_A = (*_MAIN, *_output(2048, 1024))
_GROUP_A_LONG = (*_MAIN, *_output(4096, 4096), *_FUNCTIONS)
_3_5 = (
    *_GROUP_A,
    *_FUNCTIONS,
    params.TOOL_CHOICE.but(wire_name="tool_choice", source=DOC),
    params.USER_SETTING.but(wire_name="user_setting", source=DOC),
)
_GROUP_B = (*_sampling(0.95, 0.7), *_STOP, *_ADDITIVE, *_TOOLS)
_GROUP_C = (*_sampling(0.95, 0.7), *_STOP, *_TOOLS)
_CHARACTER = (*_sampling(0.95, 0.7), *_STOP)
_APPBUILDER = (*_sampling(0.95, 0.7), *_TOOLS)
_GROUP_D = (
    *_sampling(None, None),
    *_STOP,
    *_TOOLS,
    params.TOP_K.but(wire_name="top_k", minimum=1, source=DOC),
)

_MAIN_SIZE, _SMALL_SIZE = (20000, 5120), (24000, 6144)
_LONG_SIZE, _OLD_SIZE = (516096, 126976), (11200, 7168)


def _model(
    endpoint: str,
    label: str,
    size: tuple[int, int | None],
    group: Group,
    *,
    takes_system: bool = True,
    retired_on: str = RETIRED_ON,
    source: str = LIST,
) -> ModelSpec:
    """`size`: characters and tokens of the input."""
    return ModelSpec(
        endpoint,
        f"{label} (v1)",
        group,
        endpoint=endpoint,
        max_input_characters=size[0],
        max_input_tokens=size[1],
        takes_system=takes_system,
        status="retired",
        retired_on=retired_on,
        source=source,
    )


def _open(endpoint: str, label: str) -> ModelSpec:
    """A model of others: no persona, and the older limit of 4,800 characters."""
    return _model(endpoint, label, (4800, None), _GROUP_D, takes_system=False, source=SDK)


_B_SHORT, _B_LONG = (*_GROUP_B, *_output(2048, 1024)), (*_GROUP_B, *_output(4096, 4096))
_A_FUNCTIONS = (*_GROUP_A, *_FUNCTIONS)
_4_0 = (*_GROUP_A, *_USER_IP)
_ROLE = (*_CHARACTER, *_output(1024, 1024))

MODELS = (
    _model("ernie_speed", "ERNIE-Speed-8K", _SMALL_SIZE, (*_B_SHORT, *_LEAST)),
    _model("ernie-speed-128k", "ERNIE-Speed-128K", _LONG_SIZE, _B_LONG),
    _model(
        "ernie-speed-pro-8k",
        "ERNIE-Speed-Pro-8K",
        _SMALL_SIZE,
        (*_GROUP_B, *_output(None, None)),
    ),
    _model("ernie-speed-pro-128k", "ERNIE-Speed-Pro-128K", _LONG_SIZE, _B_LONG),
    _model("ernie-lite-8k", "ERNIE-Lite-8K", _SMALL_SIZE, (*_B_SHORT, *_LEAST)),
    _model("eb-instant", "ERNIE-Lite-8K-0922", _OLD_SIZE, _GROUP_C),
    _model(
        "ernie-lite-pro-8k", "ERNIE-Lite-Pro-8K", _SMALL_SIZE, (*_GROUP_C, *_output(None, None))
    ),
    _model(
        "ernie-lite-pro-128k",
        "ERNIE-Lite-Pro-128K",
        _LONG_SIZE,
        (*_GROUP_B, *_output(2048, None)),
    ),
    _model("ernie-tiny-8k", "ERNIE-Tiny-8K", _SMALL_SIZE, (*_B_SHORT, *_LEAST)),
    _model(
        "ernie-novel-8k",
        "ERNIE-Novel-8K",
        _SMALL_SIZE,
        (*_GROUP_B, *_output(2048, None), *_MEMORY),
    ),
    _model("ernie-char-8k", "ERNIE-Character-8K", _SMALL_SIZE, _ROLE),
    _model("ernie-char-fiction-8k", "ERNIE-Character-Fiction-8K", _SMALL_SIZE, _ROLE),
    _model("ernie-func-8k", "ERNIE-Functions-8K", _SMALL_SIZE, (*_CHARACTER, *_output(None, None))),
    _model("completions", "ERNIE-3.5-8K", _MAIN_SIZE, _3_5),
    *(
        _model(f"ernie-3.5-8k-{kind.lower()}", f"ERNIE-3.5-8K-{kind}", _MAIN_SIZE, _A_FUNCTIONS)
        for kind in ("Preview", "0205", "0613", "0701")
    ),
    _model("ernie-3.5-128k", "ERNIE-3.5-128K", _LONG_SIZE, _GROUP_A_LONG),
    _model("completions_pro", "ERNIE-4.0-8K", _MAIN_SIZE, (*_A_FUNCTIONS, *_USER_IP)),
    *(
        _model(f"ernie-4.0-8k-{kind.lower()}", f"ERNIE-4.0-8K-{kind}", _MAIN_SIZE, _4_0)
        for kind in ("Latest", "Preview", "0613", "0329", "0104")
    ),
    _model(
        "completions_adv_pro",
        "ERNIE-4.0-8K-Preview-0518",
        _MAIN_SIZE,
        _4_0,
        retired_on="2024-09-12",
    ),
    _model("ernie-4.0-turbo-8k", "ERNIE-4.0-Turbo-8K", _MAIN_SIZE, _4_0),
    *(
        _model(f"ernie-4.0-turbo-8k-{kind.lower()}", f"ERNIE-4.0-Turbo-8K-{kind}", _MAIN_SIZE, _4_0)
        for kind in ("Latest", "Preview")
    ),
    _model(
        "qianfan-dynamic-8k",
        "Qianfan-Dynamic-8K",
        _MAIN_SIZE,
        (*_MAIN, *_output(2048, None), *_FUNCTIONS),
    ),
    _model("ai_apaas", "ERNIE Speed-AppBuilder", _OLD_SIZE, _APPBUILDER),
    _model("ai_apaas_lite", "ERNIE Lite-AppBuilder", _OLD_SIZE, _APPBUILDER),
    _open("bloomz_7b1", "BLOOMZ-7B"),
    _open("llama_2_7b", "Llama-2-7B-Chat"),
    _open("llama_2_13b", "Llama-2-13B-Chat"),
    _open("llama_2_70b", "Llama-2-70B-Chat"),
    _open("llama_3_8b", "Meta-Llama-3-8B"),
    _open("llama_3_70b", "Meta-Llama-3-70B"),
    _open("chatglm2_6b_32k", "ChatGLM2-6B-32K"),
    _open("mixtral_8x7b_instruct", "Mixtral-8x7B-Instruct"),
    _open("gemma_7b_it", "Gemma-7B-it"),
    _open("yi_34b_chat", "Yi-34B-Chat"),
)
