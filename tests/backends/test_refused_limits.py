"""A refused call's headers are on record like those of an answered one, however it was refused."""

from __future__ import annotations

import json

import pytest

from backends import PROVIDERS, Access, Call, Catalogue, Client, Deadlines, Secret
from tests.backends.test_wire import answers, raw_server
from tests.conftest import ListLedger, ask

KEYS = (
    "DEEPSEEK_API_KEY", "QIANFAN_BEARER_TOKEN", "QIANFAN_ACCESS_KEY", "QIANFAN_SECRET_KEY",
    "SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET",
)  # fmt: skip
LEFT = "X-RateLimit-Limit-Requests: 60\nx-ratelimit-remaining-requests: 0\nRetry-After: 7"
BUSY = {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}
# Baidu's first interface answers with 200, whatever is wrong.
IN_BODY = {"error_code": 336501, "error_msg": "Rate limit reached for RPM"}


def _called(model: str, head: str, body: bytes, *, stream: bool) -> Call:
    head = f"HTTP/1.1 {head}\n{LEFT}\nContent-Length: {len(body)}"
    with raw_server(answers(head, body)) as port:
        scheme = "ws" if model.startswith("spark/") else "http"
        address = f"{scheme}://127.0.0.1:{port}"
        urls = {name: address for provider in PROVIDERS for name in provider.base_urls}
        access = Access(urls, {name: Secret("fake-canary-key") for name in KEYS})
        client = Client(
            Catalogue(PROVIDERS), lambda _: access, ListLedger(), deadlines=Deadlines(first=5)
        )
        return client.start(ask(model, stream=stream)).result(20)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("model", "head", "body", "code"),
    [
        ("deepseek/deepseek-chat", "429 No\nContent-Type: application/json", BUSY,
         "rate_limit_exceeded"),
        ("deepseek/deepseek-chat", "429 No\nContent-Type: text/html", "<html>busy</html>", None),
        ("deepseek/deepseek-chat", "429 No", "", None),
        ("deepseek/deepseek-chat", "200 OK\nContent-Type: application/json", BUSY,
         "rate_limit_exceeded"),
        ("deepseek/deepseek-chat", "200 OK\nContent-Type: text/event-stream",
         f"data: {json.dumps(BUSY)}\n\n", "rate_limit_exceeded"),
        ("qianfan/ernie-speed-8k", "429 No\nContent-Type: application/json",
         {"error": {"code": "rpm_rate_limit_exceeded", "message": "busy"}},
         "rpm_rate_limit_exceeded"),
        ("qianfan-v1/ernie_speed", "200 OK\nContent-Type: application/json", IN_BODY, "336501"),
        ("qianfan-v1/ernie_speed", "200 OK\nContent-Type: text/event-stream",
         f"data: {json.dumps(IN_BODY)}\n\n", "336501"),
        ("qianfan-v1/ernie_speed", "429 No\nContent-Type: text/html", "<html>busy</html>", None),
        ("chatglm3/chatglm3-6b", "429 No\nContent-Type: application/json", BUSY,
         "rate_limit_exceeded"),
        ("chatglm/api", "429 No", "busy", "429"),
        ("spark/generalv3.5", "429 No", "busy", None),
    ],
)  # fmt: skip
def test_the_headers_of_a_refusal_are_on_record(
    model: str, head: str, body: object, code: str | None, stream: bool
) -> None:
    data = body if isinstance(body, str) else json.dumps(body)
    call = _called(model, head, data.encode(), stream=stream)
    assert call.error is not None and (call.error.kind, call.error.code) == ("RateLimit", code)
    assert call.rate_limit is not None
    told = {name.lower(): value for name, value in call.rate_limit.headers.items()}
    assert told == {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "0",
        "retry-after": "7",
    }
    assert (call.rate_limit.limit_requests, call.rate_limit.remaining_requests) == (60, 0)
