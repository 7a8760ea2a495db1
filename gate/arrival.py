"""Who is there and what for, as far as a request can be believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from gate.policy import Policy

# What only a proxy of ours may say.
_FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-original-")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request or WebSocket. `address` is the visitor's, behind the proxies that we trust."""

    method: str
    path: str
    headers: Headers
    address: str
    peer: str
    secure: bool

    @property
    def host(self) -> str | None:
        """The name of this place that the request is for, without its port; None: no name."""
        return name_of(f"//{self.headers.get('host', '')}")

    @property
    def navigates(self) -> bool:
        """Whether a person opens a page with it, and so would read an answer."""
        wanted = self.headers.get("accept", "")
        return self.method == "GET" and "text/html" in wanted

    @property
    def foreign(self) -> bool:
        """Whether a page of another place makes this request.

        A browser says so in Origin, and in Sec-Fetch-Site where it sends no Origin. Following a
        link to a page is no reason to refuse it.
        """
        origin = self.headers.get("origin")
        if origin is not None:
            return urlsplit(origin).netloc.lower() != self.headers.get("host", "").lower()
        if self.headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
            return False
        return self.headers.get("sec-fetch-mode") != "navigate" or self.method not in _SAFE


_SAFE = ("GET", "HEAD")


def arrival(scope: Scope, policy: Policy) -> tuple[Arrival, Scope]:
    """What arrived, and the scope that the app is to see.

    The app sees the visitor's address and scheme; what the visitor says about them is taken out.
    """
    peer = str((scope.get("client") or ("", 0))[0])
    told = Headers(scope=scope)
    believed = policy.trusts(peer)
    address = _first_untrusted(told.getlist("x-forwarded-for"), policy, peer) if believed else peer
    secure = scope.get("scheme") in ("https", "wss")
    if believed and told.get("x-forwarded-proto"):
        secure = told["x-forwarded-proto"].split(",")[-1].strip() in ("https", "wss")
    seen: dict[str, Any] = {**scope, "client": (address, 0), "scheme": _scheme(scope, secure)}
    seen["headers"] = _cleaned(scope["headers"], secure=secure, behind=believed)
    return (
        Arrival(
            "WEBSOCKET" if scope["type"] == "websocket" else scope["method"],
            scope["path"],
            told,
            address,
            peer,
            secure,
        ),
        seen,
    )


def without(scope: Scope, *names: bytes) -> Scope:
    """The same scope without these headers."""
    return {
        **scope,
        "headers": [(name, value) for name, value in scope["headers"] if name not in names],
    }


def name_of(url: str) -> str | None:
    """The host name of an address, in small letters; None where it is not plainly one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return None
    whole = parts.username is None and not (parts.path or parts.query or parts.fragment)
    return parts.hostname.rstrip(".") if whole and parts.hostname else None


def _cleaned(
    headers: Iterable[tuple[bytes, bytes]], *, secure: bool, behind: bool
) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if not name.lower().startswith(_FORWARDED)]
    if behind and secure:
        # Gradio builds its own address from it.
        kept.append((b"x-forwarded-proto", b"https"))
    return kept


def _first_untrusted(said: list[str], policy: Policy, peer: str) -> str:
    """The nearest address in the chain that is no proxy of ours: nobody behind it is believed."""
    chain = [part.strip() for line in said for part in line.split(",") if part.strip()]
    for address in reversed(chain):
        if not policy.trusts(address):
            return address
    return chain[0] if chain else peer


def _scheme(scope: Scope, secure: bool) -> str:
    plain = "ws" if scope["type"] == "websocket" else "http"
    return plain + "s" * secure
