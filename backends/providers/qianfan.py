"""Baidu Qianfan v2, the live interface of ERNIE: OpenAI-style, authorised by a Bearer key.

Source: https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb
A permanent key is used as it is; with IAM keys alone a short-lived one is minted for half an hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from backends import errors, params
from backends.bce import IAM_KEYS, signed_headers
from backends.errors import ErrorRow, row
from backends.line import Line
from backends.provider import Access
from backends.providers.openai_style import OpenAIStyle, chat_body, chat_deltas
from backends.secrets import redactor
from backends.tokens import Token, TokenCache
from backends.types import ChatRequest, Delta, ModelSpec, ParamSpec, Words
from backends.wire import as_json, fetch, post

DOC = "https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb"
BEARER = "QIANFAN_BEARER_TOKEN"

_COMMON = (
    params.TEMPERATURE.but(
        wire_name="temperature",
        minimum=0,
        exclusive_minimum=True,
        maximum=1,
        default=0.95,
        source=DOC,
    ),
    params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=0.7, source=DOC),
    params.SEED.but(
        wire_name="seed", minimum=0, exclusive_minimum=True, maximum=2147483646, source=DOC
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
_PENALTY = params.PENALTY_SCORE.but(
    wire_name="penalty_score", minimum=1, maximum=2, default=1.0, source=DOC
)


def _max_tokens(maximum: int | None, default: int | None) -> ParamSpec:
    return params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_tokens", minimum=2, maximum=maximum, default=default, source=DOC
    )


def _ernie(
    name: str,
    label: str,
    characters: int,
    tokens: int,
    most: int,
    default: int | None,
    *more: ParamSpec,
) -> ModelSpec:
    return ModelSpec(
        name,
        label,
        (*_COMMON, _PENALTY, _max_tokens(most, default), *more),
        max_input_characters=characters,
        max_input_tokens=tokens,
        source=DOC,
    )


def _main_line(name: str, label: str) -> ModelSpec:
    """ERNIE 3.5 and 4.0: default temperature and top_p are 0.8."""
    spec = _ernie(name, label, 20000, 5120, 2048, 1024)
    return ModelSpec(
        name,
        label,
        tuple(
            param.but(default=0.8) if param.name in ("temperature", "top_p") else param
            for param in spec.params
        ),
        max_input_characters=20000,
        max_input_tokens=5120,
        source=DOC,
    )


def _engine(name: str, label: str) -> ModelSpec:
    """An open model on Qianfan's engine: wider temperature, no penalty_score."""
    temperature = _COMMON[0].but(exclusive_minimum=False, maximum=2, default=None)
    top_p = _COMMON[1].but(default=None)
    return ModelSpec(
        name, label, (temperature, top_p, _max_tokens(None, None), *_COMMON[2:]), source=DOC
    )


def _unranged(name: str, label: str, *own: ParamSpec) -> ModelSpec:
    """A newer ERNIE whose ranges stand in no document we have read: none is claimed."""
    loose = tuple(
        spec.but(minimum=None, maximum=None, exclusive_minimum=False, default=None)
        for spec in _COMMON[:2]
    )
    return ModelSpec(name, label, (*loose, _max_tokens(None, None), *own), source=DOC)


