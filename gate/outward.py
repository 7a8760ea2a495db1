"""What goes out for one request: headers of ours, pages with their first script, our refusals."""

from __future__ import annotations

import gzip
import logging
import secrets
from collections.abc import Callable

from starlette.requests import cookie_parser
from starlette.types import Message, Send

from gate import refusals
from gate.arrival import Arrival
from gate.frameworks import Framework, Route
from gate.headers import headers, kept
from gate.policy import Policy
from gate.refusals import Refusal

log = logging.getLogger("tunedesk.gate")

_COOKIE = "tunedesk-visitor"


class Outward:
    """Sends one answer. `instead` is asked, before anything of the app's goes out, for a refusal
    that takes its place."""

    def __init__(
        self,
        framework: Framework,
        policy: Policy,
        arrived: Arrival,
        route: Route | None,
        send: Send,
        first: bytes,
    ) -> None:
        self._framework, self._policy, self._arrived = framework, policy, arrived
        self._kind = route.kind if route else None
        self._send = send
        self._first = first
        self._start: Message | None = None
        self._page = bytearray()
        self._silent = False
        self.started = False
        self.instead: Callable[[], Refusal | None] = lambda: None
        self.visitor = _visitor(arrived, policy)

    async def send(self, message: Message) -> None:
        """The app's next message."""
        if self._silent:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body" and self._start is not None:
            self._page += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page()
        else:
            await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with this; whatever the app says afterwards is not heard."""
        self._silent = True
        readable = self._arrived.navigates and self._kind in ("page", None)
        media_type, text = refusals.body(refusal, self._arrived.headers, page=readable)
        said = [("content-type", media_type), ("content-length", str(len(text)))]
        if refusal.retry_after is not None:
            said.append(("retry-after", str(refusal.retry_after)))
        if refusal.status in (400, 413):
            # The rest of its body is not read.
            said.append(("connection", "close"))
        await self._open(refusal.status, [*said, *self._headers(None, b"")], [])
        body = b"" if self._arrived.method == "HEAD" else text
        await self._send({"type": "http.response.body", "body": body})

    async def close(self) -> None:
        """The app has ended; if it never answered, this does."""
        if not self.started:
            await self.refuse(self.instead() or _numbered(refusals.FAILED, self._arrived, 500))

    async def _begin(self, message: Message) -> None:
        status = message["status"]
        refusal = self.instead()
        if refusal is None and status >= 400 and not self._policy.detail:
            refusal = _numbered(_category(status), self._arrived, status)
        if refusal is not None:
            await self.refuse(refusal)
        elif self._kind == "page" and status == 200 and self._arrived.method != "HEAD":
            self._start = message
        else:
            ours = self._headers(self._kind, b"")
            if self._kind == "upload" and status >= 400:
                # Else the rest of the file would still be taken in, for nothing.
                ours.append(("connection", "close"))
            await self._open(status, ours, message.get("headers", []))

    async def _send_page(self) -> None:
        assert self._start is not None
        page = bytes(self._page).replace(b"<head>", b"<head>" + self._first, 1)
        told = self._headers("page", page)
        if "gzip" in self._arrived.headers.get("accept-encoding", ""):
            page = gzip.compress(page, 5, mtime=0)
            told.append(("content-encoding", "gzip"))
        told += [("content-length", str(len(page))), ("vary", "accept-encoding")]
        await self._open(200, [*told, *self._cookie()], self._start.get("headers", []))
        await self._send({"type": "http.response.body", "body": page})

    async def _open(
        self, status: int, ours: list[tuple[str, str]], theirs: list[tuple[bytes, bytes]]
    ) -> None:
        self.started = True
        replaced = {name for name, _ in ours} - {"set-cookie"}
        if self._start is not None:
            # The page is another now.
            replaced |= {"etag", "last-modified", "accept-ranges"}
        told = [*kept(theirs, replaced), *((n.encode(), v.encode("latin-1")) for n, v in ours)]
        await self._send({"type": "http.response.start", "status": status, "headers": told})

    def _headers(self, kind: object, page: bytes) -> list[tuple[str, str]]:
        known = self._kind if kind is not None else None
        return headers(self._framework, self._policy, known, page=page, secure=self._arrived.secure)

    def _cookie(self) -> list[tuple[str, str]]:
        """A name for this browser, which its scripts cannot read, unless it has one."""
        if self.visitor or self._policy.mode == "local":
            return []
        about = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
        about += "; Secure" if self._arrived.secure else ""
        return [("set-cookie", f"{_name(self._arrived)}={secrets.token_urlsafe(32)}{about}")]


def _name(arrived: Arrival) -> str:
    return f"__Host-{_COOKIE}" if arrived.secure else _COOKIE


def _visitor(arrived: Arrival, policy: Policy) -> str:
    """The name that this browser was given, or "" where it has none."""
    if policy.mode == "local":
        return ""
    return cookie_parser(arrived.headers.get("cookie", "")).get(_name(arrived), "")[:100]


def _category(status: int) -> Refusal:
    if status >= 500:
        return refusals.FAILED
    return {404: refusals.CLOSED, 413: refusals.LARGE}.get(status, refusals.NOT_DONE)


def _numbered(refusal: Refusal, arrived: Arrival, status: int) -> Refusal:
    """The refusal with a number that also stands in the log."""
    number = secrets.token_hex(4)
    log.warning("%s: %s %s answered %s", number, arrived.method, arrived.path, status)
    return Refusal(
        status,
        refusal.code,
        refusal.words.format(id=number, status=status, most="?"),
        id=number,
    )
