"""What each OpenAI-compatible service says when it refuses: one table per service.

Codes and statuses are those of the documents named in `openai_services`; where a document gives
no text, the text is ours.
"""

from __future__ import annotations

from typing import Final

from . import errors as shapes
from .errors import Errors, Wording

_BAD: Final = "invalid_request_error"
_NO_MODEL: Final = "The model `{what}` does not exist or you do not have access to it."
OPENAI: Final = Errors(shapes.openai, {
    "json": Wording(400, None, _BAD, "We could not parse the JSON body of your request."),
    "missing": Wording(400, "missing_required_parameter", _BAD,
                       "Missing required parameter: '{param}'."),
    "invalid": Wording(400, "invalid_value", _BAD),
    "unknown": Wording(400, None, _BAD, "Unrecognized request argument supplied: {what}"),
    "unsupported": Wording(400, "unsupported_parameter", _BAD,
                           "Unsupported parameter: '{param}' is not supported with this model."),
    "fixed": Wording(400, "unsupported_value", _BAD,
                     "Unsupported value: '{param}'. Only the default ({what}) is supported."),
    "model": Wording(404, "model_not_found", _BAD, _NO_MODEL),
    "context": Wording(400, "context_length_exceeded", _BAD),
    "key": Wording(401, "invalid_api_key", _BAD, "Incorrect API key provided."),
    "no key": Wording(401, None, _BAD, "You didn't provide an API key."),
    "limited": Wording(429, "rate_limit_exceeded", "{what}", "Rate limit reached for {what}."),
    "quota": Wording(429, "insufficient_quota", "insufficient_quota",
                     "You exceeded your current quota."),
    "unavailable": Wording(503, "service_unavailable", "server_error", "The server is overloaded."),
    "path": Wording(404, None, _BAD, "Invalid URL ({what})"),
    "method": Wording(405, "method_not_supported", _BAD, "Not allowed: {what}"),
})  # fmt: skip
DEEPSEEK: Final = Errors(shapes.unnamed, {
    "json": Wording(400, _BAD, _BAD, "The body is not a JSON object."),
    "invalid": Wording(422, _BAD, _BAD),
    "model": Wording(400, _BAD, _BAD, "Model Not Exist"),
    "context": Wording(400, _BAD, _BAD),
    "key": Wording(401, _BAD, "authentication_error", "Authentication Fails, the key is invalid"),
    "limited": Wording(429, "rate_limit_reached", "rate_limit_error", "Rate limit reached."),
    "quota": Wording(402, _BAD, "unknown_error", "Insufficient Balance"),
    "unavailable": Wording(503, "service_unavailable", "service_unavailable_error",
                           "Service is too busy."),
    "path": Wording(404, None, _BAD, "{what}"),
})  # fmt: skip
DASHSCOPE: Final = Errors(shapes.dashscope, {
    "invalid": Wording(400, "invalid_parameter_error", _BAD),
    "model": Wording(404, "model_not_found", _BAD, _NO_MODEL),
    "key": Wording(401, "invalid_api_key", _BAD, "Incorrect API key provided."),
    "limited": Wording(429, "limit_requests", "limit_requests",
                       "You exceeded your current {what} list."),
    "quota": Wording(400, "Arrearage", "Arrearage", "The account is not in good standing."),
    "unavailable": Wording(503, "service_unavailable", "service_unavailable", "Too many requests."),
    "path": Wording(404, "not_found", _BAD, "{what}"),
})  # fmt: skip
MOONSHOT: Final = Errors(shapes.moonshot, {
    "invalid": Wording(400, None, _BAD),
    "fixed": Wording(400, None, _BAD, "invalid {param}: only {what} is allowed for this model"),
    "model": Wording(404, None, "resource_not_found_error",
                     "Not found the model {what} or Permission denied"),
    "key": Wording(401, None, "invalid_authentication_error", "Invalid Authentication"),
    "limited": Wording(429, None, "rate_limit_reached_error", "max {what} reached"),
    "quota": Wording(429, None, "exceeded_current_quota_error", "The account has no balance."),
    "unavailable": Wording(429, None, "engine_overloaded_error",
                           "The engine is currently overloaded, please try again later"),
    "path": Wording(404, None, "resource_not_found_error", "{what}"),
})  # fmt: skip
ZHIPU: Final = Errors(shapes.zhipu, {
    "json": Wording(400, "1210", "", "API 调用参数有误，请检查文档。"),
    "missing": Wording(400, "1213", "", "未正常接收到{param}参数。"),
    "invalid": Wording(400, "1214", "", "{param}参数非法。请检查文档。{what}"),
    "model": Wording(400, "1211", "", "模型不存在，请检查模型代码。"),
    "context": Wording(400, "1261", "", "Prompt 超长"),
    "key": Wording(401, "1002", "", "Authentication Token 非法"),
    "no key": Wording(401, "1001", "", "Header 中未收到 Authentication 参数，无法进行身份验证"),
    "limited": Wording(429, "1302", "", "您当前使用该 API 的并发数过高"),
    "quota": Wording(429, "1113", "", "您的账户已欠费，请充值后重试"),
    "unavailable": Wording(500, "500", "", "内部错误"),
    "path": Wording(404, "1222", "", "API {what} 不存在"),
})  # fmt: skip
ARK: Final = Errors(shapes.ark, {
    "missing": Wording(400, "MissingParameter", "BadRequest",
                       "The request failed because it is missing the `{param}` parameter."),
    "invalid": Wording(400, "InvalidParameter", "BadRequest"),
    "model": Wording(404, "InvalidEndpointOrModel.NotFound", "NotFound",
                     "The model or endpoint {what} does not exist or is not open to you."),
    "key": Wording(401, "AuthenticationError", "Unauthorized",
                   "The API key or AK/SK in the request is missing or invalid."),
    "limited": Wording(429, "RateLimitExceeded.EndpointRPMExceeded", "TooManyRequests",
                       "The limit of {what} per minute has been exceeded."),
    "quota": Wording(403, "AccountOverdueError", "Forbidden", "The account is overdue."),
    "unavailable": Wording(429, "ServerOverloaded", "TooManyRequests", "Overloaded."),
    "path": Wording(404, "InvalidAction", "NotFound", "{what}"),
})  # fmt: skip
SILICONFLOW: Final = Errors(shapes.siliconflow, {
    "invalid": Wording(400, 20015),
    "model": Wording(400, 20012, "", "Model does not exist. Please check it carefully."),
    "key": Wording(401, None, "", "Invalid token"),
    "limited": Wording(429, None, "", "Request was rejected due to rate limiting. Details: {what}"),
    "quota": Wording(403, 30001, "", "The account balance is insufficient."),
    "unavailable": Wording(503, 50505, "", "Model service overloaded. Please try again later."),
    "path": Wording(404, None, "", "404 page not found"),
})  # fmt: skip
OPENROUTER: Final = Errors(shapes.openrouter, {
    "invalid": Wording(400),
    "model": Wording(400, None, "", "{what} is not a valid model ID"),
    "key": Wording(401, None, "", "User not found."),
    "no key": Wording(401, None, "", "No auth credentials found"),
    "limited": Wording(429, None, "", "Rate limit exceeded: {what}"),
    "quota": Wording(402, None, "", "Insufficient credits."),
    "unavailable": Wording(502, None, "", "Provider returned error"),
    "path": Wording(404, None, "", "Not Found"),
})  # fmt: skip
HUGGINGFACE: Final = Errors(shapes.huggingface, {
    "invalid": Wording(400, "invalid_value", _BAD),
    "model": Wording(400, "model_not_supported", _BAD,
                     "The requested model '{what}' is not supported by any provider you have "
                     "enabled."),
    "key": Wording(401, None, "", "Invalid username or password."),
    "limited": Wording(429, None, "", "Rate limit reached."),
    "quota": Wording(402, None, "", "You have exceeded your monthly included credits."),
    "unavailable": Wording(503, None, "", "Service unavailable"),
    "path": Wording(404, None, "", "Not Found"),
})  # fmt: skip
OLLAMA: Final = Errors(shapes.unnamed, {
    "invalid": Wording(400, None, _BAD),
    "model": Wording(404, None, "not_found_error", "model '{what}' not found"),
    "key": Wording(401, None, "api_error", "unauthorized"),
    "limited": Wording(429, None, "api_error", "too many requests"),
    "quota": Wording(402, None, "api_error", "usage limit reached"),
    "unavailable": Wording(503, None, "api_error", "server busy, please try again"),
    "path": Wording(404, None, "not_found_error", "404 page not found"),
})  # fmt: skip
VLLM: Final = Errors(shapes.vllm, {
    "invalid": Wording(400, None, "BadRequestError"),
    "model": Wording(404, None, "NotFoundError", "The model `{what}` does not exist."),
    "key": Wording(401, None, "", "Unauthorized"),
    "limited": Wording(429, None, "Too Many Requests", "Too many {what}."),
    "quota": Wording(403, None, "Forbidden", "Quota exceeded."),
    "unavailable": Wording(503, None, "Service Unavailable", "The server is overloaded."),
    "path": Wording(404, None, "", "Not Found"),
    "method": Wording(405, None, "", "Method Not Allowed"),
})  # fmt: skip
LLAMACPP: Final = Errors(shapes.llamacpp, {
    "invalid": Wording(400, None, _BAD),
    "context": Wording(400, None, "exceed_context_size_error"),
    "key": Wording(401, None, "authentication_error", "Invalid API Key"),
    "limited": Wording(429, None, "unavailable_error", "Too many {what}."),
    "quota": Wording(403, None, "permission_error", "Not allowed."),
    "unavailable": Wording(503, None, "unavailable_error", "Loading model"),
    "path": Wording(404, None, "not_found_error", "File Not Found"),
})  # fmt: skip
LMSTUDIO: Final = Errors(shapes.openai, {
    "invalid": Wording(400, None, _BAD),
    "model": Wording(400, "model_not_found", _BAD,
                     'Invalid model identifier "{what}". Please specify a valid downloaded model.'),
    "key": Wording(401, "invalid_api_key", _BAD, "Invalid API token."),
    "limited": Wording(429, None, _BAD, "Too many {what}."),
    "quota": Wording(403, None, _BAD, "Not allowed."),
    "unavailable": Wording(503, None, _BAD, "No models loaded."),
    "path": Wording(404, None, _BAD, "Unexpected endpoint or method. ({what})"),
})  # fmt: skip
