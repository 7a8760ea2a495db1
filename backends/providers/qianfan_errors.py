"""Qianfan v2's error codes, each with its cause and what to do.

Source: https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb (error codes)
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import errors
from backends.errors import ErrorRow, row
from backends.types import Words

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
