"""Signing a request of ours with Baidu's IAM keys."""

from __future__ import annotations

import urllib.parse
from datetime import UTC, datetime

from backends.provider import Access
from backends.secrets import redactor
from backends.signing import bce_authorization

IAM_KEYS = ("QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY")


def signed_headers(method: str, url: str, access: Access) -> dict[str, str]:
    """Authorization and x-bce-date for a request to `url` made now.

    Raises:
        MissingCredential: an IAM key is not set.
    """
    now = datetime.now(UTC)
    headers = {
        "host": urllib.parse.urlsplit(url).netloc,
        "x-bce-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    authorization = bce_authorization(
        method, url, headers, access.key(IAM_KEYS[0]), access.key(IAM_KEYS[1]), now
    )
    redactor.learn_signature(authorization)
    return {"x-bce-date": headers["x-bce-date"], "Authorization": authorization}
