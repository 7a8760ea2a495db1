"""The promises of `make calibrate`, over fewer studies.

A bound is widened by two standard errors of the smaller number of studies, and by nothing else.
"""

from __future__ import annotations

import math

import pytest

from experiments.statistics import calibrate

STUDIES = 500


@pytest.mark.parametrize(
    "promise",
    [
        calibrate.false_verdicts,
        calibrate.coverage,
        calibrate.power,
        calibrate.regained,
        calibrate.equivalents,
        calibrate.planted,
    ],
)
def test_a_promise_is_kept(promise: calibrate.Promise) -> None:
    for row in promise(STUDIES):
        assert _kept(row, STUDIES), row


def test_racing_keeps_its_promise() -> None:
    studies = 20
    for row in calibrate.sweep(studies):
        assert _kept(row, studies), row


def test_a_promise_that_is_not_kept_is_told() -> None:
    assert not calibrate.Row("x", 0.06, 0, 0.05).kept
    assert calibrate.Row("only for reading", 7.0).kept


def _kept(row: calibrate.Row, studies: int) -> bool:
    share = min(max(row.measured, 0.01), 0.5)
    error = 2 * math.sqrt(share * (1 - share) / studies)
    return row.low - error <= row.measured <= row.high + error
