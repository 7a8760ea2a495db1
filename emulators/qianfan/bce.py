"""Verification of `bce-auth-v1` signatures.

The rules are those of the official signer (PyPI bce-python-sdk 0.9.79, `sign`), against whose
output the tests check this file. Official signers disagree in small things (port in the host,
`x-bce-*` headers beyond the signed list, `!'()*` left as they are), so each of those readings is
tried.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

Pairs = Sequence[tuple[str, str]]

_FORM: Final = re.compile(
    r"bce-auth-v1/([^/]+)/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)/(\d+)/([^/]*)/([0-9a-f]{64})"
)
_DEFAULT: Final = frozenset({"host", "content-length", "content-type", "content-md5"})
# Not documented: how far the two clocks may differ.
SKEW_SECONDS: Final = 300.0


class Unsigned(Exception):
    """The signature does not hold; carries the texts of the two X-Bce-Error-* headers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Signed:
    """A request as it was received; `path` still percent-encoded, `query` undecoded."""

    method: str
    path: str
    query: str
    headers: Pairs


def signing_key(secret: str, prefix: str) -> str:
    """The hex text that is the key of the second step."""
    return hmac.new(secret.encode(), prefix.encode(), hashlib.sha256).hexdigest()


def canonical_request(
    request: Signed, headers: Pairs, *, safe: str = "", by_key: bool = False
) -> str:
    """The text that is signed; `safe` and `by_key` are the Java signer's habits."""
    path = quote(unquote_to_bytes(request.path), safe="/~")
    pairs = [part.partition("=") for part in request.query.split("&") if part]
    query = [(unquote_plus(key), unquote_plus(value)) for key, _, value in pairs]
    query = [pair for pair in query if pair[0].lower() != "authorization"]
    if by_key:
        query.sort()
    plain = "~" + safe
    lines = [f"{quote(key, safe=plain)}={quote(value, safe=plain)}" for key, value in query]
    if not by_key:
        lines.sort()
    signed = sorted(
        f"{quote(name.strip().lower(), safe='~')}:{quote(value.strip(), safe='~')}"
        for name, value in headers
        if value.strip()
    )
    return "\n".join([request.method.upper(), path, "&".join(lines), "\n".join(signed)])


def signature(key: str, text: str) -> str:
    """Hex HMAC of a canonical request under a signing key."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def verify(request: Signed, authorization: str, keys: dict[str, str], now: float) -> str:
    """The access key that signed `request`; raises Unsigned. `keys` maps access to secret keys."""
    form = _FORM.fullmatch(authorization)
    if form is None:
        raise Unsigned("InvalidHTTPAuthHeader", "The HTTP authorization header is invalid.")
    access, stamp, lifetime, names, given = form.groups()
    if access not in keys:
        raise Unsigned("NotFound", "NotFound, cause: Could not find credential.")
    _check_time(stamp, int(lifetime), now)
    prefix = f"bce-auth-v1/{access}/{stamp}/{lifetime}"
    key = signing_key(keys[access], prefix)
    for text in _readings(request, names):
        if hmac.compare_digest(signature(key, text), given):
            return access
    cause = "Fail to authn user: Signature does not match"
    raise Unsigned("SignatureDoesNotMatch", f"SignatureDoesNotMatch, cause: {cause}")


def _check_time(stamp: str, lifetime: int, now: float) -> None:
    try:
        signed_at = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise Unsigned("InvalidHTTPAuthHeader", "The timestamp is not a time.") from error
    if not signed_at - SKEW_SECONDS <= now <= signed_at + lifetime:
        raise Unsigned("RequestExpired", "RequestExpired, cause: Request has expired.")


def _readings(request: Signed, names: str) -> Iterator[str]:
    """Every canonical text that a real client may have signed."""
    for headers in _choices(request.headers, [unquote(n).lower() for n in names.split(";") if n]):
        for chosen in (headers, _without_port(headers)):
            yield canonical_request(request, chosen)
            yield canonical_request(request, chosen, safe="!'()*", by_key=True)


def _choices(headers: Pairs, names: list[str]) -> Iterator[Pairs]:
    lowered = [(name.lower(), value) for name, value in headers]
    own = [pair for pair in lowered if pair[0].startswith("x-bce-") and pair[0] not in names]
    if names:
        if "host" in names:
            listed = [pair for pair in lowered if pair[0] in names]
            yield [*listed, *own]
            yield listed
        return
    present = [pair for pair in lowered if pair[0] in _DEFAULT] + own
    yield present
    # A signer that runs before the HTTP library has not seen the length that the library adds.
    yield [pair for pair in present if pair[0] != "content-length"]


def _without_port(headers: Pairs) -> Pairs:
    return [(n, v.rpartition(":")[0] or v if n == "host" else v) for n, v in headers]
