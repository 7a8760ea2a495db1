"""The error codes of the Chinese OpenAI-compatible services.

Sources: https://help.aliyun.com/zh/model-studio/error-code,
https://platform.kimi.com/docs/api/errors, https://docs.bigmodel.cn/cn/api/api-code,
https://www.volcengine.com/docs/82379/1299023,
https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions,
https://api-docs.deepseek.com/api/create-chat-completion
"""

from __future__ import annotations

from backends import errors
from backends.errors import ErrorTable
from backends.providers.openai_error_parts import (
    ACCOUNT,
    AGAIN,
    FIX,
    KEY,
    LATER,
    MODEL,
    OPEN,
    REPHRASE,
    SHORTEN,
    TIMES,
    TOP_UP,
    WAIT,
    many,
)
from backends.providers.openai_style import ERRORS

# fmt: off
DEEPSEEK: ErrorTable = {
    **ERRORS,
    # A finish reason.
    **many("insufficient_system_resource", errors.Unavailable, "服务资源不足，回答中断。",
           "The service ran out of resources; the answer was interrupted.", LATER),
}
DASHSCOPE: ErrorTable = {
    **ERRORS,
    **many("InvalidApiKey invalid_api_key", errors.Authentication, "密钥不正确。",
           "The API key is not right.", KEY),
    **many("AccessDenied access_denied Model.AccessDenied", errors.Authentication,
           "该密钥无权使用这个模型。", "This key may not use the model.", OPEN),
    **many("ModelNotFound model_not_found model_not_supported", errors.UnknownModel,
           "没有这个模型，或它不支持这种接口。",
           "There is no such model, or it is not served by this interface.", MODEL),
    **many("InvalidParameter invalid_parameter_error", errors.InvalidParam,
           "有参数不被接受，或输入超长。", "A parameter is not accepted, or the input is too long.",
           FIX),
    **many("DataInspectionFailed data_inspection_failed", errors.ContentFilter,
           "输入或输出可能含有不当内容。", "Input or output may hold improper content.", REPHRASE),
    **many("Arrearage PrepaidBillOverdue PostpaidBillOverdue", errors.Quota, "账户欠费。",
           "The account is overdue.", TOP_UP),
    **many("AllocationQuota.FreeTierOnly", errors.Quota,
           "免费额度已用完，而账户设为只用免费额度。",
           "The free quota is used up, and the account is set to use nothing else.", ACCOUNT),
    **many("Throttling Throttling.RateQuota LimitRequests limit_requests", errors.RateLimit,
           "请求过于频繁。", "There are too many requests.", WAIT),
    **many("Throttling.BurstRate limit_burst_rate", errors.RateLimit,
           "请求数增长过快。", "Requests grew too fast.", WAIT),
    # Despite its name no balance: so many tokens a second or minute, and no more.
    **many("Throttling.AllocationQuota insufficient_quota", errors.RateLimit,
           "已达到每分钟 token 上限。", "The tokens-per-minute limit is reached.", WAIT),
    **many("InternalError internal_error", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", LATER),
    **many("ModelUnavailable ModelServingError RequestTimeOut", errors.Unavailable,
           "模型暂时不可用。", "The model is unavailable at the moment.", LATER),
}
MOONSHOT: ErrorTable = {
    **ERRORS,
    **many("content_filter", errors.ContentFilter, "内容未通过安全审核。",
           "It did not pass the safety review.", REPHRASE),
    **many("invalid_request_error", errors.InvalidRequest,
           "请求不被接受：参数有误，或对话加输出超过模型长度。",
           "The request was not accepted: a parameter is wrong, or conversation and output "
           "together are too long.", FIX),
    **many("invalid_authentication_error incorrect_api_key_error", errors.Authentication,
           "密钥不正确。", "The API key is not right.", KEY),
    **many("permission_denied_error", errors.Authentication, "该密钥无权这样做。",
           "This key may not do that.", ACCOUNT),
    **many("resource_not_found_error", errors.UnknownModel,
           "模型不存在、已下线，或该账户无权使用。",
           "The model does not exist, is retired, or is not open to the account.", MODEL),
    **many("exceeded_current_quota_error", errors.Quota, "账户余额不足或已停用。",
           "The account has no balance left or is suspended.", TOP_UP),
    **many("rate_limit_reached_error", errors.RateLimit, "已达到并发或速率上限。",
           "The limit of concurrent or frequent requests is reached.", WAIT),
    **many("engine_overloaded_error", errors.RateLimit, "服务过载。",
           "The service is overloaded.", LATER),
    **many("server_error unexpected_output", errors.Unavailable, "服务内部错误。",
           "The service has an internal error.", LATER),
}
ZHIPU: ErrorTable = {
    **many("500 1200 1230 1234", errors.Unavailable, "服务内部或网络错误。",
           "The service has an internal or network error.", LATER),
    **many("1000 1001 1002 1004", errors.Authentication, "密钥缺失或不正确。",
           "The key is missing or not right.", KEY),
    **many("1003", errors.Authentication, "令牌已过期。", "The token has expired.", KEY),
    **many("1100 1110 1111 1112 1120 1121", errors.Authentication,
           "账户不可用：未激活、不存在或被锁定。",
           "The account cannot be used: inactive, absent or locked.", ACCOUNT),
    **many("1113", errors.Quota, "账户欠费。", "The account is overdue.", TOP_UP),
    **many("1210 1213 1214 1215", errors.InvalidParam, "有参数缺失、有误或互相冲突。",
           "A parameter is missing, wrong or in conflict with another.", FIX),
    **many("1211 1212 1221 1222", errors.UnknownModel, "模型或接口不存在、已下线或不支持这种调用。",
           "The model or interface does not exist, is retired or cannot be called so.", MODEL),
    **many("1220 1311", errors.Authentication, "该账户无权使用这个模型或接口。",
           "The account may not use this model or interface.", OPEN),
    **many("1231", errors.InvalidRequest, "同一编号的请求已存在。",
           "A request of this id already exists.", AGAIN),
    **many("1261", errors.ContextLength, "输入超长。", "The input is too long.", SHORTEN),
    **many("1300 1301", errors.ContentFilter, "输入或输出可能含有不安全内容。",
           "Input or output may hold unsafe content.", REPHRASE),
    **many("1302", errors.RateLimit, "并发数过高。", "Too many requests at once.", WAIT),
    **many("1303 1305", errors.RateLimit, "请求过于频繁。", "There are too many requests.", WAIT),
    **many("1304 1308 1310", errors.Quota, "已达到今日、本周或本月的用量上限。",
           "The allowance of the day, week or month is used up.", TIMES),
    **many("1309", errors.Quota, "套餐已到期。", "The plan has expired.", TOP_UP),
    **many("1312", errors.Unavailable, "该模型访问量过大。", "The model is overloaded.", LATER),
    **many("1313", errors.RateLimit, "账户因公平使用策略被限速。",
           "The account is slowed down by the fair-use policy.", ACCOUNT),
    # Finish reasons.
    **many("sensitive", errors.ContentFilter, "内容未通过安全审核。",
           "It did not pass the safety review.", REPHRASE),
    **many("network_error", errors.Unavailable, "模型推理异常。", "The model failed.", LATER),
    **many("model_context_window_exceeded", errors.ContextLength, "对话超过了模型的上下文长度。",
           "The conversation exceeds the model's context.", SHORTEN),
}
ARK: ErrorTable = {
    **many("AuthenticationError", errors.Authentication, "密钥缺失或不正确。",
           "The key is missing or not right.", KEY),
    **many("InvalidAccountStatus AccessDenied OperationDenied.PermissionDenied",
           errors.Authentication, "账户状态异常或无权访问。",
           "The account is not in order or may not do that.", ACCOUNT),
    **many("OperationDenied.ServiceNotOpen ModelNotOpen", errors.Authentication,
           "尚未开通该模型。", "The model is not open to the account.", OPEN),
    **many("InvalidEndpointOrModel.NotFound InvalidEndpointOrModel.ModelIDAccessDisabled "
           "InvalidEndpoint.ClosedEndpoint", errors.UnknownModel,
           "模型或接入点不存在、已关闭，或不能以模型名调用。",
           "The model or endpoint does not exist, is closed, or cannot be called by that name.",
           MODEL),
    **many("AccountOverdueError OperationDenied.ServiceOverdue", errors.Quota, "账户欠费。",
           "The account is overdue.", TOP_UP),
    **many("QuotaExceeded", errors.Quota, "额度已用完。", "The quota is used up.", ACCOUNT),
    **many("SetLimitExceeded", errors.Quota, "已达到安全体验模式的限额，模型已暂停。",
           "The limit of the trial mode is reached; the model is paused.", ACCOUNT),
    **many("InvalidParameter MissingParameter InvalidParameter.UnsupportedParameter",
           errors.InvalidParam, "有参数缺失、有误或不被该模型支持。",
           "A parameter is missing, wrong or not supported by this model.", FIX),
    **many("InvalidArgumentError.UnknownRole", errors.InvalidHistory, "有轮次的角色不被支持。",
           "A turn has a role that is not supported.", SHORTEN),
    **many("SensitiveContentDetected SensitiveContentDetected.SevereViolation "
           "SensitiveContentDetected.Violence InputTextSensitiveContentDetected "
           "InputImageSensitiveContentDetected OutputTextSensitiveContentDetected",
           errors.ContentFilter, "输入或输出可能含有敏感内容。",
           "Input or output may hold sensitive content.", REPHRASE),
    **many("RateLimitExceeded.EndpointRPMExceeded ModelAccountRpmRateLimitExceeded "
           "APIAccountRpmRateLimitExceeded AccountRateLimitExceeded", errors.RateLimit,
           "已达到每分钟请求数上限。", "The requests-per-minute limit is reached.", WAIT),
    **many("RateLimitExceeded.EndpointTPMExceeded ModelAccountTpmRateLimitExceeded",
           errors.RateLimit, "已达到每分钟 token 上限。",
           "The tokens-per-minute limit is reached.", WAIT),
    **many("RequestBurstTooFast InflightBatchsizeExceeded", errors.RateLimit,
           "请求增长过快或并发过高。", "Requests grew too fast or are too many at once.", WAIT),
    **many("ServerOverloaded InternalServiceError", errors.Unavailable, "服务过载或内部错误。",
           "The service is overloaded or has an internal error.", LATER),
}
# Its document prints 50505; users print the others.
SILICONFLOW: ErrorTable = {
    **many("20012", errors.UnknownModel, "没有这个模型。", "There is no such model.", MODEL),
    **many("30001", errors.Quota, "账户余额不足。", "The account's balance is used up.", TOP_UP),
    **many("50505", errors.Unavailable, "模型服务过载。", "The model is overloaded.", LATER),
}
