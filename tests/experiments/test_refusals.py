"""However a provider says *too many*: each question is answered once, and each refusal is a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import emulators
from emulators.limits import Limits
from experiments.runner import Runner
from tests.conftest import Rig
from tests.experiments.rigs import Desk, small
from usage import Store
from usage.prices import Prices

# A provider's way to say so: 336501 in HTTP 200, 429 with Retry-After, 429, a frame with 11202.
BY_FAULT = {
    ("qianfan-v1/ernie_speed", "rate_limited"),
    ("qianfan/ernie-speed-8k", "retry_after_seconds"),
    ("deepseek/deepseek-chat", "rate_limited"),
    ("spark/generalv3.5", "rate_limited"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'store.db'}")
    yield opened
    opened.shut()


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer, as the emulators take it."""

    text: str
    logprob: float = 0.0
    finish_reason: str | None = None


def _answer(question: str, system: str, sampling: object) -> Iterator[Token]:
    yield Token("茶", finish_reason="stop")


def _work(desk: Desk, model: str) -> None:
    run = desk.create(small(models=[model], prompts=["一", "二", "三", "四"], concurrency=8))
    assert Runner(desk.client, desk.journal, desk.find(run), Prices.load()).work() == "run"
    calls = list(desk.store.each())
    answered = Counter(call.cell for call in calls if call.state in ("ok", "length"))
    assert answered == Counter({cell.number: 1 for cell in desk.cells(run)})
    assert len(answered) == 8
    for call in calls:
        if call.error is not None:
            assert (call.error.kind, call.billed, call.text) == ("RateLimit", "no", "")
        if call.attempt > 1:
            assert call.retry_of in {one.id for one in calls}


def test_a_limit_per_second_that_nobody_announced_loses_and_doubles_nothing(store: Store) -> None:
    received: list[dict[str, object]] = []
    limits = Limits(requests=10**6, tokens=10**9, per_second=2)
    with emulators.start(
        ["spark"], limits=limits, log=received.append, tokens_per_second=10_000, answer=_answer
    ) as running:
        _work(Desk(Rig(running, received), store), "spark/generalv3.5")
    codes = {call.error.code for call in store.each() if call.error is not None}
    assert codes == {"11202"}


@pytest.mark.parametrize(("model", "fault"), sorted(BY_FAULT))
def test_refusals_out_of_the_blue_lose_and_double_nothing(
    model: str, fault: str, store: Store
) -> None:
    received: list[dict[str, object]] = []
    script = f"ok,ok,{fault},{fault},ok"
    with emulators.start(
        log=received.append, tokens_per_second=10_000, answer=_answer, fault=script
    ) as running:
        _work(desk := Desk(Rig(running, received), store), model)
    refused = [call for call in desk.store.each() if call.error is not None]
    assert 1 <= len(refused) <= 2
