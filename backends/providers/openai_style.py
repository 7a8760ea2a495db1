"""Services that speak OpenAI's chat completions: one class; each service is a row of data.

Source: https://platform.openai.com/docs/api-reference/chat
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from backends import errors
from backends.errors import ErrorRow, ErrorTable
from backends.frames import LATE, Reader, without_text
from backends.line import Line
from backends.provider import (
    Access,
    Written,
    base64_text,
    id_of,
    no_page,
    parse,
    placeholder,
    rate_limit,
    refusal,
    shaped,
    wire_messages,
)
from backends.providers.openai_delta import delta_of
from backends.reading import as_json, words
from backends.types import Auth, ChatRequest, Delta, Message, ModelSpec, ParamSpec, Words
from backends.wire import Reply, fetch, post

# What services report beside the answer that a reader may need, in whichever object they put it.
REPORTS = ("citations", "search_results", "search_info", "web_search")

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
    # A finish reason: the service failed while it answered.
    "error": ErrorRow(
        errors.Unavailable,
        Words("服务在回答途中出错。", "The service failed while it answered."),
        Words("请稍后重试。", "Try again a little later."),
        retryable=True,
    ),
    "rate_limit_exceeded": ErrorRow(
        errors.RateLimit,
        Words("已达到速率上限。", "The rate limit is reached."),
        Words("请稍等再发送。", "Wait a little, then send again."),
        retryable=True,
    ),
}


@dataclass(frozen=True)
class OpenAIStyle:
    """One service.

    `known` are the parameters tried on a model that has no row of its own. `key_variable` is ""
    where no key exists; with `key_optional` the service may also run without one. `asks_usage`:
    a stream counts its tokens only when asked to. `reports` are names of what it tells beside
    the answer.
    """

    name: str
    label: Words
    url_variable: str
    url_default: str
    key_variable: str
    models: tuple[ModelSpec, ...]
    known: tuple[ParamSpec, ...]
    errors: ErrorTable = field(default_factory=lambda: ERRORS)
    source: str = ""
    key_optional: bool = False
    open_models: bool = True
    local_only: bool = False
    lists_models: bool = True
    asks_usage: bool = True
    reports: tuple[str, ...] = REPORTS

    @property
    def base_urls(self) -> Mapping[str, str]:
        return {self.url_variable: self.url_default}

    @property
    def credentials(self) -> tuple[tuple[str, ...], ...]:
        if not self.key_variable:
            return ()
        return ((self.key_variable,), ()) if self.key_optional else ((self.key_variable,),)

    def unknown_model(self, name: str) -> ModelSpec:
        """A model without a row: the service's parameters, no range claimed."""
        loose = tuple(
            spec.but(
                minimum=None,
                maximum=None,
                default=None,
                exclusive_minimum=False,
                exclusive_maximum=False,
                max_items=None,
                needs=None,
            )
            for spec in self.known
        )
        # Whether it takes pictures is unknown too, so the service is to say.
        return ModelSpec(
            name, name, loose, inputs=frozenset({"text", "image"}), status="unknown",
            source=self.source,
        )  # fmt: skip

    def served(self, access: Access, line: Line) -> tuple[str, ...]:
        """As `Provider.served`: `GET /models`."""
        return self._listed(access, line, "/models")

    def _listed(self, access: Access, line: Line, path: str) -> tuple[str, ...]:
        url = access.url(self.url_variable) + path
        reply = fetch(line, "GET", url, secret_headers=self._key(access)[0])
        body = reply.read()
        listed = checked(as_json(body), reply, self.errors, body).get("data")
        return shaped(_names, listed)

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        yield from self.deltas(self.asked(request, model, params, access, line), params)

    def asked(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
        auth: Auth = "bearer",
    ) -> Reply:
        """Send the question; the reply's headers are in. `auth` says how a key came about."""
        secret, shown = self._key(access)
        pictures = any(turn.attachments for turn in request.messages)
        return no_page(
            post(
                line,
                self.url(access, model),
                self.body(request, model, params, base64_text),
                auth=auth if shown else "none",
                shown=shown,
                secret_headers=secret,
                shown_body=self.body(request, model, params, placeholder) if pictures else None,
            )
        )

    def url(self, access: Access, model: ModelSpec) -> str:
        """Where the model answers."""
        return access.url(self.url_variable) + "/chat/completions"

    def body(
        self, request: ChatRequest, model: ModelSpec, params: Mapping[str, Any], written: Written
    ) -> dict[str, Any]:
        """The JSON body; usage is asked for in streams too, where that is how one gets it."""
        body = {
            "model": model.name,
            "messages": wire_messages(
                request, system_role=True, content=lambda turn: _content(turn, written)
            ),
            **params,
            "stream": request.stream,
        }
        if request.stream and self.asks_usage:
            body["stream_options"] = {"include_usage": True}
        return body

    def deltas(self, reply: Reply, params: Mapping[str, Any]) -> Iterator[Delta]:
        """What the service answers, whole or streamed, whatever was asked for.

        Raises:
            ProviderError: the service said so. Protocol: it ended without an end marker.
        """
        yield Delta(
            rate_limit=rate_limit(reply.headers),
            request_id=id_of(reply.headers.get("x-request-id")),
        )
        if reply.status != 200 or reply.is_json:
            delta = self.whole(reply, params)
            yield delta
            self._check_end(delta)
        else:
            yield from self._streamed(reply, params)

    def event(self, event: str, reply: Reply, params: Mapping[str, Any]) -> Delta:
        """One event of a stream."""
        answer = checked(parse(event), reply, self.errors)
        return shaped(delta_of, answer, params, self.reports)

    def _check_end(self, delta: Delta) -> None:
        """Some services tell a failure by the finish reason alone; those are in the table."""
        for table in (self.errors, ERRORS):
            if delta.finish_reason in table:
                raise errors.from_code(table, delta.finish_reason)

    def _streamed(self, reply: Reply, params: Mapping[str, Any]) -> Iterator[Delta]:
        finished = shown = False
        reader = Reader()
        try:
            for event in reply.events():
                if event.strip() == "[DONE]":
                    finished = finished or shown
                    break
                read = reader.read(self.event, event, reply, params)
                if read is None:
                    continue
                delta = without_text(read, LATE) if finished else read
                if delta.finish_reason is not None:
                    finished = True
                    reader.end()
                # A service without finish reasons has said all once it has counted it.
                shown = shown or bool(delta.text or delta.reasoning or delta.usage)
                yield delta
                self._check_end(delta)
        except errors.Cancelled:
            raise
        except errors.Transport:
            # The answer is whole once its last choice said so; what broke after it changes nothing.
            if not finished:
                raise
        reader.check()
        if not finished:
            raise errors.Protocol()

    def whole(self, reply: Reply, params: Mapping[str, Any]) -> Delta:
        """An answer in one piece."""
        body = reply.read()
        answer = checked(as_json(body), reply, self.errors, body)
        if not answer.get("choices"):
            raise errors.Protocol(said=words(body))
        return shaped(delta_of, answer, params, self.reports)

    def _key(self, access: Access) -> tuple[dict[str, str], dict[str, str]]:
        """The header with the key, and as it stands on record; empty where none is set."""
        if not self.key_variable or (self.key_optional and not access.has(self.key_variable)):
            return {}, {}
        key = access.key(self.key_variable)
        return (
            {"Authorization": f"Bearer {key}"},
            {"Authorization": f"Bearer ${self.key_variable}"},
        )


