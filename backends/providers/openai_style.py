"""Services that speak OpenAI's chat completions: one class, one row each.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backends import errors, params
from backends.errors import ErrorRow, ErrorTable
from backends.line import Line
from backends.provider import (
    Access,
    id_of,
    parse,
    rate_limit,
    refusal,
    shaped,
    text_of,
    usage_of,
    wire_messages,
)
from backends.types import ChatRequest, Delta, ModelSpec, ParamSpec, Words
from backends.wire import Reply, as_json, post

DEEPSEEK_DOC = "https://api-docs.deepseek.com/api/create-chat-completion"

FINISH = {"normal": "stop"}

ERRORS: Mapping[str, ErrorRow] = {
    "invalid_api_key": ErrorRow(
        errors.Authentication,
        Words("密钥不正确。", "The API key is not right."),
        Words("请检查环境变量或 .env 中的密钥。", "Check it in the environment or .env."),
    ),
    "model_not_found": ErrorRow(
        errors.UnknownModel,
        Words("该服务没有这个模型。", "The service has no such model."),
        Words("请换一个模型名。", "Choose another model name."),
    ),
    "context_length_exceeded": ErrorRow(
        errors.ContextLength,
        Words("对话超过了该模型的上下文长度。", "The conversation exceeds the model's context."),
        Words("请缩短问题或开始新对话。", "Shorten the question or start a new chat."),
    ),
    "insufficient_quota": ErrorRow(
        errors.Quota,
        Words("账户余额或额度不足。", "The account's balance or quota is used up."),
        Words("请到服务商控制台充值。", "Top it up in the provider's console."),
    ),
}


@dataclass(frozen=True)
class OpenAIStyle:
    """One service. `known` are the parameters tried on a model that has no row of its own."""

    name: str
    label: Words
    url_variable: str
    url_default: str
    key_variable: str
    models: tuple[ModelSpec, ...]
    known: tuple[ParamSpec, ...]
    errors: ErrorTable = field(default_factory=lambda: ERRORS)
    open_models: bool = True

    @property
    def base_urls(self) -> Mapping[str, str]:
        return {self.url_variable: self.url_default}

    @property
    def credentials(self) -> tuple[tuple[str, ...], ...]:
        return ((self.key_variable,),)

    def unknown_model(self, name: str) -> ModelSpec:
        """A model without a row: the service's parameters, no range claimed."""
        loose = tuple(
            spec.but(minimum=None, maximum=None, default=None, exclusive_minimum=False)
            for spec in self.known
        )
        return ModelSpec(name, name, loose, status="unknown")

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        key = access.key(self.key_variable)
        reply = post(
            line,
            access.url(self.url_variable) + "/chat/completions",
            chat_body(request, model, params),
            auth="bearer",
            shown={"Authorization": f"Bearer ${self.key_variable}"},
            secret_headers={"Authorization": f"Bearer {key}"},
        )
        yield from chat_deltas(reply, self.errors)


def chat_body(request: ChatRequest, model: ModelSpec, params: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON body of a chat completion; usage is asked for in streams too."""
    body = {
        "model": model.endpoint or model.name,
        "messages": wire_messages(request, system_role=True),
        **params,
        "stream": request.stream,
    }
    if request.stream:
        body["stream_options"] = {"include_usage": True}
    return body


def chat_deltas(reply: Reply, table: ErrorTable) -> Iterator[Delta]:
    """What an OpenAI-style service answers, whole or streamed, whatever was asked for.

    Raises:
        ProviderError: the service said so. Protocol: it ended without an end marker.
    """
    yield Delta(
        rate_limit=rate_limit(reply.headers), request_id=id_of(reply.headers.get("x-request-id"))
    )
    if reply.status != 200 or reply.is_json:
        yield _whole(reply, table)
        return
    finished = shown = False
    try:
        for event in reply.events():
            if event.strip() == "[DONE]":
                finished = finished or shown
                break
            delta = shaped(_delta, _checked(parse(event), reply, table))
            finished = finished or delta.finish_reason is not None
            shown = shown or bool(delta.text or delta.reasoning)
            yield delta
    except errors.Cancelled:
        raise
    except errors.Transport:
        # The answer is whole once its last choice said so; what broke after it changes nothing.
        if not finished:
            raise
    if not finished:
        raise errors.Protocol()


def _whole(reply: Reply, table: ErrorTable) -> Delta:
    body = reply.read()
    answer = _checked(as_json(body), reply, table, body)
    if not answer.get("choices"):
        raise errors.Protocol(said=body[:200].decode("utf-8", "replace"))
    return shaped(_delta, answer)


def _checked(answer: Any, reply: Reply, table: ErrorTable, body: bytes = b"") -> dict[str, Any]:
    """The answer itself, unless it is an error in one of the forms services use."""
    problem = answer.get("error") if isinstance(answer, dict) else None
    if reply.status == 200 and not problem:
        if isinstance(answer, dict):
            return answer
        raise errors.Protocol(said=body[:200].decode("utf-8", "replace"))
    detail = problem if isinstance(problem, dict) else {"message": problem}
    if isinstance(answer, dict) and not problem:
        detail = {"message": answer.get("detail")}
    code = detail.get("code") or detail.get("type")
    raise refusal(reply, table, code, detail.get("message"), body)


def _delta(answer: Mapping[str, Any]) -> Delta:
    choices = answer.get("choices") or [{}]
    choice = choices[0]
    part = choice.get("delta") or choice.get("message") or {}
    reason = choice.get("finish_reason")
    return Delta(
        text=text_of(part.get("content")),
        reasoning=text_of(part.get("reasoning_content")),
        finish_reason=FINISH.get(reason, reason) or None,
        usage=usage_of(answer.get("usage")),
        request_id=id_of(answer.get("id")),
    )


_DEEPSEEK_PARAMS = (
    params.TEMPERATURE.but(
        wire_name="temperature", minimum=0, maximum=2, default=1.0, source=DEEPSEEK_DOC
    ),
    params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=1.0, source=DEEPSEEK_DOC),
    params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_tokens", minimum=1, maximum=8192, default=4096, source=DEEPSEEK_DOC
    ),
    params.FREQUENCY_PENALTY.but(
        wire_name="frequency_penalty", minimum=-2, maximum=2, default=0.0, source=DEEPSEEK_DOC
    ),
    params.PRESENCE_PENALTY.but(
        wire_name="presence_penalty", minimum=-2, maximum=2, default=0.0, source=DEEPSEEK_DOC
    ),
    params.STOP.but(wire_name="stop", max_items=16, source=DEEPSEEK_DOC),
)

DEEPSEEK = OpenAIStyle(
    "deepseek",
    Words("深度求索 DeepSeek", "DeepSeek"),
    "DEEPSEEK_BASE_URL",
    "https://api.deepseek.com/v1",
    "DEEPSEEK_API_KEY",
    models=(ModelSpec("deepseek-chat", "DeepSeek Chat", _DEEPSEEK_PARAMS, source=DEEPSEEK_DOC),),
    known=_DEEPSEEK_PARAMS,
)
