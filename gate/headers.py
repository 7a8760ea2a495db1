"""What every answer says about itself: what a page may load, and who may frame it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from gate.frameworks import Framework, Kind
from gate.policy import Policy

_SCRIPT = re.compile(rb"<script(?P<about>[^>]*)>(?P<text>.*?)</script\s*>", re.S | re.I)
# Bytes of somebody's, and data: nothing in them may run or load if a browser shows them.
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
_ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "microphone=(self), camera=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
)
# Ours alone are sent, so what the framework says of other places is left out.
OURS = frozenset(
    {name for name, _ in _ALWAYS}
    | {"content-security-policy", "x-frame-options", "strict-transport-security", "server"}
)
_DROPPED = re.compile(r"access-control-.*")


def headers(
    framework: Framework, policy: Policy, kind: Kind | None, *, page: bytes, secure: bool
) -> list[tuple[str, str]]:
    """The headers of an answer of this kind; of a page, by the scripts that stand in it."""
    told = [*_ALWAYS, ("content-security-policy", _policy(framework, policy, kind, page))]
    if not policy.framed_by:
        told.append(("x-frame-options", "SAMEORIGIN"))
    if kind not in ("asset", "stream"):
        told.append(("cache-control", "no-store"))
    if secure:
        told.append(("strict-transport-security", "max-age=31536000"))
    return told


def kept(
    framework_headers: Iterable[tuple[bytes, bytes]], replaced: set[str]
) -> list[tuple[bytes, bytes]]:
    """What the framework says, without what we say ourselves."""
    return [
        (name, value)
        for name, value in framework_headers
        if (plain := name.decode("latin-1").lower()) not in replaced
        and plain not in OURS
        and not _DROPPED.fullmatch(plain)
    ]


def _policy(framework: Framework, policy: Policy, kind: Kind | None, page: bytes) -> str:
    if kind not in ("page", "asset"):
        return _INERT
    scripts = ["'self'", *framework.scripts, *_hashes(page)]
    frames = ["'self'", *policy.framed_by]
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {' '.join(scripts)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(frames)}",
        )
    )


def _hashes(page: bytes) -> list[str]:
    """The scripts that stand in the page itself: these and no other inline ones run."""
    found = (
        match["text"]
        for match in _SCRIPT.finditer(page)
        if not re.search(rb"\ssrc\s*=", match["about"], re.I)
    )
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in found
    ]
