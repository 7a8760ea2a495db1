"""A recorded answer is shown again as it came, at the time it came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.bundles.streamed import Shown, play, streamed
from tests.conftest import ONE_EACH, Rig
from tests.panels.calls import call

ANSWER = replace(
    call(), text="你好，世界", reasoning="想", chunks=((0.5, 0, 1), (0.75, 2, 0), (1.5, 3, 0))
)


class Clock:
    """Time that passes only by sleeping, and a little with every look."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def played(speed: float) -> list[tuple[float, str]]:
    clock, seen = Clock(), []
    play(
        ANSWER,
        lambda shown: seen.append((clock.now - 100, shown.text)),
        speed,
        clock=clock,
        sleep=clock.sleep,
    )
    return seen


def test_what_stood_there_at_each_time() -> None:
    assert list(streamed(ANSWER)) == [
        Shown(0.5, "", "想"),
        Shown(0.75, "你好", "想"),
        Shown(1.5, "你好，世界", "想"),
    ]


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_each_piece_is_shown_when_it_is_due(speed: float) -> None:
    seen = played(speed)
    assert [text for _, text in seen] == ["", "你好", "你好，世界"]
    for (at, _), due in zip(seen, (0.5, 0.75, 1.5), strict=True):
        # Being late once makes nothing after it late.
        assert at == pytest.approx(due / speed, abs=0.01)


def test_at_once_takes_no_time() -> None:
    assert played(0)[-1][0] < 0.02


def test_the_first_token_comes_within_20_ms_of_when_it_came() -> None:
    import time

    one = replace(ANSWER, chunks=((0.2, 5, 1),))
    errors = []
    for _ in range(5):
        began = time.perf_counter()
        play(one, lambda _, began=began: errors.append(time.perf_counter() - began - 0.2))  # type: ignore[misc]
    # Other work on the machine may delay any of them; what is ours delays all alike.
    assert 0 <= min(errors) <= 0.02


def test_an_answer_without_times_is_there_at_its_end() -> None:
    old = replace(ANSWER, chunks=())
    assert list(streamed(old)) == [Shown(2.5, "你好，世界", "想")]


@given(
    st.text(max_size=12),
    st.lists(st.tuples(st.floats(-1, 9), st.integers(-5, 20), st.integers(-5, 20)), max_size=9),
)
def test_whatever_the_times_say_the_answer_is_whole_in_the_end(
    text: str, chunks: list[tuple[float, int, int]]
) -> None:
    shown = list(streamed(replace(ANSWER, text=text, chunks=tuple(chunks))))
    assert shown[-1].text == text and len(shown) == max(1, len(chunks))
    assert all(text.startswith(each.text) for each in shown)


@pytest.mark.parametrize("model", ONE_EACH)
def test_every_protocol_leaves_times_that_replay(rig: Rig, model: str) -> None:
    made = rig.call(model)
    shown = list(streamed(made))
    assert shown[0].at == pytest.approx(made.time_to_first_token, abs=0.002)
    assert shown[-1].text == made.text and shown[-1].at <= (made.total_time or 0)
    assert [each.at for each in shown] == sorted(each.at for each in shown)
