"""iFlytek Spark over HTTP: nearly OpenAI-style, with ranges of its own.

Source: https://www.xfyun.cn/doc/spark/HTTP调用文档.html. Its stream writes `data:` without a space,
names no finish reason, and can bring an error under HTTP 200 in mid-answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import params
from backends.errors import ErrorRow
from backends.provider import Access
from backends.providers.openai_style import OpenAIStyle
from backends.providers.spark_errors import ERRORS as CHAT_ERRORS
from backends.providers.spark_models import max_tokens
from backends.types import ModelSpec, ParamSpec, Words

DOC = "https://www.xfyun.cn/doc/spark/HTTP调用文档.html"
X1_DOC = "https://www.xfyun.cn/doc/spark/X1http.html"

# The codes that this interface documents; the numbers it shares with the WebSocket mean the same.
ERRORS: Mapping[str, ErrorRow] = {
    code: CHAT_ERRORS[code]
    for code in (
        "10005", "10007", "10012", "10013", "10014", "10019", "10907",
        "11200", "11201", "11202", "11203",
    )
}  # fmt: skip

_PARAMS = (
    params.TEMPERATURE.but(wire_name="temperature", minimum=0, maximum=2, default=1.0, source=DOC),
    params.TOP_P.but(
        wire_name="top_p", minimum=0, exclusive_minimum=True, maximum=1, default=1.0, source=DOC
    ),
    params.TOP_K.but(wire_name="top_k", minimum=1, maximum=6, default=4, neutral=6, source=DOC),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=2, default=0.0, source=DOC
    ),
    params.FREQUENCY_PENALTY.but(
        wire_name="frequency_penalty", minimum=-2, maximum=2, default=0.0, source=DOC
    ),
    params.RESPONSE_FORMAT.but(wire_name="response_format.type", default="text", source=DOC),
    params.TOOLS.but(wire_name="tools", source=DOC),
    params.TOOL_CHOICE.but(wire_name="tool_choice", source=DOC),
    params.TOOL_CALLS_SWITCH.but(wire_name="tool_calls_switch", default=False, source=DOC),
    params.SUPPRESS_PLUGIN.but(wire_name="suppress_plugin", source=DOC),
    params.USER_ID.but(wire_name="user", source=DOC),
)

V1, V2 = "/v1/chat/completions", "/v2/chat/completions"


def _model(name: str, label: str, context: int, output: ParamSpec) -> ModelSpec:
    return ModelSpec(
        name,
        f"{label} (HTTP)",
        (*_PARAMS, output),
        endpoint=V1,
        max_input_tokens=context,
        takes_system=name != "lite",
        source=DOC,
    )


_SHORT, _FULL = max_tokens(4096, 4096, DOC), max_tokens(8192, 4096, DOC)
_X1 = tuple(
    {
        "temperature": spec.but(exclusive_minimum=True, default=None, source=X1_DOC),
        "presence_penalty": spec.but(minimum=0, maximum=3, default=None, source=X1_DOC),
        "frequency_penalty": spec.but(minimum=0, maximum=1, default=None, source=X1_DOC),
    }.get(spec.name, spec)
    for spec in (
        *_PARAMS,
        max_tokens(65535, 65535, X1_DOC),
        params.KEEP_ALIVE.but(wire_name="keep_alive", source=X1_DOC),
    )
)

MODELS = (
    _model("lite", "Spark Lite", 8192, _SHORT),
    _model("generalv3", "Spark Pro", 8192, _FULL),
    _model("pro-128k", "Spark Pro-128K", 131072, _SHORT),
    _model("generalv3.5", "Spark Max (3.5)", 8192, _FULL),
    _model("max-32k", "Spark Max-32K", 32768, _FULL),
    _model("4.0Ultra", "Spark 4.0 Ultra", 8192, _FULL),
    ModelSpec("x1", "Spark X1 (HTTP)", _X1, V2, max_input_tokens=65536, source=X1_DOC),
)


class SparkHTTP(OpenAIStyle):
    """As any OpenAI-style service, but X1 has a path of its own beside the base."""

    def url(self, access: Access, model: ModelSpec) -> str:
        """As `OpenAIStyle.url`."""
        return access.url(self.url_variable).removesuffix("/v1") + model.endpoint


SPARK_HTTP = SparkHTTP(
    "spark-http",
    Words("讯飞星火 HTTP", "iFlytek Spark HTTP"),
    "SPARK_HTTP_BASE_URL",
    "https://spark-api-open.xf-yun.com/v1",
    "SPARK_API_PASSWORD",
    models=MODELS,
    known=_PARAMS,
    errors=ERRORS,
    source=DOC,
    open_models=False,
    lists_models=False,
    asks_usage=False,
    reports=("plugins", "search_results"),
)
