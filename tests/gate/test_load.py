"""Twenty providers that stall: pages load as before, and nobody else waits for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

import emulators
from bench.gradio_visitor import GradioVisitor
from bench.streamlit_visitor import StreamlitVisitor
from tests.browser.conftest import Serve
from tests.browser.conftest import serve as serve
from tests.gate.conftest import KINDS

pytestmark = pytest.mark.alone

STALLED = 20
_VISITORS: dict[str, type[GradioVisitor] | type[StreamlitVisitor]] = {
    "gradio": GradioVisitor,
    "streamlit": StreamlitVisitor,
}
SLOW, OTHER = "qianfan/ernie-speed-8k", "handbook/ngram"


@pytest.fixture
def stalling() -> Iterator[emulators.Emulators]:
    with emulators.start(["qianfan"], fault="stall") as running:
        yield running


@pytest.mark.parametrize("kind", KINDS)
def test_twenty_stalled_providers_keep_nobody_else_waiting(
    serve: Serve, stalling: emulators.Emulators, kind: str
) -> None:
    address = serve(kind, **stalling.environment, **stalling.keys)

    def load(model: str = OTHER) -> GradioVisitor | StreamlitVisitor:
        visitor = _VISITORS[kind](address, model)
        visitor.open()
        return visitor

    def seconds() -> float:
        """To open the page, have an answer from another provider, and leave."""
        began = time.perf_counter()
        with closing(load()) as visitor:
            visitor.ask("hi")
            visitor.finish()
        return time.perf_counter() - began

    seconds()  # the first visitor also starts what all share
    idle = min(seconds() for _ in range(4))
    with ExitStack() as stack, ThreadPoolExecutor(STALLED) as pool:
        waiting = list(pool.map(lambda _: stack.enter_context(closing(load(SLOW))), range(STALLED)))
        for visitor in waiting:
            visitor.ask("hi")
        busy = min(seconds() for _ in range(4))
    assert busy <= 2 * idle, (idle, busy)
