"""What the answers are made of: the handbook, at the pace that was asked for."""

from __future__ import annotations

import time

from tests.emulators.conftest import Serve
from tests.emulators.wire import Http, saying


def test_pace(serve: Serve) -> None:
    running = serve("qianfan", answer=saying(*["w "] * 19), tokens_per_second=40)
    begun = time.monotonic()
    assert Http(running).v2({}).json()["usage"]["completion_tokens"] == 19
    assert 0.48 < time.monotonic() - begun < 1


def test_the_handbook_answers_and_the_knobs_reach_it(serve: Serve) -> None:
    http = Http(serve("qianfan", answer=None))
    body = {"messages": [{"role": "user", "content": "temperature 是什么？"}], "seed": 7}
    first, second = (http.v2(body | {"temperature": 0.9}).json() for _ in range(2))
    assert first["choices"] == second["choices"]
    assert len(first["choices"][0]["message"]["content"]) > 5
    short = http.v2(body | {"max_tokens": 5}).json()
    assert short["choices"][0]["finish_reason"] == "length"
    assert short["usage"]["completion_tokens"] <= 5
