"""Spark's models over WebSocket: each is a path with its domain, its limits and what it takes.

Sources: https://www.xfyun.cn/doc/spark/Web.html and, where it says no more, the provider's Java SDK
https://github.com/iFLYTEK-OP/websdk-java (SparkModel.java). On persona and functions the two
disagree for Pro, Pro-128K and Max-32K; here the SDK holds, which is newer.
"""

from __future__ import annotations

import dataclasses

from backends import params
from backends.types import ModelSpec, ParamSpec

DOC = "https://www.xfyun.cn/doc/spark/Web.html"
SDK = "https://github.com/iFLYTEK-OP/websdk-java"
# V2.0 is no longer in the document.
SPARK4J = "https://github.com/briqt/xunfei-spark4j"

SAMPLING = (
    params.TEMPERATURE.but(
        wire_name="temperature",
        minimum=0,
        exclusive_minimum=True,
        maximum=1,
        default=0.5,
        neutral=1.0,
        source=DOC,
    ),
    params.TOP_K.but(wire_name="top_k", minimum=1, maximum=6, default=4, neutral=6, source=DOC),
)
_UID = params.USER_ID.but(wire_name="header.uid", maximum=32, source=DOC)
_FUNCTIONS = params.FUNCTIONS.but(wire_name="payload.functions.text", source=DOC)
# Of these the document says no, the newer SDK yes.
_SDK_FUNCTIONS = _FUNCTIONS.but(source=SDK)
_SEARCH = (
    params.WEB_SEARCH.but(wire_name="tools.web_search.enable", default=True, source=DOC),
    params.SEARCH_MODE.but(wire_name="tools.web_search.search_mode", default="normal", source=DOC),
    params.SHOW_REF_LABEL.but(
        wire_name="tools.web_search.show_ref_label", default=False, source=DOC
    ),
)
# The reasoning model is documented by the Java SDK alone, which states no other ranges.
_X1 = (
    params.TEMPERATURE.but(wire_name="temperature", default=1.2, source=SDK),
    params.TOP_P.but(wire_name="top_p", source=SDK),
    params.FREQUENCY_PENALTY.but(wire_name="frequency_penalty", default=0.001, source=SDK),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=10, default=2.01, source=SDK
    ),
    params.MAX_OUTPUT_TOKENS.but(wire_name="max_tokens", minimum=1, source=SDK),
    params.THINKING.but(wire_name="thinking.type", source=SDK),
    *(spec.but(source=SDK) for spec in (*_SEARCH, _FUNCTIONS, _UID)),
)


def max_tokens(maximum: int, default: int, source: str = DOC) -> ParamSpec:
    """The answer's length."""
    return params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_tokens", minimum=1, maximum=maximum, default=default, source=source
    )


def _model(
    domain: str,
    label: str,
    path: str,
    context: int,
    output: ParamSpec,
    *more: ParamSpec,
    takes_system: bool = True,
) -> ModelSpec:
    return ModelSpec(
        domain,
        label,
        (*SAMPLING, output, *more, _UID),
        endpoint=path,
        max_input_tokens=context,
        takes_system=takes_system,
        source=DOC,
    )


_LITE, _OLD, _FULL = max_tokens(4096, 4096), max_tokens(8192, 2048, SPARK4J), max_tokens(8192, 4096)

MODELS = (
    _model("lite", "Spark Lite", "/v1.1/chat", 8192, _LITE, takes_system=False),
    dataclasses.replace(
        _model("generalv2", "Spark V2.0", "/v2.1/chat", 8192, _OLD, takes_system=False),
        source=SPARK4J,
    ),
    _model("generalv3", "Spark Pro", "/v3.1/chat", 8192, _FULL, _SDK_FUNCTIONS, *_SEARCH),
    _model("pro-128k", "Spark Pro-128K", "/chat/pro-128k", 131072, _LITE, _SDK_FUNCTIONS),
    _model("generalv3.5", "Spark Max (3.5)", "/v3.5/chat", 8192, _FULL, _FUNCTIONS, *_SEARCH),
    _model("max-32k", "Spark Max-32K", "/chat/max-32k", 32768, _FULL, _SDK_FUNCTIONS),
    _model("4.0Ultra", "Spark 4.0 Ultra", "/v4.0/chat", 8192, _FULL, _FUNCTIONS, *_SEARCH),
    ModelSpec("spark-x", "Spark X1", _X1, endpoint="/v1/x1", source=SDK),
)
