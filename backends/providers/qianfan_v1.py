"""Baidu Qianfan v1 (ERNIE-Bot): the model is a path, errors are HTTP 200, and it is retired.

Source: https://cloud.baidu.com/doc/WENXINWORKSHOP/s/klqx7b1xf, switched off on 2026-08-31 by
https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8. Kept for teaching, private deployments and the
articles that use it. Authorised by an OAuth access_token or by IAM keys, never both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from backends import errors, params
from backends.bce import IAM_KEYS, signed_headers
from backends.errors import ErrorRow, row
from backends.line import Line
from backends.provider import (
    Access,
    count,
    id_of,
    parse,
    rate_limit,
    refusal,
    shaped,
    text_of,
    wire_messages,
)
from backends.secrets import redactor
from backends.tokens import Token, TokenCache
from backends.types import ChatRequest, Delta, ModelSpec, ParamSpec, Usage, Words
from backends.wire import Reply, as_json, fetch, post

DOC = "https://cloud.baidu.com/doc/WENXINWORKSHOP/s/klqx7b1xf"
RETIRED_ON = "2026-08-31"
BASE = "QIANFAN_BASE_URL"
CHAT_PATH = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/"
OAUTH_KEYS = ("QIANFAN_AK", "QIANFAN_SK")


def _sampling(temperature: float, top_p: float) -> tuple[ParamSpec, ...]:
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
        params.STOP.but(wire_name="stop", max_items=4, maximum=20, source=DOC),
    )


_ADDITIVE = (
    params.FREQUENCY_PENALTY.but(
        wire_name="frequency_penalty", minimum=-2, maximum=2, default=0.1, source=DOC
    ),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=2, default=0.0, source=DOC
    ),
)
_GROUP_A = _sampling(0.8, 0.8)
_GROUP_B = (*_sampling(0.95, 0.7), *_ADDITIVE)
_GROUP_C = _sampling(0.95, 0.7)


def _model(
    endpoint: str,
    label: str,
    characters: int,
    tokens: int,
    group: tuple[ParamSpec, ...],
    most: int | None,
    default: int | None,
) -> ModelSpec:
    output = (
        ()
        if most is None
        else (
            params.MAX_OUTPUT_TOKENS.but(
                wire_name="max_output_tokens", minimum=2, maximum=most, default=default, source=DOC
            ),
        )
    )
    return ModelSpec(
        endpoint,
        label,
        (*group, *output),
        endpoint=endpoint,
        max_input_characters=characters,
        max_input_tokens=tokens,
        status="retired",
        retired_on=RETIRED_ON,
        source=DOC,
    )


MODELS = (
    _model("ernie_speed", "ERNIE-Speed-8K (v1)", 24000, 6144, _GROUP_B, 2048, 1024),
    _model("ernie-speed-128k", "ERNIE-Speed-128K (v1)", 516096, 126976, _GROUP_B, 4096, 4096),
    _model("ernie-lite-8k", "ERNIE-Lite-8K (v1)", 24000, 6144, _GROUP_B, 2048, 1024),
    _model("eb-instant", "ERNIE-Lite-8K-0922 (v1)", 11200, 7168, _GROUP_C, None, None),
    _model("ernie-tiny-8k", "ERNIE-Tiny-8K (v1)", 24000, 6144, _GROUP_B, 2048, 1024),
    _model("ernie-char-8k", "ERNIE-Character-8K (v1)", 24000, 6144, _GROUP_C, 1024, 1024),
    _model("completions", "ERNIE-3.5-8K (v1)", 20000, 5120, _GROUP_A, 2048, 1024),
    _model("ernie-3.5-128k", "ERNIE-3.5-128K (v1)", 516096, 126976, _GROUP_A, 4096, 4096),
    _model("completions_pro", "ERNIE-4.0-8K (v1)", 20000, 5120, _GROUP_A, 2048, 1024),
    _model("ernie-4.0-turbo-8k", "ERNIE-4.0-Turbo-8K (v1)", 20000, 5120, _GROUP_A, 2048, 1024),
)

_CHECK_KEY = Words("请检查 API Key 与 Secret Key。", "Check API Key and Secret Key.")
_CONSOLE = Words("请到千帆控制台查看。", "Look in the Qianfan console.")
_SHORTEN = Words(
    "请缩短问题、人设或开始新对话。", "Shorten the question or persona, or start a new chat."
)
_WAIT = Words("请等到下一分钟再发送。", "Wait for the next minute, then send again.")
_LATER = Words("请稍后重试。", "Try again a little later.")
_FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")
_RESEND = Words(
    "请从最后一个问题重新发送，或开始新对话。", "Resend the last question or start a new chat."
)


# Source of the codes: https://cloud.baidu.com/doc/WENXINWORKSHOP/s/tlmyncueh
# fmt: off
ERRORS: Mapping[str, ErrorRow] = {
    "1": row(errors.Unavailable, "服务器未知错误。", "Unknown server error.", _LATER,
             retryable=True),
    "2": row(errors.Unavailable, "服务暂不可用。", "The service is unavailable.", _LATER,
             retryable=True),
    "3": row(errors.UnknownModel, "接口路径不存在。", "There is no such endpoint.",
             Words("请检查模型的 endpoint。", "Check the model's endpoint.")),
    "4": row(errors.RateLimit, "集群请求数超限。", "The cluster's request limit is reached.",
             _LATER, retryable=True),
    "6": row(errors.Authentication, "应用没有该服务的权限。",
             "The application has no permission for this service.", _CONSOLE),
    "13": row(errors.Authentication, "获取服务令牌失败。", "Getting a service token failed.",
              _CHECK_KEY),
    "14": row(errors.Authentication, "IAM 签名认证失败。", "The IAM signature was refused.",
              Words("请检查 Access Key、Secret Key 与本机时钟。",
                    "Check Access Key, Secret Key and this machine's clock.")),
    "15": row(errors.Unavailable, "应用不存在或创建失败。",
              "The application does not exist or could not be created.", _LATER, retryable=True),
    "17": row(errors.Quota, "每日额度已用完，或账户欠费。",
              "The daily quota is used up, or the account is overdue.", _CONSOLE),
    "18": row(errors.RateLimit, "每秒请求数（QPS）超限。",
              "The requests-per-second limit is reached.",
              Words("请等一秒以上再发送。", "Wait a second or more, then send again."),
              retryable=True),
    "19": row(errors.Quota, "请求总额度已用完。", "The total request quota is used up.",
              _CONSOLE),
    "100": row(errors.ExpiredCredential, "access_token 缺失或无效。",
               "The access_token is missing or wrong.", _CHECK_KEY),
    "110": row(errors.ExpiredCredential, "access_token 无效。", "The access_token is invalid.",
               _CHECK_KEY),
    "111": row(errors.ExpiredCredential, "access_token 已过期。",
               "The access_token has expired.", _CHECK_KEY),
    "336000": row(errors.Unavailable, "千帆内部错误。", "Qianfan had an internal error.",
                  _LATER, retryable=True),
    "336001": row(errors.InvalidRequest, "参数不合法。", "An argument is invalid.", _FIX),
    "336002": row(errors.InvalidRequest, "请求不是合法的 JSON。",
                  "The request was not valid JSON.", _LATER),
    "336003": row(errors.InvalidParam, "参数检查未通过。", "A parameter check failed.", _FIX),
    "336004": row(errors.Authentication, "没有权限。", "Permission was denied.", _CONSOLE),
    "336005": row(errors.UnknownModel, "API 名称不存在。", "There is no API of this name.",
                  Words("请换一个模型。", "Choose another model.")),
    "336006": row(errors.InvalidHistory, "对话轮次的数量、角色或顺序不对。",
                  "The number, roles or order of the turns is wrong.", _RESEND),
    "336007": row(errors.ContextLength, "输入字符数超过该模型的上限。",
                  "The input has more characters than the model takes.", _SHORTEN),
    "336100": row(errors.Unavailable, "服务繁忙。", "The service is under high load.", _LATER,
                  retryable=True),
    "336101": row(errors.InvalidRequest, "请求方法不被支持。",
                  "The request method is not supported.", _LATER),
    "336102": row(errors.InvalidRequest, "请求格式错误。", "The request is malformed.", _LATER),
    "336103": row(errors.ContextLength, "输入 token 数超过该模型的上限。",
                  "The input has more tokens than the model takes.", _SHORTEN),
    "336104": row(errors.InvalidRequest, "人设（system）不合要求。",
                  "The persona (system) is not accepted.",
                  Words("请修改人设。", "Change the persona.")),
    "336105": row(errors.InvalidRequest, "user_setting 不合要求。",
                  "The user_setting is not accepted.", _FIX),
    "336501": row(errors.RateLimit, "已达到每分钟请求数上限（RPM）。",
                  "The requests-per-minute limit is reached.", _WAIT, retryable=True),
    "336502": row(errors.RateLimit, "已达到每分钟 token 上限（TPM）。",
                  "The tokens-per-minute limit is reached.", _WAIT, retryable=True),
    "500000": row(errors.Unavailable, "控制台内部错误。", "The console had an internal error.",
                  _LATER, retryable=True),
    "invalid_client": row(errors.Authentication, "千帆不接受 API Key 或 Secret Key。",
                          "Qianfan does not accept the API Key or Secret Key.", _CHECK_KEY),
}
# fmt: on


class QianfanV1:
    """One POST per call; a stream is SSE whose last frame says `is_end`."""

    name = "qianfan-v1"
    label = Words("百度千帆 v1（已下线）", "Baidu Qianfan v1 (retired)")
    base_urls: Mapping[str, str] = {BASE: "https://aip.baidubce.com"}
    credentials = (OAUTH_KEYS, IAM_KEYS)
    models = MODELS
    open_models = False
    errors = ERRORS
    _tokens = TokenCache()

    def unknown_model(self, name: str) -> ModelSpec:
        """Endpoints are paths, so there is none without a row."""
        raise NotImplementedError(name)

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        body: dict[str, Any] = {
            "messages": wire_messages(request, system_role=False),
            **params,
            "stream": request.stream,
        }
        if request.system.strip():
            body["system"] = request.system
        url = access.url(BASE) + CHAT_PATH + model.endpoint
        if not access.has(*OAUTH_KEYS):
            yield from _deltas(
                post(
                    line, url, body, auth="bce", secret_headers=signed_headers("POST", url, access)
                )
            )
            return
        token = self._token(access, line)
        try:
            yield from _deltas(
                post(line, url, body, auth="oauth", secret_query={"access_token": token})
            )
        except errors.ExpiredCredential:
            self._tokens.forget(_identity(access), token)
            raise

    def _token(self, access: Access, line: Line) -> str:
        """The access_token, valid for the days the service says, less an hour."""

        def mint() -> Token:
            line.phase = "credential"
            query = {
                "grant_type": "client_credentials",
                "client_id": access.key(OAUTH_KEYS[0]),
                "client_secret": access.key(OAUTH_KEYS[1]),
            }
            reply = fetch(line, "POST", access.url(BASE) + "/oauth/2.0/token", secret_query=query)
            return _token_of(reply)

        return self._tokens.get(line, _identity(access), mint)


def _identity(access: Access) -> tuple[str, ...]:
    return (access.url(BASE), *(access.key(name) for name in OAUTH_KEYS))


def _token_of(reply: Reply) -> Token:
    body = reply.read()
    answer = as_json(body)
    answer = answer if isinstance(answer, dict) else {}
    value = answer.get("access_token")
    if not isinstance(value, str):
        said = answer.get("error_description")
        raise refusal(reply, ERRORS, answer.get("error") or "invalid_client", said, body)
    redactor.learn(value)
    lifetime = count(answer.get("expires_in")) or 0
    return Token(value, time.monotonic() + max(lifetime - 3600, lifetime / 2))


def _deltas(reply: Reply) -> Iterator[Delta]:
    yield Delta(
        rate_limit=rate_limit(reply.headers),
        request_id=id_of(reply.headers.get("x-baidu-request-id")),
    )
    if reply.status != 200 or reply.is_json:
        yield _whole(reply)
        return
    total = 0
    for event in reply.events():
        frame = _checked(parse(event), reply)
        delta, total = shaped(_delta, frame, total)
        yield delta
        if frame.get("is_end"):
            return
    raise errors.Protocol()


def _whole(reply: Reply) -> Delta:
    body = reply.read()
    frame = _checked(as_json(body), reply, body)
    if "result" not in frame:
        raise errors.Protocol(said=body[:200].decode("utf-8", "replace"))
    return shaped(_delta, frame, 0)[0]


def _checked(frame: Any, reply: Reply, body: bytes = b"") -> dict[str, Any]:
    """The frame itself, unless it is an error; the gateway says why in a header."""
    answer = frame if isinstance(frame, dict) else {}
    if reply.status != 200 or "error_code" in answer:
        said = answer.get("error_msg") or reply.headers.get("x-bce-error-message")
        raise refusal(reply, ERRORS, answer.get("error_code"), said, body)
    if not answer:
        raise errors.Protocol(said=body[:200].decode("utf-8", "replace"))
    return answer


def _delta(frame: Mapping[str, Any], total: int) -> tuple[Delta, int]:
    """One frame, and the largest total_tokens so far.

    `finish_reason` "normal" also stands in middle frames, so only the end counts.
    """
    ended = frame.get("is_end", True)
    reason = frame.get("finish_reason", "normal")
    finish = (
        "length"
        if frame.get("is_truncated") or reason == "length"
        else "content_filter"
        if frame.get("need_clear_history") or reason == "content_filter"
        else "stop"
    )
    usage = frame.get("usage") or {}
    total = max(total, count(usage.get("total_tokens")) or 0)
    delta = Delta(
        text=text_of(frame.get("result")),
        finish_reason=finish if ended else None,
        usage=_usage(count(usage.get("prompt_tokens")), total),
        request_id=id_of(frame.get("id")),
    )
    return delta, total


def _usage(prompt: int | None, total: int) -> Usage | None:
    """Right in both dialects: completion_tokens is per frame in one and 0 until the end in the
    other, so it is total minus prompt, total being the largest seen so far. As long as that is
    nothing, nothing is known: a stream cut then must not be recorded as free."""
    if prompt is None or total <= prompt:
        return None
    return Usage(prompt, total - prompt, total)


QIANFAN_V1 = QianfanV1()
