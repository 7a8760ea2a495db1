"""Qianfan v1's error codes, each with its cause and what to do.

Source: https://cloud.baidu.com/doc/WENXINWORKSHOP/s/tlmyncueh
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import errors
from backends.errors import ErrorRow, row
from backends.types import Words

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
