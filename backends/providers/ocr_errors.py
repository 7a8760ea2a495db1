"""The document reader's error codes. The same numbers mean other things in Spark's chat.

Source: https://www.xfyun.cn/doc/words/universal-character-recognition/API.html (error codes).
The provider gives the same codes for all its services under /v1/private/.
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
_OTHER = Words("请换一张图片。", "Choose another picture.")
_LATER = Words("请稍后重试。", "Try again a little later.")
_REPORT = Words("请把调用编号报告给调参台。", "Report the call's id to Tunedesk.")

# fmt: off
ERRORS: Mapping[str, ErrorRow] = {
    "10009": row(errors.InvalidRequest, "图片数据不合法。", "The picture's data is illegal.",
                 _OTHER),
    "10010": row(errors.Quota, "没有授权或授权数已满。",
                 "There is no licence, or none is left.", _CONSOLE),
    "10019": row(errors.Unavailable, "会话超时。", "The session timed out.", _LATER,
                 retryable=True),
    "10043": row(errors.InvalidRequest, "数据解码失败。", "The data could not be decoded.",
                 _OTHER),
    "10114": row(errors.Unavailable, "会话超时。", "The session timed out.", _LATER,
                 retryable=True),
    "10139": row(errors.InvalidParam, "参数错误。", "A parameter is wrong.", _REPORT),
    "10160": row(errors.InvalidRequest, "请求格式不合法。", "The request's format is illegal.",
                 _REPORT),
    "10161": row(errors.InvalidRequest, "图片的 base64 无效。",
                 "The picture's base64 is invalid.", _OTHER),
    "10163": row(errors.InvalidRequest, "参数缺失或不合法（图片过大也属此类）。",
                 "A parameter is missing or illegal; so is a picture that is too large.", _OTHER),
    "10200": row(errors.Unavailable, "读取数据超时。", "Reading the data timed out.", _LATER,
                 retryable=True),
    "10222": row(errors.Unavailable, "网络异常。", "The service had a network fault.", _LATER,
                 retryable=True),
    "10223": row(errors.Unavailable, "找不到引擎节点。", "No engine node was found.", _LATER,
                 retryable=True),
    "10313": row(errors.Authentication, "appid 与密钥不符。",
                 "The app_id does not match the key.", _CONSOLE),
    "10317": row(errors.InvalidRequest, "版本不合法。", "The version is illegal.", _REPORT),
    "10700": row(errors.Unavailable, "引擎异常。", "The engine failed.", _LATER, retryable=True),
    "11200": row(errors.Quota, "没有该功能的授权，或用量已用完。",
                 "The function is not licensed, or its volume is used up.", _CONSOLE),
    "11201": row(errors.Quota, "今日次数已用完。", "Today's calls are used up.",
                 Words("请明天再试或提升配额。", "Try tomorrow or raise the quota.")),
    "11503": row(errors.Unavailable, "服务内部响应数据错误。",
                 "The service's own data was wrong.", _LATER, retryable=True),
}
# fmt: on
