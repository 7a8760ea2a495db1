"""The Spark verifier against the provider's own vector, the official SDK's, and six signers."""

from __future__ import annotations

import base64
import json
import time
from urllib.parse import quote, urlencode, urlsplit

import pytest
import websocket

from emulators import Emulators
from emulators.iflytek.spark_auth import Denied, signature, verify
from tests.emulators.wire import connect, sign, spark_url

KEYS = {"fakekey0fakekey0fakekey0fakekey0": "fakesecretfakesecretfakesecret00"}
HEAD = (
    "YXBpX2tleT0iZmFrZWtleTBmYWtla2V5MGZha2VrZXkwZmFrZWtleTAiLCBhbGdvcml0aG09ImhtYWMtc2hhMjU2Iiwg"
)
NAMES = "aGVhZGVycz0iaG9zdCBkYXRlIHJlcXVlc3QtbGluZSIs"
SPACES = "ICAgICAgICBoZWFkZXJzPSJob3N0IGRhdGUgcmVxdWVzdC1saW5lIiwg"
# host, path, date as written in the URL, signature, epoch, authorization of the document's form
# and of sparkai 0.4.5 (nine spaces), as far as they differ.
VECTORS = [
    ("spark-api.xf-yun.com", "/v3.5/chat", "Fri%2C+22+Mar+2024+08%3A00%3A00+GMT",
     "bAMZrPH4oPRWGsz/otnFe0sGJyXdu1m88e0qVgELOAY=", 1711094400.0,
     "IHNpZ25hdHVyZT0iYkFNWnJQSDRvUFJXR3N6L290bkZlMHNHSnlYZHUxbTg4ZTBxVmdFTE9BWT0i"),
    ("spark-api.xf-yun.com", "/chat/max-32k", "Sat%2C+29+Jun+2024+12%3A34%3A56+GMT",
     "8woZJZhZ0+6lWTin/7zVWxH5yNtZc5xYmRMH+XTjKno=", 1719664496.0,
     "IHNpZ25hdHVyZT0iOHdvWkpaaFowKzZsV1Rpbi83elZXeEg1eU50WmM1eFltUk1IK1hUaktubz0i"),
    ("127.0.0.1%3A8765", "/v4.0/chat", "Wed%2C+31+Dec+2025+23%3A59%3A59+GMT",
     "sAmUX/u7p5O9QB3gF397xVT2p8Je3igWurlJ0Ey6KVQ=", 1767225599.0,
     "IHNpZ25hdHVyZT0ic0FtVVgvdTdwNU85UUIzZ0YzOTd4VlQycDhKZTNpZ1d1cmxKMEV5NktWUT0i"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "path", "date", "signed", "now", "tail"), VECTORS)
def test_published_urls_verify(
    host: str, path: str, date: str, signed: str, now: float, tail: str
) -> None:
    plain_host, plain_date = host.replace("%3A", ":"), date.replace("%2C", ",").replace("%3A", ":")
    assert signature(
        next(iter(KEYS.values())), plain_host, plain_date.replace("+", " "), path
    ) == signed  # fmt: skip
    query = f"authorization={HEAD}{NAMES}{tail}&date={date}&host={host}"
    assert verify(query, path, KEYS, now) in KEYS


@pytest.mark.parametrize(("host", "path", "date", "signed", "now", "tail"), VECTORS)
def test_urls_of_sparkai_with_nine_spaces_verify(
    host: str, path: str, date: str, signed: str, now: float, tail: str
) -> None:
    text = base64.b64decode(HEAD + SPACES).decode()
    assert text.endswith(',         headers="host date request-line", ')
    authorization = base64.b64encode(f'{text}signature="{signed}"'.encode()).decode()
    assert authorization.startswith(HEAD + SPACES)
    query = f"authorization={quote(authorization, safe='')}&date={date}&host={host}"
    assert verify(query, path, KEYS, now) in KEYS


