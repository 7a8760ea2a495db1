"""The error codes of the OpenAI-compatible services that document their own.

Sources: https://help.aliyun.com/zh/model-studio/error-code,
https://platform.kimi.com/docs/api/errors, https://docs.bigmodel.cn/cn/api/api-code,
https://www.volcengine.com/docs/82379/1299023,
https://platform.openai.com/docs/guides/error-codes,
https://openrouter.ai/docs/api_reference/errors-and-debugging,
https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions,
https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server-common.cpp
"""

from __future__ import annotations

from backends import errors
from backends.errors import ErrorRow, ErrorTable, ProviderError, row
from backends.providers.openai_style import ERRORS
from backends.types import Words

_KEY = Words("请检查密钥。", "Check the key.")
_ACCOUNT = Words("请到服务商控制台查看账户。", "Look at the account in the provider's console.")
_OPEN = Words("请到服务商控制台开通。", "Open it in the provider's console.")
_TOP_UP = Words("请到服务商控制台充值。", "Top it up in the provider's console.")
_MODEL = Words("请换一个模型。", "Choose another model.")
_FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")
_SHORTEN = Words(
    "请缩短问题、人设或开始新对话。", "Shorten the question or persona, or start a new chat."
)
_REPHRASE = Words("请改写后再发送。", "Rephrase it, then send again.")
_WAIT = Words("请等到下一分钟再发送。", "Wait for the next minute, then send again.")
_AGAIN = Words("请重新发送。", "Send it anew.")
_LATER = Words("请稍后重试。", "Try again a little later.")
_TIMES = Words("请到额度重置后再发送。", "Send again once the allowance is renewed.")


def _all(
    codes: str, kind: type[ProviderError], zh: str, en: str, todo: Words
) -> dict[str, ErrorRow]:
    """One meaning under several codes; what passes by itself may be tried again."""
    passes = todo in (_WAIT, _LATER)
    return {code: row(kind, zh, en, todo, retryable=passes) for code in codes.split()}


