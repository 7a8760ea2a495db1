"""iFlytek Spark over WebSocket: one signed connection, one question frame, answer frames.

Source: https://www.xfyun.cn/doc/spark/Web.html
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from backends import errors, params
from backends.clock import seconds_ahead
from backends.errors import ErrorRow, row
from backends.fold import whole
from backends.line import Line
from backends.provider import Access, id_of, parse, shaped, text_of, usage_of, wire_messages
from backends.secrets import redactor
from backends.signing import spark_url
from backends.types import ChatRequest, Delta, ModelSpec, ParamSpec, WireRequest, Words
from backends.wire import HandshakeRefused, as_json, frames

DOC = "https://www.xfyun.cn/doc/spark/Web.html"
SDK = "https://github.com/iFLYTEK-OP/websdk-java"
BASE = "SPARK_BASE_URL"
KEYS = ("SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")

_SAMPLING = (
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
# The reasoning model is documented by the Java SDK alone, which states no ranges.
_X1 = (
    params.TEMPERATURE.but(wire_name="temperature", source=SDK),
    params.TOP_P.but(wire_name="top_p", source=SDK),
    params.FREQUENCY_PENALTY.but(wire_name="frequency_penalty", source=SDK),
    params.PRESENCE_PENALTY.but(wire_name="presence_penalty", minimum=-2, maximum=10, source=SDK),
    params.MAX_OUTPUT_TOKENS.but(wire_name="max_tokens", minimum=1, source=SDK),
)


def _model(
    domain: str,
    label: str,
    path: str,
    context: int | None,
    most: int,
    default: int,
    takes_system: bool = True,
) -> ModelSpec:
    output: ParamSpec = params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_tokens", minimum=1, maximum=most, default=default, source=DOC
    )
    return ModelSpec(
        domain,
        label,
        (*_SAMPLING, output),
        endpoint=path,
        max_input_tokens=context,
        takes_system=takes_system,
        source=DOC,
    )


MODELS = (
    _model("lite", "Spark Lite", "/v1.1/chat", 8192, 4096, 4096, takes_system=False),
    _model("generalv2", "Spark V2.0", "/v2.1/chat", 8192, 8192, 2048, takes_system=False),
    _model("generalv3", "Spark Pro", "/v3.1/chat", 8192, 8192, 4096),
    _model("pro-128k", "Spark Pro-128K", "/chat/pro-128k", 131072, 4096, 4096),
    _model("generalv3.5", "Spark Max (3.5)", "/v3.5/chat", 8192, 8192, 4096),
    _model("max-32k", "Spark Max-32K", "/chat/max-32k", 32768, 8192, 4096),
    _model("4.0Ultra", "Spark 4.0 Ultra", "/v4.0/chat", 8192, 8192, 4096),
    ModelSpec("spark-x", "Spark X1", _X1, endpoint="/v1/x1", source=SDK),
)

_LATER = Words("请稍后重试。", "Try again a little later.")
_CONSOLE = Words(
    "请到讯飞开放平台控制台查看授权与用量。",
    "Look at permissions and usage in the iFlytek console.",
)
_REPHRASE = Words("请改写后再发送，或开始新对话。", "Rephrase it, or start a new chat.")
_FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")
_SHORTEN = Words(
    "请缩短问题、人设或开始新对话。", "Shorten the question or persona, or start a new chat."
)
_ONE = Words("请等上一个回答结束后再发送。", "Wait until the other answer has ended.")


# fmt: off
ERRORS: Mapping[str, ErrorRow] = {
    "10000": row(errors.Unavailable, "升级 WebSocket 失败。", "The WebSocket upgrade failed.",
                 _LATER, retryable=True),
    "10001": row(errors.Unavailable, "服务端读取失败。", "The server could not read.", _LATER,
                 retryable=True),
    "10002": row(errors.Unavailable, "服务端发送失败。", "The server could not send.", _LATER,
                 retryable=True),
    "10003": row(errors.InvalidRequest, "消息格式不对，或 domain 与路径不符。",
                 "The message format is wrong, or the domain does not match the path.",
                 Words("请检查模型与对话轮次。", "Check the model and the turns.")),
    "10004": row(errors.InvalidRequest, "消息结构不对。", "The message schema is wrong.", _FIX),
    "10005": row(errors.InvalidParam, "参数值不对。", "A parameter value is wrong.", _FIX),
    "10006": row(errors.RateLimit, "同一用户已有连接。", "This user is connected elsewhere.",
                 _ONE, retryable=True),
    "10007": row(errors.RateLimit, "同一用户的上一个问题仍在回答。",
                 "This user's previous question is still being answered.", _ONE, retryable=True),
    "10008": row(errors.Unavailable, "服务容量不足。", "The service has no capacity.", _LATER,
                 retryable=True),
    "10009": row(errors.Unavailable, "引擎连接失败。", "The engine could not be reached.",
                 _LATER, retryable=True),
    "10010": row(errors.Unavailable, "引擎接收失败。", "The engine could not receive.", _LATER,
                 retryable=True),
    "10011": row(errors.Unavailable, "引擎发送失败。", "The engine could not send.", _LATER,
                 retryable=True),
    "10012": row(errors.Unavailable, "引擎内部错误。", "The engine had an internal error.",
                 _LATER, retryable=True),
    "10013": row(errors.ContentFilter, "输入未通过安全审核。",
                 "The input did not pass the safety review.", _REPHRASE),
    "10014": row(errors.ContentFilter, "回答未通过安全审核，其余部分被扣留。",
                 "The answer did not pass the safety review; the rest is withheld.", _REPHRASE),
    "10015": row(errors.Authentication, "AppID 在黑名单中。", "The AppID is blacklisted.",
                 _CONSOLE),
    "10016": row(errors.Authentication, "AppID 未获授权或超出并发。",
                 "The AppID is not authorised, or over its concurrency.", _CONSOLE),
    "10017": row(errors.Unavailable, "清除历史失败。", "Clearing the history failed.", _LATER),
    "10018": row(errors.Unavailable, "连接闲置过久。", "The connection was idle too long.",
                 _LATER, retryable=True),
    "10019": row(errors.ContentFilter, "本会话有违规倾向。",
                 "This session tends to break the rules.", _REPHRASE),
    "10021": row(errors.ContentFilter, "输入未通过审核。", "The input was refused by review.",
                 _REPHRASE),
    "10110": row(errors.Unavailable, "服务忙。", "The service is busy.", _LATER, retryable=True),
    "10163": row(errors.InvalidParam, "引擎参数检查未通过。",
                 "The engine's parameter check failed.", _FIX),
    "10222": row(errors.Unavailable, "引擎网络异常。", "The engine had a network fault.",
                 _LATER, retryable=True),
    "10223": row(errors.Unavailable, "找不到引擎节点。", "No engine node was found.", _LATER,
                 retryable=True),
    "10907": row(errors.ContextLength, "对话与问题的 token 数超过上限。",
                 "The conversation and question have too many tokens.", _SHORTEN),
    "11200": row(errors.Quota, "AppID 未开通该版本，或用量已用完。",
                 "The AppID is not enabled for this version, or its volume is used up.",
                 _CONSOLE),
    "11201": row(errors.Quota, "今日用量已达上限。", "Today's limit is reached.",
                 Words("请明天再试或提升配额。", "Try tomorrow or raise the quota.")),
    "11202": row(errors.RateLimit, "每秒请求数超限。",
                 "The requests-per-second limit is reached.",
                 Words("请等一秒以上再发送。", "Wait a second or more, then send again."),
                 retryable=True),
    "11203": row(errors.RateLimit, "并发路数超限。", "The concurrency limit is reached.", _ONE,
                 retryable=True),
}
# fmt: on


_CUT = Words(
    "连接在回答结束前关闭，回答可能不完整。可以重试。",
    "The connection closed before the answer ended; it may be incomplete. You can retry.",
)


class Spark:
    """One connection per call. No rate-limit headers exist; usage is on the last frame only."""

    name = "spark"
    label = Words("讯飞星火", "iFlytek Spark")
    base_urls: Mapping[str, str] = {BASE: "wss://spark-api.xf-yun.com"}
    credentials = (KEYS,)
    models = MODELS
    open_models = False
    errors = ERRORS

    def unknown_model(self, name: str) -> ModelSpec:
        """The path must match the domain, so there is no model without a row."""
        raise NotImplementedError(name)

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`. The service always streams; unasked, its frames come as one."""
        url = access.url(BASE) + model.endpoint
        signed = spark_url(url, access.key(KEYS[1]), access.key(KEYS[2]), datetime.now(UTC))
        redactor.learn_signature(signed.partition("authorization=")[2].partition("&")[0])
        shown = _question(request, model, params, f"${KEYS[0]}")
        answer = frames(
            line,
            signed,
            _question(request, model, params, access.key(KEYS[0])),
            WireRequest("GET", url, {}, shown, "spark"),
        )
        try:
            deltas = _deltas(answer)
            yield from deltas if request.stream else whole(deltas)
        except HandshakeRefused as exc:
            raise _handshake_error(exc) from None


