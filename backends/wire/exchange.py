"""One question and its answer over HTTP.

Redirects and cookies are off, proxies and netrc unless `backends.route` says otherwise;
certificates are always verified.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import urllib3

from backends.errors import Transport
from backends.framing import FrameTooLarge, cumulative, events
from backends.line import Line
from backends.types import Auth, WireRequest
from backends.wire.failures import NO_PROXY, guarding, raise_if_cut, take_event
from backends.wire.pool import current, place

# One token can take 200 bytes of JSON; what a reader sees is limited by the door, far below this.
WIRE_LIMIT = 32 << 20
# An answer in one piece, or a page.
BODY_LIMIT = 8 << 20
_READ_SIZE = 1 << 16
_COMMON = {"User-Agent": "tunedesk", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


@dataclass(slots=True)
class Reply:
    """An HTTP answer whose headers are in. Header names compare without case."""

    status: int
    headers: Mapping[str, str]
    _line: Line
    _raw: urllib3.BaseHTTPResponse

    @property
    def has_end(self) -> bool:
        """Whether the end of the body shows that nothing is missing from it."""
        return "transfer-encoding" in self.headers or "content-length" in self.headers

    @property
    def is_json(self) -> bool:
        """Whether the body says it is JSON rather than a stream of events."""
        return "json" in self.headers.get("content-type", "")

    def events(self) -> Iterator[str]:
        """The data of each server-sent event, as it arrives."""
        with guarding(self._line):
            for event in events(self._chunks()):
                take_event(self._line)
                yield event

    def cumulative(self) -> Iterator[str]:
        """The text so far, each time there is more, of a stream that repeats it after `<^>`."""
        with guarding(self._line):
            # The stream repeats itself, so only the length of an item is limited, not their sum.
            for text in cumulative(self._chunks(limit=None)):
                take_event(self._line)
                yield text

    def read(self) -> bytes:
        """The whole body."""
        with guarding(self._line):
            return b"".join(self._chunks(BODY_LIMIT))

    def _chunks(self, limit: int | None = WIRE_LIMIT) -> Iterator[bytes]:
        received = 0
        while chunk := self._raw.read1(_READ_SIZE, decode_content=True):
            # A little of what was packed can keep a reader busy long after its line was cut.
            raise_if_cut(self._line)
            received += len(chunk)
            if limit is not None and received > limit:
                raise FrameTooLarge
            yield chunk


def post(
    line: Line,
    url: str,
    body: Mapping[str, Any],
    *,
    auth: Auth,
    shown: Mapping[str, str] | None = None,
    shown_body: Mapping[str, Any] | None = None,
    secret_headers: Mapping[str, str] | None = None,
    secret_query: Mapping[str, str] | None = None,
) -> Reply:
    """POST the question as JSON and return when the headers of the answer are in.

    `shown` headers are kept on record in place of `secret_headers`, which like `secret_query`
    go on the wire only; so is `shown_body` in place of `body`, where it is given.
    """
    public = {"Content-Type": "application/json"}
    data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    line.record(WireRequest("POST", url, {**public, **(shown or {})}, shown_body or body, auth))
    reply = _exchange(line, "POST", _with(url, secret_query),
                      {**public, **(secret_headers or {})}, data)  # fmt: skip
    line.headers = reply.headers
    return reply


def fetch(
    line: Line,
    method: Literal["GET", "POST"],
    url: str,
    *,
    secret_headers: Mapping[str, str] | None = None,
    secret_query: Mapping[str, str] | None = None,
) -> Reply:
    """A request that is no part of the call on record: a token, the time of day."""
    return _exchange(line, method, _with(url, secret_query), dict(secret_headers or {}), None)


def _with(url: str, query: Mapping[str, str] | None) -> str:
    return f"{url}?{urllib.parse.urlencode(query)}" if query else url


def _exchange(
    line: Line, method: str, url: str, headers: Mapping[str, str], data: bytes | None
) -> Reply:
    with guarding(line):
        proxy = line.route.proxy_for(url)
        pool, path = place(url, proxy)
        login = None if "Authorization" in headers else line.route.login_for(url)
        current.line = line
        # Straight to the connections under requests' sessions, for a quarter of the work: nothing
        # of redirects, cookies, netrc or proxies is even there.
        raw = pool.urlopen(
            method,
            path,
            data,
            {**_COMMON, **({"Authorization": login} if login else {}), **headers},
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(connect=line.deadlines.connect, read=None),
            preload_content=False,
            decode_content=False,
        )
        line.end_with(raw.close)
        if raw.status == 407 and proxy is not None:
            # The proxy's own word, where there is no tunnel: the provider never heard of it.
            line.reached("connect")
            raise Transport(NO_PROXY, code="proxy")
    return Reply(raw.status, raw.headers, line, raw)