MODELS = (
    _ernie("ernie-speed-8k", "ERNIE-Speed-8K", 24000, 6144, 2048, 1024, *_ADDITIVE),
    _ernie("ernie-speed-128k", "ERNIE-Speed-128K", 516096, 126976, 4096, 4096, *_ADDITIVE),
    _ernie("ernie-speed-pro-128k", "ERNIE-Speed-Pro-128K", 516096, 126976, 4096, 4096, *_ADDITIVE),
    _ernie("ernie-lite-8k", "ERNIE-Lite-8K", 24000, 6144, 2048, 1024, *_ADDITIVE),
    _ernie("ernie-lite-pro-128k", "ERNIE-Lite-Pro-128K", 516096, 126976, 2048, None, *_ADDITIVE),
    _ernie("ernie-tiny-8k", "ERNIE-Tiny-8K", 24000, 6144, 2048, 1024, *_ADDITIVE),
    _ernie("ernie-char-8k", "ERNIE-Character-8K", 24000, 6144, 1024, 1024),
    _ernie("ernie-novel-8k", "ERNIE-Novel-8K", 24000, 6144, 2048, None, *_ADDITIVE),
    _main_line("ernie-3.5-8k", "ERNIE-3.5-8K"),
    _main_line("ernie-4.0-8k", "ERNIE-4.0-8K"),
    _main_line("ernie-4.0-turbo-8k", "ERNIE-4.0-Turbo-8K"),
    _unranged("ernie-4.5-turbo-128k", "ERNIE-4.5-Turbo-128K", _PENALTY),
    _unranged("ernie-x1-turbo-32k", "ERNIE-X1-Turbo-32K"),
    _engine("deepseek-v3", "DeepSeek-V3"),
    _engine("deepseek-r1", "DeepSeek-R1"),
)

_CHECK_KEY = Words("请检查密钥与应用设置。", "Check the key and the application's settings.")
_SHORTEN = Words(
    "请缩短问题、人设或开始新对话。", "Shorten the question or persona, or start a new chat."
)
_WAIT = Words("请等到下一分钟再发送。", "Wait for the next minute, then send again.")
_REPHRASE = Words("请改写后再发送。", "Rephrase it, then send again.")
_LATER = Words("请稍后重试。", "Try again a little later.")
_FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")


# Source of the codes: https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb (error codes)
# fmt: off
ERRORS: Mapping[str, ErrorRow] = {
    "malformed_json": row(errors.InvalidRequest, "请求不是合法的 JSON。",
                          "The request was not valid JSON.", _LATER),
    "invalid_model": row(errors.UnknownModel, "模型不存在，或该密钥无权使用它。",
                         "No such model, or this key may not use it.", _CHECK_KEY),
    "invalid_messages": row(errors.InvalidHistory, "对话轮次不合规则。",
                            "The turns break the service's rules.", _SHORTEN),
    "characters_too_long": row(errors.ContextLength, "输入字符数超过该模型的上限。",
                               "The input has more characters than the model takes.", _SHORTEN),
    "tokens_too_long": row(errors.ContextLength, "输入 token 数超过该模型的上限。",
                           "The input has more tokens than the model takes.", _SHORTEN),
    "invalid_argument": row(errors.InvalidParam, "有参数不被该模型接受。",
                            "A parameter is not accepted by this model.", _FIX),
    "invalid_iam_token": row(errors.Authentication, "千帆不接受这个 API Key。",
                             "Qianfan does not accept this API key.", _CHECK_KEY),
    "invalid_appid": row(errors.Authentication, "appid 不正确。", "The appid is wrong.",
                         _CHECK_KEY),
    "no_parameter_permission": row(errors.InvalidParam, "该密钥无权使用某个参数。",
                                   "This key may not use one of the parameters.", _FIX),
    "system_unsafe": row(errors.ContentFilter, "人设未通过安全审核。",
                         "The persona did not pass the safety review.", _REPHRASE),
    "user_setting_unsafe": row(errors.ContentFilter, "用户设定未通过安全审核。",
                               "The user setting did not pass the safety review.", _REPHRASE),
    "functions_unsafe": row(errors.ContentFilter, "函数定义未通过安全审核。",
                            "The functions did not pass the safety review.", _REPHRASE),
    "account_overdue": row(errors.Quota, "账户欠费。", "The account is overdue.",
                           Words("请到千帆控制台充值。", "Top it up in the Qianfan console.")),
    "model_offline": row(errors.UnknownModel, "该模型已下线。", "The model has been retired.",
                         Words("请换一个模型。", "Choose another model.")),
    "method_not_supported": row(errors.InvalidRequest, "请求方法不被支持。",
                                "The request method is not supported.", _LATER),
    "rpm_rate_limit_exceeded": row(errors.RateLimit, "已达到每分钟请求数上限（RPM）。",
                                   "The requests-per-minute limit is reached.", _WAIT,
                                   retryable=True),
    "tpm_rate_limit_exceeded": row(errors.RateLimit, "已达到每分钟 token 上限（TPM）。",
                                   "The tokens-per-minute limit is reached.", _WAIT,
                                   retryable=True),
    "input_tpm_rate_limit_exceeded": row(
        errors.RateLimit, "已达到每分钟输入 token 上限。",
       "The input-tokens-per-minute limit is reached.", _WAIT, retryable=True),
    "output_tpm_rate_limit_exceeded": row(
        errors.RateLimit, "已达到每分钟输出 token 上限。",
       "The output-tokens-per-minute limit is reached.", _WAIT, retryable=True),
    "preemptible_rate_limit_exceeded": row(
        errors.RateLimit, "可抢占资源已满。", "The preemptible capacity is full.", _WAIT,
       retryable=True),
    "user_rate_limit_exceeded": row(errors.RateLimit, "该用户已达到速率上限。",
                                    "This user's rate limit is reached.", _WAIT, retryable=True),
    "cluster_rate_limit_exceeded": row(errors.RateLimit, "服务集群已达到速率上限。",
                                       "The cluster's rate limit is reached.", _WAIT,
                                       retryable=True),
    "internal_error": row(errors.Unavailable, "千帆内部错误。", "Qianfan had an internal error.",
                          _LATER, retryable=True),
    "dispatch_internal_error": row(errors.Unavailable, "千帆调度错误。",
                                   "Qianfan had a dispatch error.", _LATER, retryable=True),
}
# fmt: on


