"""What all iFlytek products share: keys, the signed address, and how a failure is told."""

from __future__ import annotations

import urllib.parse
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from backends import errors
from backends.clock import seconds_ahead
from backends.errors import ErrorTable
from backends.frames import Reader
from backends.provider import Access, parse
from backends.reading import as_json, words
from backends.secrets import redactor
from backends.signing import iflytek_url
from backends.types import Words
from backends.wire import HandshakeRefused

KEYS = ("SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")

# Host → seconds that this machine's clock is ahead of it, where that once mattered.
_ahead: dict[str, float] = {}

_NO_SOCKET = Words(
    "这个地址没有提供 WebSocket 服务，未发送问题。请检查基础地址。",
    "There is no WebSocket service at this address; the question was not sent. Check the base URL.",
)
_SKEWED = Words(
    "本机时钟与服务商相差 {skew:.0f} 秒，签名因此被拒绝。请校准时钟后重试。",
    "This machine's clock is {skew:.0f} s off the provider's, so the signature was refused. "
    "Set the clock, then try again.",
)
_NOT_ACCEPTED = Words(
    "讯飞不接受 APIKey、APISecret 或本机地址。请检查密钥与白名单。",
    "iFlytek does not accept the APIKey, the APISecret or this address. "
    "Check the keys and the allow-list.",
)
_CUT = Words(
    "连接在回答结束前关闭，回答可能不完整。可以重试。",
    "The connection closed before the answer ended; it may be incomplete. You can retry.",
)


def signed(url: str, access: Access, verb: Literal["GET", "POST"] = "GET") -> str:
    """The address with a signature made now, valid for 300 s.

    Raises:
        MissingCredential: APIKey or APISecret is not set.
    """
    host = urllib.parse.urlsplit(url).netloc
    when = datetime.now(UTC) - timedelta(seconds=_ahead.get(host, 0.0))
    full = iflytek_url(url, access.key(KEYS[1]), access.key(KEYS[2]), when, verb)
    redactor.learn_signature(full.partition("authorization=")[2].partition("&")[0])
    return full


def refused_signature(
    status: int, body: bytes, date: str | None, table: ErrorTable, host: str
) -> errors.ProviderError:
    """The error for an HTTP status that stands in place of an answer; its body says why.

    Where this machine's clock is to blame, the next signature for `host` heeds the difference, and
    the error tells that trying once more can help.
    """
    if status < 400:
        return errors.Transport(_NO_SOCKET, code="handshake", status=status, said=words(body))
    answer = as_json(body)
    said = answer.get("message") if isinstance(answer, dict) else None
    said = said if isinstance(said, str) else words(body)
    skew = seconds_ahead(date)
    if status == 403 and skew is not None and (abs(skew) > 60 or host in _ahead):
        told = _SKEWED.format(skew=abs(skew))
        if abs(skew - _ahead.get(host, 0.0)) > 60:
            _ahead[host] = skew
            return errors.ExpiredCredential(told, status=403, said=said)
        if abs(skew) > 60:
            return errors.Authentication(told, status=403, said=said)
    if status in (401, 403):
        return errors.Authentication(_NOT_ACCEPTED, status=status, said=said)
    return errors.from_code(table, None, status=status, said=said)


def check_code(told: Mapping[str, Any], table: ErrorTable, status: int | None = None) -> None:
    """Let an answer pass whose `code` is 0 or missing.

    Raises:
        ProviderError: what the code means, with the service's own words.
    """
    if str(told.get("code") or 0) != "0":
        said = told.get("message")
        raise errors.from_code(
            table, str(told["code"]), status=status, said=said if isinstance(said, str) else ""
        )


def answers(
    frames: Generator[str, None, str], table: ErrorTable, reader: Reader
) -> Iterator[dict[str, Any]]:
    """The answer frames of a socket, for a caller that stops after the last one.

    Raises:
        ProviderError: the handshake was refused, or the socket closed although the reader still
            waited. Then the answer is cut, whatever the close code says.
    """
    while True:
        try:
            frame = next(frames)
        except HandshakeRefused as exc:
            raise refused_signature(exc.status, exc.body, exc.date, table, exc.host) from None
        except StopIteration as closed:
            reader.check()
            raise errors.Protocol(_CUT, code=closed.value[:4] or None, said=closed.value) from None
        read = reader.read(parse, frame)
        if read is not None:
            yield read
