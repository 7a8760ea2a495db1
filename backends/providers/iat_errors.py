"""Dictation's error codes. The same numbers mean other things in Spark's chat.

Source: https://www.xfyun.cn/doc/asr/voicedictation/API.html (error codes)
"""

from __future__ import annotations

from collections.abc import Mapping

from backends import errors
from backends.errors import ErrorRow, row
from backends.types import Words

_CONSOLE = Words(
    "请到讯飞开放平台控制台查看授权与用量。",
    "Look at permissions and usage in the iFlytek console.",
)
_FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")
_AGAIN = Words("请重新录音或稍后重试。", "Record again, or try a little later.")
_LATER = Words("请稍后重试。", "Try again a little later.")
_REPORT = Words("请把调用编号报告给调参台。", "Report the call's id to Tunedesk.")

# fmt: off
ERRORS: Mapping[str, ErrorRow] = {
    "10005": row(errors.Authentication, "AppID 未获听写授权。",
                 "The AppID is not authorised for dictation.", _CONSOLE),
    "10006": row(errors.InvalidRequest, "缺少参数。", "A parameter is missing.", _REPORT),
    "10007": row(errors.InvalidRequest, "采样率等参数无效。",
                 "The sample rate or another parameter is invalid.", _REPORT),
    "10009": row(errors.InvalidRequest, "输入数据无效。", "The input data is invalid.", _AGAIN),
    "10010": row(errors.Unavailable, "引擎授权不足。", "The engine has no licence left.", _LATER,
                 retryable=True),
    "10014": row(errors.Unavailable, "会话超时。", "The session timed out.", _AGAIN,
                 retryable=True),
    "10019": row(errors.Unavailable, "会话超时（空闲过久）。",
                 "The session timed out after being idle.", _AGAIN, retryable=True),
    "10043": row(errors.InvalidRequest, "音频解码失败。", "The audio could not be decoded.",
                 _AGAIN),
    "10044": row(errors.InvalidRequest, "音频重采样失败。",
                 "The audio could not be resampled.", _AGAIN),
    "10047": row(errors.InvalidRequest, "结果格式不支持。",
                 "The result format is not supported.", _REPORT),
    "10050": row(errors.InvalidRequest, "方法不支持。", "The method is not supported.", _REPORT),
    "10101": row(errors.Unavailable, "引擎会话已结束。",
                 "The engine's session has already ended.", _AGAIN, retryable=True),
    "10109": row(errors.InvalidRequest, "输入数据无效。", "The input data is invalid.", _AGAIN),
    "10110": row(errors.Unavailable, "引擎授权不足。", "The engine has no licence left.", _LATER,
                 retryable=True),
    "10114": row(errors.Unavailable, "会话超过 60 秒。", "The session exceeded 60 seconds.",
                 Words("请截短录音。", "Cut the recording shorter.")),
    "10139": row(errors.InvalidParam, "编码参数错误。", "A codec parameter is wrong.", _REPORT),
    "10160": row(errors.InvalidRequest, "请求不是合法的 JSON。", "The request is not JSON.",
                 _REPORT),
    "10161": row(errors.InvalidRequest, "音频的 base64 无效。",
                 "The audio's base64 is invalid.", _REPORT),
    "10163": row(errors.InvalidParam, "参数缺失或不合法。",
                 "A parameter is missing or illegal.", _FIX),
    "10164": row(errors.InvalidRequest, "参数映射失败。", "Mapping the parameters failed.",
                 _REPORT),
    "10165": row(errors.InvalidRequest, "音频帧顺序不对。", "Audio frames are out of order.",
                 _REPORT),
    "10200": row(errors.Unavailable, "10 秒没有收到数据。", "No data came for 10 seconds.",
                 _AGAIN, retryable=True),
    "10222": row(errors.Unavailable, "网络异常。", "The service had a network fault.", _LATER,
                 retryable=True),
    "10303": row(errors.InvalidRequest, "协议字段缺失。", "A field of the protocol is missing.",
                 _REPORT),
    "10313": row(errors.Authentication, "缺少 app_id 或与密钥不符。",
                 "The app_id is missing or does not match the key.", _CONSOLE),
    "10317": row(errors.InvalidRequest, "版本不合法。", "The version is illegal.", _REPORT),
    "10404": row(errors.UnknownModel, "没有这个路由。", "There is no such route.",
                 Words("请检查基础地址。", "Check the base URL.")),
    "10500": row(errors.Unavailable, "引擎内部错误。", "The engine had an internal error.",
                 _LATER, retryable=True),
    "10600": row(errors.Unavailable, "引擎事件错误。", "The engine had an event error.", _LATER,
                 retryable=True),
    "10700": row(errors.Unavailable, "引擎超时。", "The engine timed out.", _LATER,
                 retryable=True),
    "11200": row(errors.Quota, "没有权限或用量已用完。",
                 "There is no permission, or the volume is used up.", _CONSOLE),
    "11201": row(errors.Quota, "今日次数已用完。", "Today's calls are used up.",
                 Words("请明天再试或提升配额。", "Try tomorrow or raise the quota.")),
    "11202": row(errors.RateLimit, "每秒次数超限。", "The per-second limit is reached.",
                 Words("请等一秒以上再发送。", "Wait a second or more, then send again."),
                 retryable=True),
    "11203": row(errors.Quota, "授权已到期。", "The licence has expired.", _CONSOLE),
}
# fmt: on
