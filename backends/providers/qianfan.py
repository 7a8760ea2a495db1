"""Baidu Qianfan v2, the live interface of ERNIE: OpenAI-style, authorised by a Bearer key.

Source: https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb
A permanent key is used as it is; with IAM keys alone a short-lived one is minted for half an hour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from backends import errors
from backends.bce import IAM_KEYS, signed_headers
from backends.line import Line
from backends.provider import Access
from backends.providers.openai_style import REPORTS, OpenAIStyle
from backends.providers.qianfan_errors import ERRORS
from backends.providers.qianfan_models import DOC, KNOWN, MODELS
from backends.reading import as_json
from backends.secrets import Secret, redactor
from backends.tokens import Token, TokenCache
from backends.types import ChatRequest, Delta, ModelSpec, Words
from backends.wire import Reply, fetch

BEARER = "QIANFAN_BEARER_TOKEN"


class Qianfan(OpenAIStyle):
    """As any OpenAI-style service, but its key may also be minted from IAM keys."""

    _tokens = TokenCache()

    @property
    def base_urls(self) -> Mapping[str, str]:
        return {
            self.url_variable: self.url_default,
            "QIANFAN_IAM_BASE_URL": "https://iam.bj.baidubce.com",
        }

    @property
    def credentials(self) -> tuple[tuple[str, ...], ...]:
        return ((BEARER,), IAM_KEYS)

    def event(self, event: str, reply: Reply, params: Mapping[str, Any]) -> Delta:
        """As `OpenAIStyle.event`."""
        return _flagged(super().event(event, reply, params))

    def whole(self, reply: Reply, params: Mapping[str, Any]) -> Delta:
        """As `OpenAIStyle.whole`."""
        return _flagged(super().whole(reply, params))

    def served(self, access: Access, line: Line) -> tuple[str, ...]:
        """As `Provider.served`."""
        if not access.has(BEARER):
            access = _with_key(access, self._minted(access, line))
        return super().served(access, line)

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        if access.has(BEARER):
            yield from super().stream(request, model, params, access, line)
            return
        key = self._minted(access, line)
        reply = self.asked(request, model, params, _with_key(access, key), line, "bearer-iam")
        if reply.status == 401:
            self._tokens.forget(_identity(access), key)
        yield from self.deltas(reply, params)

    def _minted(self, access: Access, line: Line) -> str:
        """A key valid for half an hour, from the IAM keys.

        Source: https://github.com/baidubce/bce-qianfan-sdk (resources/console/iam.py)
        """

        def mint() -> Token:
            url = access.url("QIANFAN_IAM_BASE_URL") + "/v1/BCE-BEARER/token?expireInSeconds=1800"
            line.phase = "credential"
            reply = fetch(line, "GET", url, secret_headers=signed_headers("GET", url, access))
            answer = as_json(reply.read())
            token = answer.get("token") if isinstance(answer, dict) else None
            if reply.status != 200 or not isinstance(token, str):
                raise errors.Authentication(
                    status=reply.status,
                    code=reply.headers.get("x-bce-error-code"),
                    said=reply.headers.get("x-bce-error-message", ""),
                )
            redactor.learn_token(token)
            return Token(token, time.monotonic() + 1700)

        return self._tokens.get(line, _identity(access), mint)


def _flagged(delta: Delta) -> Delta:
    """Flag 3 says that the text must not be shown; the answer is then the review's, whatever its
    finish reason."""
    unsafe = delta.extras.get("flag") == 3 or delta.extras.get("need_clear_history") is True
    return replace(delta, finish_reason="content_filter") if unsafe else delta


def _identity(access: Access) -> tuple[str, ...]:
    return (access.url("QIANFAN_IAM_BASE_URL"), *(access.key(name) for name in IAM_KEYS))


def _with_key(access: Access, key: str) -> Access:
    return replace(access, keys={**access.keys, BEARER: Secret(key)})


QIANFAN = Qianfan(
    "qianfan",
    Words("百度千帆", "Baidu Qianfan"),
    "QIANFAN_V2_BASE_URL",
    "https://qianfan.baidubce.com/v2",
    BEARER,
    models=MODELS,
    known=KNOWN,
    errors=ERRORS,
    source=DOC,
    reports=(*REPORTS, "flag", "ban_round", "need_clear_history"),
)