# fmt: off
DEEPSEEK: ErrorTable = {
    **ERRORS,
    # A finish reason.
    **_all("insufficient_system_resource", errors.Unavailable, "服务资源不足，回答中断。",
           "The service ran out of resources; the answer was interrupted.", _LATER),
}
DASHSCOPE: ErrorTable = {
    **ERRORS,
    **_all("InvalidApiKey invalid_api_key", errors.Authentication, "密钥不正确。",
           "The API key is not right.", _KEY),
    **_all("AccessDenied access_denied Model.AccessDenied", errors.Authentication,
           "该密钥无权使用这个模型。", "This key may not use the model.", _OPEN),
    **_all("ModelNotFound model_not_found model_not_supported", errors.UnknownModel,
           "没有这个模型，或它不支持这种接口。",
           "There is no such model, or it is not served by this interface.", _MODEL),
    **_all("InvalidParameter invalid_parameter_error", errors.InvalidParam,
           "有参数不被接受，或输入超长。", "A parameter is not accepted, or the input is too long.",
           _FIX),
    **_all("DataInspectionFailed data_inspection_failed", errors.ContentFilter,
           "输入或输出可能含有不当内容。", "Input or output may hold improper content.", _REPHRASE),
    **_all("Arrearage PrepaidBillOverdue PostpaidBillOverdue", errors.Quota, "账户欠费。",
           "The account is overdue.", _TOP_UP),
    **_all("AllocationQuota.FreeTierOnly", errors.Quota,
           "免费额度已用完，而账户设为只用免费额度。",
           "The free quota is used up, and the account is set to use nothing else.", _ACCOUNT),
    **_all("Throttling Throttling.RateQuota LimitRequests limit_requests", errors.RateLimit,
           "请求过于频繁。", "There are too many requests.", _WAIT),
    **_all("Throttling.BurstRate limit_burst_rate", errors.RateLimit,
           "请求数增长过快。", "Requests grew too fast.", _WAIT),
    # Despite its name no balance: so many tokens a second or minute, and no more.
    **_all("Throttling.AllocationQuota insufficient_quota", errors.RateLimit,
           "已达到每分钟 token 上限。", "The tokens-per-minute limit is reached.", _WAIT),
    **_all("InternalError internal_error", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", _LATER),
    **_all("ModelUnavailable ModelServingError RequestTimeOut", errors.Unavailable,
           "模型暂时不可用。", "The model is unavailable at the moment.", _LATER),
}
MOONSHOT: ErrorTable = {
    **ERRORS,
    **_all("content_filter", errors.ContentFilter, "内容未通过安全审核。",
           "It did not pass the safety review.", _REPHRASE),
    **_all("invalid_request_error", errors.InvalidRequest,
           "请求不被接受：参数有误，或对话加输出超过模型长度。",
           "The request was not accepted: a parameter is wrong, or conversation and output "
           "together are too long.", _FIX),
    **_all("invalid_authentication_error incorrect_api_key_error", errors.Authentication,
           "密钥不正确。", "The API key is not right.", _KEY),
    **_all("permission_denied_error", errors.Authentication, "该密钥无权这样做。",
           "This key may not do that.", _ACCOUNT),
    **_all("resource_not_found_error", errors.UnknownModel,
           "模型不存在、已下线，或该账户无权使用。",
           "The model does not exist, is retired, or is not open to the account.", _MODEL),
    **_all("exceeded_current_quota_error", errors.Quota, "账户余额不足或已停用。",
           "The account has no balance left or is suspended.", _TOP_UP),
    **_all("rate_limit_reached_error", errors.RateLimit, "已达到并发或速率上限。",
           "The limit of concurrent or frequent requests is reached.", _WAIT),
    **_all("engine_overloaded_error", errors.RateLimit, "服务过载。",
           "The service is overloaded.", _LATER),
    **_all("server_error unexpected_output", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", _LATER),
}
ZHIPU: ErrorTable = {
    **_all("500 1200 1230 1234", errors.Unavailable, "服务内部或网络错误。",
           "The service has an internal or network error.", _LATER),
    **_all("1000 1001 1002 1004", errors.Authentication, "密钥缺失或不正确。",
           "The key is missing or not right.", _KEY),
    **_all("1003", errors.Authentication, "令牌已过期。", "The token has expired.", _KEY),
    **_all("1100 1110 1111 1112 1120 1121", errors.Authentication,
           "账户不可用：未激活、不存在或被锁定。",
           "The account cannot be used: inactive, absent or locked.", _ACCOUNT),
    **_all("1113", errors.Quota, "账户欠费。", "The account is overdue.", _TOP_UP),
    **_all("1210 1213 1214 1215", errors.InvalidParam, "有参数缺失、有误或互相冲突。",
           "A parameter is missing, wrong or in conflict with another.", _FIX),
    **_all("1211 1212 1221 1222", errors.UnknownModel, "模型或接口不存在、已下线或不支持这种调用。",
           "The model or interface does not exist, is retired or cannot be called so.", _MODEL),
    **_all("1220 1311", errors.Authentication, "该账户无权使用这个模型或接口。",
           "The account may not use this model or interface.", _OPEN),
    **_all("1231", errors.InvalidRequest, "同一编号的请求已存在。",
           "A request of this id already exists.", _AGAIN),
    **_all("1261", errors.ContextLength, "输入超长。", "The input is too long.", _SHORTEN),
    **_all("1300 1301", errors.ContentFilter, "输入或输出可能含有不安全内容。",
           "Input or output may hold unsafe content.", _REPHRASE),
    **_all("1302", errors.RateLimit, "并发数过高。", "Too many requests at once.", _WAIT),
    **_all("1303 1305", errors.RateLimit, "请求过于频繁。", "There are too many requests.", _WAIT),
    **_all("1304 1308 1310", errors.Quota, "已达到今日、本周或本月的用量上限。",
           "The allowance of the day, week or month is used up.", _TIMES),
    **_all("1309", errors.Quota, "套餐已到期。", "The plan has expired.", _TOP_UP),
    **_all("1312", errors.Unavailable, "该模型访问量过大。", "The model is overloaded.", _LATER),
    **_all("1313", errors.RateLimit, "账户因公平使用策略被限速。",
           "The account is slowed down by the fair-use policy.", _ACCOUNT),
    # Finish reasons.
    **_all("sensitive", errors.ContentFilter, "内容未通过安全审核。",
           "It did not pass the safety review.", _REPHRASE),
    **_all("network_error", errors.Unavailable, "模型推理异常。", "The model failed.", _LATER),
    **_all("model_context_window_exceeded", errors.ContextLength, "对话超过了模型的上下文长度。",
           "The conversation exceeds the model's context.", _SHORTEN),
}
ARK: ErrorTable = {
    **_all("AuthenticationError", errors.Authentication, "密钥缺失或不正确。",
           "The key is missing or not right.", _KEY),
    **_all("InvalidAccountStatus AccessDenied OperationDenied.PermissionDenied",
           errors.Authentication, "账户状态异常或无权访问。",
           "The account is not in order or may not do that.", _ACCOUNT),
    **_all("OperationDenied.ServiceNotOpen ModelNotOpen", errors.Authentication,
           "尚未开通该模型。", "The model is not open to the account.", _OPEN),
    **_all("InvalidEndpointOrModel.NotFound InvalidEndpointOrModel.ModelIDAccessDisabled "
           "InvalidEndpoint.ClosedEndpoint", errors.UnknownModel,
           "模型或接入点不存在、已关闭，或不能以模型名调用。",
           "The model or endpoint does not exist, is closed, or cannot be called by that name.",
           _MODEL),
    **_all("AccountOverdueError OperationDenied.ServiceOverdue", errors.Quota, "账户欠费。",
           "The account is overdue.", _TOP_UP),
    **_all("QuotaExceeded", errors.Quota, "额度已用完。", "The quota is used up.", _ACCOUNT),
    **_all("SetLimitExceeded", errors.Quota, "已达到安全体验模式的限额，模型已暂停。",
           "The limit of the trial mode is reached; the model is paused.", _ACCOUNT),
    **_all("InvalidParameter MissingParameter InvalidParameter.UnsupportedParameter",
           errors.InvalidParam, "有参数缺失、有误或不被该模型支持。",
           "A parameter is missing, wrong or not supported by this model.", _FIX),
    **_all("InvalidArgumentError.UnknownRole", errors.InvalidHistory, "有轮次的角色不被支持。",
           "A turn has a role that is not supported.", _SHORTEN),
    **_all("SensitiveContentDetected SensitiveContentDetected.SevereViolation "
           "SensitiveContentDetected.Violence InputTextSensitiveContentDetected "
           "InputImageSensitiveContentDetected OutputTextSensitiveContentDetected",
           errors.ContentFilter, "输入或输出可能含有敏感内容。",
           "Input or output may hold sensitive content.", _REPHRASE),
    **_all("RateLimitExceeded.EndpointRPMExceeded ModelAccountRpmRateLimitExceeded "
           "APIAccountRpmRateLimitExceeded AccountRateLimitExceeded", errors.RateLimit,
           "已达到每分钟请求数上限。", "The requests-per-minute limit is reached.", _WAIT),
    **_all("RateLimitExceeded.EndpointTPMExceeded ModelAccountTpmRateLimitExceeded",
           errors.RateLimit, "已达到每分钟 token 上限。",
           "The tokens-per-minute limit is reached.", _WAIT),
    **_all("RequestBurstTooFast InflightBatchsizeExceeded", errors.RateLimit,
           "请求增长过快或并发过高。", "Requests grew too fast or are too many at once.", _WAIT),
    **_all("ServerOverloaded InternalServiceError", errors.Unavailable, "服务过载或内部错误。",
           "The service is overloaded or has an internal error.", _LATER),
}
# Its document prints 50505; users print the others.
SILICONFLOW: ErrorTable = {
    **_all("20012", errors.UnknownModel, "没有这个模型。", "There is no such model.", _MODEL),
    **_all("30001", errors.Quota, "账户余额不足。", "The account's balance is used up.", _TOP_UP),
    **_all("50505", errors.Unavailable, "模型服务过载。", "The model is overloaded.", _LATER),
}
OPENROUTER: ErrorTable = {
    **_all("400", errors.InvalidRequest, "请求参数有误。", "A parameter of the request is wrong.",
           _FIX),
    **_all("401", errors.Authentication, "密钥无效、停用或已过期。",
           "The key is invalid, disabled or expired.", _KEY),
    **_all("402", errors.Quota, "账户余额不足。", "The account has too few credits.", _TOP_UP),
    **_all("403", errors.Authentication, "该密钥无权这样做，或输入未通过防护或审核。",
           "This key may not do that, or a guardrail or the moderation stopped the input.",
           _ACCOUNT),
    **_all("408", errors.Unavailable, "请求超时。", "The request timed out.", _LATER),
    **_all("429", errors.RateLimit, "已达到速率上限。", "The rate limit is reached.", _WAIT),
    **_all("502", errors.Unavailable, "所选模型不可用，或返回了无效的回答。",
           "The chosen model is down or gave an invalid answer.", _LATER),
    **_all("503", errors.Unavailable, "没有服务商满足路由要求。",
           "No provider meets the routing requirements.", _LATER),
}
OPENAI: ErrorTable = {
    **ERRORS,
    **_all("unsupported_parameter unsupported_value invalid_value", errors.InvalidParam,
           "有参数或取值不被该模型支持。",
           "A parameter or its value is not supported by this model.", _FIX),
    **_all("unsupported_country_region_territory", errors.Authentication,
           "所在国家或地区不受支持。", "The country or region is not supported.", _ACCOUNT),
    **_all("billing_hard_limit_reached", errors.Quota, "已达到账单上限。",
           "The billing limit is reached.", _ACCOUNT),
    **_all("server_error", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", _LATER),
}
# llama.cpp and vLLM name the kind of an error in its `type`.
LOCAL: ErrorTable = {
    **ERRORS,
    **_all("exceed_context_size_error", errors.ContextLength, "对话超过了上下文长度。",
           "The conversation exceeds the context.", _SHORTEN),
    **_all("invalid_request_error BadRequestError", errors.InvalidRequest, "请求不被接受。",
           "The request was not accepted.", _FIX),
    **_all("authentication_error", errors.Authentication, "密钥不正确。",
           "The API key is not right.", _KEY),
    **_all("not_found_error NotFoundError", errors.UnknownModel, "没有这个模型。",
           "There is no such model.", _MODEL),
    **_all("not_supported_error", errors.InvalidRequest, "该服务器没有开启这项功能。",
           "The server does not have this feature switched on.", _FIX),
    **_all("unavailable_error", errors.Unavailable, "模型正在加载。", "The model is loading.",
           _LATER),
    **_all("server_error InternalServerError", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", _LATER),
}