def _names(rows: Any) -> tuple[str, ...]:
    """The ids of a list of models that can be shown and asked for."""
    names = (row["id"] for row in rows)
    return tuple(name for name in names if isinstance(name, str) and name.isprintable() and name)


def checked(answer: Any, reply: Reply, table: ErrorTable, body: bytes = b"") -> dict[str, Any]:
    """The answer itself, unless it is an error in one of the forms services use."""
    if isinstance(answer, dict):
        problem = _problem(answer)
        if reply.status == 200 and problem is None:
            return answer
        problem = problem or {"message": answer.get("detail") or answer.get("message")}
        # Some services put a bare HTTP status under `code` and the kind of error under `type`.
        codes = [problem[name] for name in ("code", "type") if problem.get(name)]
        # And some say nothing but the status.
        known = [*codes, reply.status]
        code = next((code for code in known if str(code) in table), next(iter(codes), None))
        raise refusal(reply, table, code, problem.get("message"), body)
    if reply.status == 200:
        raise errors.Protocol(said=words(body))
    raise refusal(reply, table, None, None, body)


def _problem(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The error object: `{"error": …}`, or `{"code", "message"}`, in mid-answer too."""
    error = answer.get("error")
    if error:
        return error if isinstance(error, Mapping) else {"message": error}
    if str(answer.get("code") or 0) not in ("0", "200"):
        return answer
    return None


def _content(message: Message, written: Written) -> Any:
    """A turn's content: text, or with pictures a list of parts."""
    if not message.attachments:
        return message.content
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{item.media_type};base64,{written(item)}"},
        }
        for item in message.attachments
    ]
    text = [{"type": "text", "text": message.content}] if message.content else []
    return [*pictures, *text]