def test_golden_vector_of_the_dictation_page() -> None:
    secret, date = "secretxxxxxxxx2df7900c09xxxxxxxx", "Wed, 10 Jul 2019 07:35:43 GMT"
    expected = "Hp3Ty4ZkSBmL8jKyOLpQiv9Sr5nvmeYEH7WsL/ZO2Jg="
    assert signature(secret, "iat-api.xfyun.cn", date, "/v2/iat") == expected
    assert sign(secret, "iat-api.xfyun.cn", date, "/v2/iat") == expected


PLAIN = 'api_key="{key}", algorithm="hmac-sha256", headers="{names}", signature="{signed}"'
SIGNERS = {
    "sparkai": {"form": PLAIN.replace(" headers", " " * 9 + "headers")},
    "xfyunsdkcore": {"order": ("authorization", "host", "date")},
    "sparkai.xf_util": {"order": ("host", "date", "authorization"), "host": "127.0.0.1"},
    "document text": {"form": PLAIN.replace(", ", ",")},
    "one-api": {"form": PLAIN.replace("api_key=", "hmac username="), "zone": "UTC"},
    "Java SDK": {"host": "127.0.0.1", "encode": lambda given: urlencode(given, quote_via=quote)},
}


@pytest.mark.parametrize("signer", SIGNERS)
def test_six_signers_are_let_in(shared: Emulators, signer: str) -> None:
    connect(spark_url(shared, **SIGNERS[signer])).close()  # type: ignore[arg-type]


@pytest.mark.parametrize("seconds", [-299, 299])
def test_the_clock_window_is_open(shared: Emulators, seconds: float) -> None:
    connect(spark_url(shared, now=time.time() + seconds)).close()


def denied(url: str) -> tuple[int, str]:
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        connect(url)
    body = json.loads(caught.value.resp_body or b"null")
    return caught.value.status_code, body["message"]


VALID_DATE = (
    "HMAC signature cannot be verified, a valid date or x-date header is required for "
    "HMAC Authentication"
)


def test_handshake_failures_have_status_and_json_body(shared: Emulators) -> None:
    unverified = "HMAC signature cannot be verified"
    base, query = shared.urls["spark"] + "/v3.5/chat", urlsplit(spark_url(shared)).query
    parts = dict(part.split("=", 1) for part in query.split("&"))
    assert denied(base) == (401, "Unauthorized")
    assert denied(spark_url(shared, form="nonsense")) == (401, unverified)
    assert denied(f"{base}?authorization=%21%21&date={parts['date']}&host=h") == (401, unverified)
    without_host = f"{base}?authorization={parts['authorization']}&date={parts['date']}"
    assert denied(without_host) == (401, unverified)
    unknown = "HMAC signature cannot be verified: fail to retrieve credential"
    assert denied(spark_url(shared, key="fakekey1")) == (401, unknown)
    assert denied(spark_url(shared, secret="no")) == (401, "HMAC signature does not match")
    for seconds in (-302, 302):
        assert denied(spark_url(shared, now=time.time() + seconds)) == (403, VALID_DATE)
    assert denied(f"{base}?{query.replace(parts['date'], 'today')}") == (403, VALID_DATE)
    missing = f"{base}?authorization={parts['authorization']}&host={parts['host']}"
    assert denied(missing) == (403, VALID_DATE)


@pytest.mark.parametrize("path", ["/v2.0/chat", "/V3.5/chat", "/chat", "/v3.5/chat/"])
def test_unknown_paths_are_404(shared: Emulators, path: str) -> None:
    assert denied(spark_url(shared, path)) == (404, "no Route matched with those values")


def test_a_signature_for_another_path_does_not_match(shared: Emulators) -> None:
    url = spark_url(shared, "/v3.5/chat").replace("/v3.5/chat?", "/v4.0/chat?")
    assert denied(url) == (401, "HMAC signature does not match")


def test_a_secret_is_text_although_it_looks_like_base64() -> None:
    with pytest.raises(Denied):
        verify("authorization=&date=x&host=h", "/v3.5/chat", KEYS, 0)
