"""The minute of the rate limits, seen through v1."""

from __future__ import annotations

from typing import Any

from emulators import Limits
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http


def test_windows_refill_after_a_minute(serve: Serve) -> None:
    now = [1000.0]
    limits = Limits(requests=2, tokens=1000, clock=lambda: now[0])
    http = Http(serve("qianfan", limits=limits))
    token = http.token()

    def ask(endpoint: str = "ernie_speed") -> tuple[Any, str]:
        answer = http.v1({"messages": ASK}, endpoint, token)
        left = answer.headers["X-Ratelimit-Remaining-Requests"]
        return answer.json().get("error_code"), left

    assert [ask(), ask(), ask()] == [(None, "1"), (None, "0"), (336501, "0")]
    assert ask("ernie-lite-8k") == (None, "1")
    now[0] += 59.9
    assert ask() == (336501, "0")
    now[0] += 0.1
    assert ask() == (None, "1")


def test_tokens_run_out_too(serve: Serve) -> None:
    http = Http(serve("qianfan", limits=Limits(tokens=5)))
    token = http.token()
    codes = [http.v1({"messages": ASK}, token=token).json().get("error_code") for _ in range(2)]
    assert codes == [None, 336502]
