"""The error codes of the other OpenAI-compatible services, and of the local servers.

Sources: https://platform.openai.com/docs/guides/error-codes,
https://openrouter.ai/docs/api_reference/errors-and-debugging,
https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server-common.cpp
"""

from __future__ import annotations

from backends import errors
from backends.errors import ErrorTable
from backends.providers.openai_error_parts import (
    ACCOUNT,
    FIX,
    KEY,
    LATER,
    MODEL,
    SHORTEN,
    TOP_UP,
    WAIT,
    many,
)
from backends.providers.openai_style import ERRORS

# fmt: off
OPENROUTER: ErrorTable = {
    **many("400", errors.InvalidRequest, "请求参数有误。", "A parameter of the request is wrong.",
           FIX),
    **many("401", errors.Authentication, "密钥无效、停用或已过期。",
           "The key is invalid, disabled or expired.", KEY),
    **many("402", errors.Quota, "账户余额不足。", "The account has too few credits.", TOP_UP),
    **many("403", errors.Authentication, "该密钥无权这样做，或输入未通过防护或审核。",
           "This key may not do that, or a guardrail or the moderation stopped the input.",
           ACCOUNT),
    **many("408", errors.Unavailable, "请求超时。", "The request timed out.", LATER),
    **many("429", errors.RateLimit, "已达到速率上限。", "The rate limit is reached.", WAIT),
    **many("502", errors.Unavailable, "所选模型不可用，或返回了无效的回答。",
           "The chosen model is down or gave an invalid answer.", LATER),
    **many("503", errors.Unavailable, "没有服务商满足路由要求。",
           "No provider meets the routing requirements.", LATER),
}
OPENAI: ErrorTable = {
    **ERRORS,
    **many("unsupported_parameter unsupported_value invalid_value", errors.InvalidParam,
           "有参数或取值不被该模型支持。",
           "A parameter or its value is not supported by this model.", FIX),
    **many("unsupported_country_region_territory", errors.Authentication,
           "所在国家或地区不受支持。", "The country or region is not supported.", ACCOUNT),
    **many("billing_hard_limit_reached", errors.Quota, "已达到账单上限。",
           "The billing limit is reached.", ACCOUNT),
    **many("server_error", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", LATER),
}
# llama.cpp and vLLM name the kind of an error in its `type`.
LOCAL: ErrorTable = {
    **ERRORS,
    **many("exceed_context_size_error", errors.ContextLength, "对话超过了上下文长度。",
           "The conversation exceeds the context.", SHORTEN),
    **many("invalid_request_error BadRequestError", errors.InvalidRequest, "请求不被接受。",
           "The request was not accepted.", FIX),
    **many("authentication_error", errors.Authentication, "密钥不正确。",
           "The API key is not right.", KEY),
    **many("not_found_error NotFoundError", errors.UnknownModel, "没有这个模型。",
           "There is no such model.", MODEL),
    **many("not_supported_error", errors.InvalidRequest, "该服务器没有开启这项功能。",
           "The server does not have this feature switched on.", FIX),
    **many("unavailable_error", errors.Unavailable, "模型正在加载。", "The model is loading.",
           LATER),
    **many("server_error InternalServerError", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", LATER),
}