def _question(
    request: ChatRequest, model: ModelSpec, params: Mapping[str, Any], app_id: str
) -> dict[str, Any]:
    return {
        "header": {"app_id": app_id},
        "parameter": {"chat": {"domain": model.name, **params}},
        "payload": {"message": {"text": wire_messages(request, system_role=True)}},
    }


def _deltas(frames: Generator[str, None, str]) -> Iterator[Delta]:
    while True:
        try:
            frame = parse(next(frames))
        except StopIteration as closed:
            # A close before status 2 is a cut answer, whatever the close code says.
            raise errors.Protocol(_CUT, code=closed.value[:4] or None, said=closed.value) from None
        header = shaped(lambda header: dict(header), frame.get("header") or {})
        if str(header.get("code") or 0) != "0":
            said = header.get("message")
            raise errors.from_code(
                ERRORS, str(header["code"]), said=said if isinstance(said, str) else ""
            )
        delta = shaped(_delta, frame, header)
        yield delta
        if delta.finish_reason:
            return


def _delta(frame: Mapping[str, Any], header: Mapping[str, Any]) -> Delta:
    payload = frame.get("payload") or {}
    # Frames with search results carry no choices, middle frames no usage.
    choices = payload.get("choices") or {}
    items = choices.get("text") or []
    return Delta(
        text="".join(text_of(item.get("content")) for item in items),
        reasoning="".join(text_of(item.get("reasoning_content")) for item in items),
        finish_reason="stop" if str(choices.get("status")) == "2" else None,
        usage=usage_of((payload.get("usage") or {}).get("text")),
        request_id=id_of(header.get("sid")),
    )


def _handshake_error(refused: HandshakeRefused) -> errors.ProviderError:
    answer = as_json(refused.body)
    said = answer.get("message") if isinstance(answer, dict) else None
    said = said if isinstance(said, str) else refused.body[:200].decode("utf-8", "replace")
    skew = seconds_ahead(refused.date)
    if refused.status == 403 and skew is not None and abs(skew) > 60:
        return errors.Authentication(
            Words(
                f"本机时钟与服务商相差 {skew:.0f} 秒，签名因此被拒绝。请校准时钟后重试。",
                f"This machine's clock is {skew:.0f} s off the provider's, so the signature was "
                "refused. Set the clock, then try again.",
            ),
            status=403,
            said=said,
        )
    if refused.status in (401, 403):
        return errors.Authentication(
            Words(
                "讯飞不接受 APIKey、APISecret 或本机地址。请检查密钥与白名单。",
                "iFlytek does not accept the APIKey, the APISecret or this address. "
                "Check the keys and the allow-list.",
            ),
            status=refused.status,
            said=said,
        )
    return errors.from_code(ERRORS, None, status=refused.status, said=said)


SPARK = Spark()
