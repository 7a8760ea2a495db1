"""Spark's error codes, each with its cause and what to do.

One table per product: the same number means something else in dictation or on pictures.
Source: https://www.xfyun.cn/doc/spark/Web.html and
https://github.com/iFLYTEK-OP/websdk-java (doc/spark/sparkchat.md)
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import errors
from backends.errors import ErrorRow, row
from backends.types import Words

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
