"""Qianfan's two token services, and who may call what with which credential.

OAuth 2.0 for v1: Baidu's authentication page Tk6z52d7c; the texts of its errors are those that
spring-ai-community/qianfan#7 shows. Short-lived Bearer keys for v2, signed as in `bce`:
https://github.com/baidubce/bce-qianfan-sdk.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal

from ..checks import dump
from ..exchange import Exchange, Refused
from .bce import Signed, Unsigned, verify

MONTH: Final = 2_592_000
State = Literal["valid", "expired", "unknown"]


class Tokens:
    """The tokens that were issued, each until its end. Times are seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._ends: dict[str, float] = {}

    def oauth(self) -> str:
        """A v1 access token; its fourth part is the second at which it ends."""
        ends = int(self.clock()) + MONTH
        token = f"24.{secrets.token_hex(16)}.{MONTH}.{ends}.282335-00000000"
        self._ends[token] = ends
        return token

    def bearer(self, seconds: int) -> str:
        """A v2 key that lives for `seconds`."""
        token = f"bce-v3/ALTAK-fakeshort/{secrets.token_hex(20)}"
        self._ends[token] = self.clock() + seconds
        return token

    def state(self, token: str) -> State:
        """Whether `token` was issued here and still holds."""
        if token not in self._ends:
            return "unknown"
        return "valid" if self.clock() < self._ends[token] else "expired"

    def expire_all(self) -> None:
        """Ends every token issued so far."""
        self._ends = dict.fromkeys(self._ends, 0.0)


class Access:
    """The credentials of one emulated Qianfan account."""

    def __init__(self, keys: dict[str, str], tokens: Tokens) -> None:
        self.keys = keys
        self.tokens = tokens

    async def oauth(self, exchange: Exchange) -> None:
        """`/oauth/2.0/token`: reads the URL's parameters and nothing else."""
        query = exchange.query
        if query.get("grant_type") != "client_credentials":
            raise _oauth_error("unsupported_grant_type", "The grant_type is not supported")
        if query.get("client_id") != self.keys["QIANFAN_AK"]:
            raise _oauth_error("invalid_client", "unknown client id")
        if query.get("client_secret") != self.keys["QIANFAN_SK"]:
            raise _oauth_error("invalid_client", "Client authentication failed")
        answer = {
            "refresh_token": f"25.{secrets.token_hex(16)}.315360000.0.282335-00000000",
            "expires_in": MONTH,
            "session_key": "fake-session-key",
            "access_token": self.tokens.oauth(),
            "scope": "public brain_all_scope ai_custom_yiyan_com",
            "session_secret": "fake-session-secret",
        }
        await exchange.reply(200, dump(answer), (("Content-Type", "application/json"),))

    async def iam(self, exchange: Exchange) -> None:
        """`/v1/BCE-BEARER/token`: a Bearer key for whoever signs the request."""
        try:
            self.signed(exchange)
        except Unsigned as error:
            raise _denied(error) from error
        given = exchange.query.get("expireInSeconds", "1800")
        if not given.isascii() or not given.isdigit() or not 300 <= int(given) <= MONTH:
            body = {
                "code": "InvalidParameter",
                "message": "expireInSeconds must be an integer in [300, 2592000]",
                "requestId": secrets.token_hex(8),
            }
            raise Refused(400, body, "InvalidParameter")
        now = self.tokens.clock()
        answer = {
            "userId": "fakeuser00000000000000000000000",
            "token": self.tokens.bearer(int(given)),
            "status": "enable",
            "createTime": _stamp(now),
            "expireTime": _stamp(now + int(given)),
        }
        await exchange.reply(200, dump(answer))

    def signed(self, exchange: Exchange) -> str:
        """The access key that signed the request; raises Unsigned."""
        scope = exchange.scope
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        pair = {self.keys["QIANFAN_ACCESS_KEY"]: self.keys["QIANFAN_SECRET_KEY"]}
        request = Signed(scope["method"], path, query, headers)
        return verify(request, exchange.header("authorization"), pair, self.tokens.clock())

    def bearer_state(self, credential: str) -> State:
        """Whether a v2 Bearer credential holds: the permanent key or an issued one."""
        if credential == self.keys["QIANFAN_BEARER_TOKEN"]:
            return "valid"
        return self.tokens.state(credential) if credential.startswith("bce-v3/") else "unknown"


def _oauth_error(word: str, description: str) -> Refused:
    body = dump({"error_description": description, "error": word}) + b"\n"
    return Refused(401, body, word, (("Content-Type", "application/json"),))


def _denied(error: Unsigned) -> Refused:
    headers = (("X-Bce-Error-Code", error.code), ("X-Bce-Error-Message", error.message))
    return Refused(403, b"", error.code, headers)


def _stamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
