"""The two request signatures: Baidu's bce-auth-v1 and iFlytek's signed WebSocket URL.

Pure functions of their inputs; sign last, after any wait, for both carry the time.
"""

from __future__ import annotations

import base64
import email.utils
import hashlib
import hmac
import urllib.parse
from collections.abc import Mapping
from datetime import UTC, datetime


def bce_authorization(
    method: str,
    url: str,
    headers: Mapping[str, str],
    access_key: str,
    secret_key: str,
    when: datetime,
    expires: int = 1800,
) -> str:
    """The Authorization value for a request that sends exactly `headers` and the URL's query.

    All of `headers` are signed, so pass just those to be signed, `host` among them. `when` is UTC
    and must be the second that `x-bce-date` says; `expires` is in seconds.
    Source: https://cloud.baidu.com/doc/Reference/s/njwvz1yfu
    """
    parts = urllib.parse.urlsplit(url)
    stamp = when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    prefix = f"bce-auth-v1/{access_key}/{stamp}/{expires}"
    query = "&".join(
        sorted(
            f"{_enc(key)}={_enc(value)}"
            for key, value in urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
            if key.lower() != "authorization"
        )
    )
    signed = {name.lower(): value.strip() for name, value in headers.items() if value.strip()}
    canonical = "\n".join(
        (
            method.upper(),
            parts.path or "/",
            query,
            "\n".join(sorted(f"{_enc(name)}:{_enc(value)}" for name, value in signed.items())),
        )
    )
    # The second key is the hex text of the first digest, not its bytes.
    signing_key = _hmac(secret_key, prefix).hex()
    signature = _hmac(signing_key, canonical).hex()
    return f"{prefix}/{';'.join(sorted(signed))}/{signature}"


def iflytek_url(url: str, api_key: str, api_secret: str, when: datetime, verb: str = "GET") -> str:
    """The URL with authorization, date and host in its query; valid for 300 s.

    The signature covers the host (with its port, if any), the date, the verb and the path. A
    WebSocket's verb is GET.
    Source: https://www.xfyun.cn/doc/spark/general_url_authentication.html
    """
    parts = urllib.parse.urlsplit(url)
    date = email.utils.format_datetime(when.astimezone(UTC), usegmt=True)
    text = f"host: {parts.netloc}\ndate: {date}\n{verb} {parts.path} HTTP/1.1"
    # The secret looks like base64 but is used as the text it is.
    signature = base64.b64encode(_hmac(api_secret, text)).decode()
    authorization = (
        f'api_key="{api_key}", algorithm="hmac-sha256", '
        f'headers="host date request-line", signature="{signature}"'
    )
    query = urllib.parse.urlencode(
        {
            "authorization": base64.b64encode(authorization.encode()).decode(),
            "date": date,
            "host": parts.netloc,
        }
    )
    return f"{url}?{query}"


def _hmac(key: str, text: str) -> bytes:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()


def _enc(text: str) -> str:
    return urllib.parse.quote(text, safe="-._~")
