"""Baidu Qianfan v1 (ERNIE-Bot): the model is a path, errors are HTTP 200, and it is retired.

Source: https://cloud.baidu.com/doc/WENXINWORKSHOP/s/klqx7b1xf, switched off on 2026-08-31 by
https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8. Kept for teaching, private deployments and the
articles that use it. Authorised by an OAuth access_token or by IAM keys, never both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backends import errors
from backends.bce import IAM_KEYS, signed_headers
from backends.frames import Numbered, Reader, odd_usage
from backends.line import Line
from backends.provider import (
    Access,
    Closed,
    count,
    id_of,
    no_page,
    parse,
    rate_limit,
    refusal,
    shaped,
    text_of,
    wire_messages,
)
from backends.providers.qianfan_v1_errors import ERRORS
from backends.providers.qianfan_v1_models import MODELS
from backends.reading import as_json, bounded, soft_text, words
from backends.secrets import redactor
from backends.tokens import Token, TokenCache
from backends.types import ChatRequest, Delta, ModelSpec, ToolCall, Usage, Words
from backends.wire import Reply, fetch, post

BASE = "QIANFAN_BASE_URL"
CHAT_PATH = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/"
OAUTH_KEYS = ("QIANFAN_AK", "QIANFAN_SK")


_TOKENS_DOWN = Words(
    "百度的令牌接口暂时不可用，问题没有发送。请稍后重试。",
    "Baidu's token service is down at the moment; the question was not sent. Try again later.",
)
# What a frame tells beside the answer that a reader may need.
_REPORTS = ("need_clear_history", "ban_round", "is_truncated", "flag", "search_info")


class QianfanV1(Closed):
    """One POST per call; a stream is SSE whose last frame says `is_end`."""

    name = "qianfan-v1"
    label = Words("百度千帆 v1（已下线）", "Baidu Qianfan v1 (retired)")
    base_urls: Mapping[str, str] = {BASE: "https://aip.baidubce.com"}
    credentials = (OAUTH_KEYS, IAM_KEYS)
    models = MODELS
    errors = ERRORS
    _tokens = TokenCache()

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        body: dict[str, Any] = {
            "messages": wire_messages(request, system_role=False),
            **params,
            "stream": request.stream,
        }
        if request.system.strip():
            body["system"] = request.system
        url = access.url(BASE) + CHAT_PATH + model.endpoint
        if not access.has(*OAUTH_KEYS):
            yield from _deltas(
                post(
                    line, url, body, auth="bce", secret_headers=signed_headers("POST", url, access)
                )
            )
            return
        token = self._token(access, line)
        try:
            yield from _deltas(
                post(line, url, body, auth="oauth", secret_query={"access_token": token})
            )
        except errors.ExpiredCredential:
            self._tokens.forget(_identity(access), token)
            raise

    def _token(self, access: Access, line: Line) -> str:
        """The access_token, valid for the days the service says, less an hour."""

        def mint() -> Token:
            line.phase = "credential"
            query = {
                "grant_type": "client_credentials",
                "client_id": access.key(OAUTH_KEYS[0]),
                "client_secret": access.key(OAUTH_KEYS[1]),
            }
            reply = fetch(line, "POST", access.url(BASE) + "/oauth/2.0/token", secret_query=query)
            return _token_of(reply)

        return self._tokens.get(line, _identity(access), mint)


def _identity(access: Access) -> tuple[str, ...]:
    return (access.url(BASE), *(access.key(name) for name in OAUTH_KEYS))


def _token_of(reply: Reply) -> Token:
    body = reply.read()
    if reply.status >= 500:
        raise errors.Unavailable(_TOKENS_DOWN, status=reply.status, said=words(body),
                                 retryable=True)  # fmt: skip
    answer = as_json(body)
    answer = answer if isinstance(answer, dict) else {}
    value = answer.get("access_token")
    if not isinstance(value, str):
        said = answer.get("error_description")
        raise refusal(reply, ERRORS, answer.get("error") or "invalid_client", said, body)
    redactor.learn_token(value)
    lifetime = count(answer.get("expires_in")) or 0
    return Token(value, time.monotonic() + max(lifetime - 3600, lifetime / 2))


def _deltas(reply: Reply) -> Iterator[Delta]:
    no_page(reply)
    yield Delta(
        rate_limit=rate_limit(reply.headers),
        request_id=id_of(reply.headers.get("x-baidu-request-id")),
    )
    if reply.status != 200 or reply.is_json:
        yield _whole(reply)
        return
    seen, reader, numbered = _Seen(), Reader(), Numbered()
    for event in reply.events():
        read = reader.read(_framed, event, reply, seen)
        if read is None:
            continue
        frame, delta = read
        yield numbered.placed(frame.get("sentence_id"), delta)
        if frame.get("is_end"):
            reader.check()
            return
    reader.check()
    raise errors.Protocol()


def _framed(event: str, reply: Reply, seen: _Seen) -> tuple[dict[str, Any], Delta]:
    frame = _checked(parse(event), reply)
    return frame, shaped(_delta, frame, seen)


def _whole(reply: Reply) -> Delta:
    body = reply.read()
    frame = _checked(as_json(body), reply, body)
    if "result" not in frame:
        raise errors.Protocol(said=words(body))
    return shaped(_delta, frame, _Seen())


def _checked(frame: Any, reply: Reply, body: bytes = b"") -> dict[str, Any]:
    """The frame itself, unless it is an error; the gateway says why in a header."""
    answer = frame if isinstance(frame, dict) else {}
    if reply.status != 200 or "error_code" in answer:
        said = answer.get("error_msg") or reply.headers.get("x-bce-error-message")
        raise refusal(reply, ERRORS, answer.get("error_code"), said, body)
    if not answer:
        raise errors.Protocol(said=words(body))
    return answer


@dataclass(slots=True)
class _Seen:
    """What earlier frames of a stream said that holds for the whole answer."""

    total: int = 0
    truncated: bool = False
    filtered: bool = False


def _delta(frame: Mapping[str, Any], seen: _Seen) -> Delta:
    """One frame. `finish_reason` "normal" also stands in middle frames, so only the end counts."""
    ended = bool(frame.get("is_end", True))
    reason = frame.get("finish_reason")
    seen.truncated |= bool(frame.get("is_truncated")) or reason == "length"
    seen.filtered |= bool(frame.get("need_clear_history")) or reason == "content_filter"
    usage = frame.get("usage") or {}
    seen.total = max(seen.total, count(usage.get("total_tokens")) or 0)
    called = "function_call" if reason == "function_call" else "stop"
    finish = "length" if seen.truncated else "content_filter" if seen.filtered else called
    return Delta(
        text=text_of(frame.get("result")),
        finish_reason=finish if ended else None,
        usage=_usage(count(usage.get("prompt_tokens")), seen.total, ended),
        request_id=id_of(frame.get("id")),
        tool_calls=_function_call(frame.get("function_call")),
        # False says nothing that silence does not; 0 is a number of a round.
        extras={name: bounded(frame[name]) for name in _REPORTS if _says(frame.get(name))}
        | odd_usage(frame.get("usage")),
    )


def _says(value: Any) -> bool:
    return value is not None and value is not False


def _function_call(asked: Any) -> tuple[ToolCall, ...]:
    if not isinstance(asked, Mapping) or not asked:
        return ()
    return (ToolCall(0, soft_text(asked.get("name")), soft_text(asked.get("arguments"))),)


def _usage(prompt: int | None, total: int, ended: bool) -> Usage | None:
    """Right in both dialects: completion_tokens is per frame in one and 0 until the end in the
    other, so it is total minus prompt, total being the largest seen so far. As long as that is
    nothing, nothing is known before the end: a stream cut then must not be recorded as free."""
    if prompt is None or total < prompt or (total == prompt and not ended):
        return None
    return Usage(prompt, total - prompt, total)


QIANFAN_V1 = QianfanV1()
