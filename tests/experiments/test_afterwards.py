"""Scores that need more than one answer, and judges that were cut."""

from __future__ import annotations

from dataclasses import replace

from experiments.types import Cell
from tests.experiments.rigs import MODEL, Desk, small

JUDGE = {"kind": "pairwise", "model": MODEL}


def _by(cells: list[Cell], setting: int) -> list[Cell]:
    return [cell for cell in cells if cell.setting == setting]


def test_repeats_share_one_figure_of_how_alike_they_are(desk: Desk) -> None:
    run = desk.create(small(params={}, repeats=3, scores=[{"kind": "similarity"}]))
    desk.work(run)
    cells = desk.cells(run)
    for setting in (0, 1):
        for prompt in ("1", "2", "3"):
            figures = {
                cell.scores["similarity"]
                for cell in _by(cells, setting)
                if cell.prompt_id == prompt
            }
            assert len(figures) == 1 and 0 <= (figures.pop() or 0) <= 1


def test_each_answer_is_judged_against_the_first_settings_in_both_orders(desk: Desk) -> None:
    run = desk.create(small(params={}, prompts=["北京在哪里？"], scores=[JUDGE]))
    desk.work(run)
    first, second = desk.cells(run)[0], desk.cells(run)[1]
    if first.setting:
        first, second = second, first
    assert first.scores == {"pairwise": 0.5} and "pairwise" in second.scores
    judges = [call for call in desk.store.each() if call.tag == "judge"]
    assert judges and {(call.run, call.cell) for call in judges} == {(run, second.number)}
    assert desk.find(run).plan.scores[0].options == {"model": MODEL}


def test_a_run_keeps_why_answers_have_no_score(desk: Desk) -> None:
    marks = {"kind": "judge", "model": MODEL}
    run = desk.create(small(params={}, scores=[marks], factors={}, repeats=30))
    desk.work(run)
    cells = desk.cells(run)
    # The emulated judge is a small n-gram model, which says no mark.
    assert {cell.scores["judge"] for cell in cells} == {None}
    told = [event for event in desk.find(run).events if event["kind"] == "unscored"]
    assert 1 <= len(told) <= 20 and len({event["zh"] for event in told}) == len(told)
    assert all(MODEL in event["zh"] and MODEL in event["en"] for event in told)


def test_what_is_missing_is_made_good_and_what_is_there_stays(desk: Desk) -> None:
    run = desk.create(small(params={}, scores=[{"kind": "length"}]))
    desk.work(run)
    before = desk.cells(run)
    desk.journal.settle(run, [replace(before[0], scores={})])
    desk.work(run)
    assert desk.cells(run) == before
    assert len(list(desk.store.each())) == 6
