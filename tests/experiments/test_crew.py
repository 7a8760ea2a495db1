"""The threads that make a run's calls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from backends import Steps
from experiments.crew import Crew
from experiments.types import Cell, Prompt
from usage.receipt import Receipt

WORK = [(Cell(number, "p", 0, 0), Prompt("p", "?")) for number in range(12)]


def recorded(call: Callable[[Cell], Cell | None]) -> Callable[[Cell, Prompt], Steps[Cell | None]]:
    """Calls whose rows are on disk at once."""

    def make(cell: Cell, prompt: Prompt) -> Steps[Cell | None]:
        row: Receipt[None] = Receipt()
        row.give(None)
        yield row
        return call(cell)

    return make


def recorded_as(
    rows: Sequence[Receipt[None]], begun: threading.Semaphore
) -> Callable[[Cell, Prompt], Steps[Cell | None]]:
    """Calls whose rows are on disk when these say so; of each that begins `begun` is told."""

    def make(cell: Cell, prompt: Prompt) -> Steps[Cell | None]:
        begun.release()
        yield rows[cell.number]
        rows[cell.number].result()
        return cell

    return make


def test_so_many_calls_at_most_are_made_at_once_and_each_is_told_of() -> None:
    three, most = threading.Barrier(3), threading.BoundedSemaphore(3)

    def call(cell: Cell) -> Cell | None:
        assert most.acquire(blocking=False)
        three.wait(20)
        most.release()
        three.wait(20)
        return replace(cell, state="done") if cell.number else None

    crew = Crew(3, 2, recorded(call))
    crew.give(WORK)
    crew.wait(0, 20)
    told = crew.done()
    crew.leave()
    assert {cell.number for cell in told} == set(range(1, 12))
    assert {cell.state for cell in told} == {"done"} and crew.done() == []
    assert crew.outstanding == 0


def test_a_call_whose_row_is_on_its_way_holds_no_thread() -> None:
    rows: list[Receipt[None]] = [Receipt() for _ in WORK]
    begun = threading.Semaphore(0)
    crew = Crew(6, 6, recorded_as(rows, begun))
    crew.give(WORK)
    for _ in WORK:
        assert begun.acquire(timeout=20)
    # The last one first: whoever is on disk goes, whatever still waits before it.
    for number in reversed(range(len(WORK))):
        rows[number].give(None)
        crew.wait(number, 20)
    crew.leave()
    assert [cell.number for cell in crew.done()] == [*reversed(range(len(WORK)))]


def test_no_more_calls_are_under_way_than_there_are_threads() -> None:
    rows: list[Receipt[None]] = [Receipt() for _ in WORK]
    begun = threading.Semaphore(0)
    crew = Crew(2, 1, recorded_as(rows, begun))
    crew.give(WORK)
    for number in range(len(WORK)):
        # Three of them, and one more for each that has ended.
        for _ in range(3 if number == 0 else 1 if number <= len(WORK) - 3 else 0):
            assert begun.acquire(timeout=20)
        assert not begun.acquire(timeout=0.02)
        rows[number].give(None)
        crew.wait(len(WORK) - number - 1, 20)
    crew.leave()
    assert len(crew.done()) == len(WORK)


def test_who_leaves_waits_for_what_is_on_its_way_to_the_disk() -> None:
    row: Receipt[None] = Receipt()
    crew = Crew(2, 2, recorded_as([row], threading.Semaphore(0)))
    crew.give(WORK[:1])
    late = threading.Timer(0.2, row.give, [None])
    late.start()
    crew.leave()
    assert [cell.number for cell in crew.done()] == [0]


def test_who_waits_for_room_goes_on_when_there_is_some_or_its_patience_ends() -> None:
    let = threading.Semaphore(0)

    def call(cell: Cell) -> Cell:
        assert let.acquire(timeout=20)
        return cell

    crew = Crew(2, 2, recorded(call))
    crew.give(WORK)
    crew.wait(11, 0.01)
    assert crew.outstanding == 12
    let.release(5)
    crew.wait(7, 20)
    assert crew.outstanding == 7
    let.release(7)
    crew.leave()
    assert len(crew.done()) == 12


@pytest.mark.parametrize("begun", [False, True])
def test_what_a_call_raises_is_raised_to_who_waits_and_the_others_end(begun: bool) -> None:
    def make(cell: Cell, prompt: Prompt) -> Steps[Cell | None]:
        if begun or cell.number != 3:
            yield from recorded(lambda _: None)(cell, prompt)
        if cell.number == 3:
            raise LookupError("three")
        return cell

    crew = Crew(2, 2, make)
    crew.give(WORK)
    with pytest.raises(LookupError, match="three"):
        crew.wait(0, 20)
    crew.leave()
    assert len(crew.done()) == 11


def test_a_receipt_tells_who_goes_on_once_whether_it_is_known_already_or_not() -> None:
    told: list[str] = []
    early: Receipt[None] = Receipt()
    early.then(lambda: told.append("later"))
    assert told == []
    early.fail(ValueError("no"))
    late: Receipt[int] = Receipt()
    late.give(1)
    late.then(lambda: told.append("at once"))
    assert told == ["later", "at once"] and isinstance(early.exception(), ValueError)
