"""Verification of Spark's signed URLs.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.

Real clients differ in spaces, order, `hmac username` for `api_key`, and the zone's name, so the
text is read by its names and checked against the `host` and `date` *as sent*. The order of the
checks is not published; here: missing, date, text, key, signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import parse_qs

CLOCK_SECONDS: Final = 300.0
_PAIR: Final = re.compile(r'([A-Za-z_-]+)\s*=\s*"([^"]*)"')

UNAUTHORIZED: Final = "Unauthorized"
UNVERIFIED: Final = "HMAC signature cannot be verified"
UNKNOWN_KEY: Final = "HMAC signature cannot be verified: fail to retrieve credential"
MISMATCH: Final = "HMAC signature does not match"
BAD_DATE: Final = (
    "HMAC signature cannot be verified, a valid date or x-date header is required for "
    "HMAC Authentication"
)


class Denied(Exception):
    """The handshake fails with this status and message."""

    def __init__(self, status: int, message: str, outcome: str = "refused") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.outcome = outcome


def signature(secret: str, host: str, date: str, path: str, verb: str = "GET") -> str:
    """The base64 signature of one request line; the secret is used as text."""
    text = f"host: {host}\ndate: {date}\n{verb} {path} HTTP/1.1"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def verify(query: str, path: str, keys: dict[str, str], now: float, verb: str = "GET") -> str:
    """The API key that signed the URL; raises Denied.

    `query` and `path` as they came in the URL, `keys` maps API keys to secrets, `now` is seconds
    since 1970.
    """
    given = parse_qs(query, keep_blank_values=True)
    if not given.get("authorization"):
        raise Denied(401, UNAUTHORIZED)
    host, date = given.get("host", [""])[0], given.get("date", [""])[0]
    _check_date(date, now)
    parts = _parts(given["authorization"][0])
    key, signed = parts.get("api_key", parts.get("username", "")), parts.get("signature", "")
    if not host or not key or not signed or parts.get("algorithm") != "hmac-sha256":
        raise Denied(401, UNVERIFIED)
    if parts.get("headers", "").split() != ["host", "date", "request-line"]:
        raise Denied(401, UNVERIFIED)
    if key not in keys:
        raise Denied(401, UNKNOWN_KEY)
    expected = signature(keys[key], host, date, path, verb)
    if not hmac.compare_digest(expected.encode(), signed.encode()):
        raise Denied(401, MISMATCH)
    return key


def _check_date(date: str, now: float) -> None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError as error:
        raise Denied(403, BAD_DATE) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if abs(moment.timestamp() - now) > CLOCK_SECONDS:
        raise Denied(403, BAD_DATE)


def _parts(authorization: str) -> dict[str, str]:
    try:
        text = base64.b64decode(authorization, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Denied(401, UNVERIFIED) from error
    return dict(_PAIR.findall(text))