class Qianfan(OpenAIStyle):
    """As any OpenAI-style service, but its key may also be minted from IAM keys."""

    _tokens = TokenCache()

    @property
    def base_urls(self) -> Mapping[str, str]:
        return {
            self.url_variable: self.url_default,
            "QIANFAN_IAM_BASE_URL": "https://iam.bj.baidubce.com",
        }

    @property
    def credentials(self) -> tuple[tuple[str, ...], ...]:
        return ((BEARER,), IAM_KEYS)

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        minted = not access.has(BEARER)
        key = self._minted(access, line) if minted else access.key(BEARER)
        reply = post(
            line,
            access.url(self.url_variable) + "/chat/completions",
            chat_body(request, model, params),
            auth="bearer-iam" if minted else "bearer",
            shown={"Authorization": f"Bearer ${BEARER}"},
            secret_headers={"Authorization": f"Bearer {key}"},
        )
        if minted and reply.status == 401:
            self._tokens.forget(_identity(access), key)
        yield from chat_deltas(reply, self.errors)

    def _minted(self, access: Access, line: Line) -> str:
        """A key valid for half an hour, from the IAM keys.

        Source: https://github.com/baidubce/bce-qianfan-sdk (resources/console/iam.py)
        """

        def mint() -> Token:
            url = access.url("QIANFAN_IAM_BASE_URL") + "/v1/BCE-BEARER/token?expireInSeconds=1800"
            line.phase = "credential"
            reply = fetch(line, "GET", url, secret_headers=signed_headers("GET", url, access))
            answer = as_json(reply.read())
            if reply.status != 200 or not isinstance(answer, dict) or "token" not in answer:
                raise errors.Authentication(
                    status=reply.status,
                    code=reply.headers.get("x-bce-error-code"),
                    said=reply.headers.get("x-bce-error-message", ""),
                )
            redactor.learn(answer["token"])
            return Token(answer["token"], time.monotonic() + 1700)

        return self._tokens.get(line, _identity(access), mint)


def _identity(access: Access) -> tuple[str, ...]:
    return (access.url("QIANFAN_IAM_BASE_URL"), *(access.key(name) for name in IAM_KEYS))


QIANFAN = Qianfan(
    "qianfan",
    Words("百度千帆", "Baidu Qianfan"),
    "QIANFAN_V2_BASE_URL",
    "https://qianfan.baidubce.com/v2",
    BEARER,
    models=MODELS,
    known=(*_COMMON, _PENALTY, _max_tokens(None, None), *_ADDITIVE),
    errors=ERRORS,
)
