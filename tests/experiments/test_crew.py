"""The threads that make a run's calls."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from experiments.crew import Crew
from experiments.types import Cell, Prompt

WORK = [(Cell(number, "p", 0, 0), Prompt("p", "?")) for number in range(12)]


def test_so_many_calls_at_most_are_made_at_once_and_each_is_told_of() -> None:
    three, most = threading.Barrier(3), threading.BoundedSemaphore(3)

    def make(cell: Cell, prompt: Prompt) -> Cell | None:
        assert most.acquire(blocking=False)
        three.wait(20)
        most.release()
        three.wait(20)
        return replace(cell, state="done") if cell.number else None

    crew = Crew(3, make)
    crew.give(WORK)
    crew.wait(0, 20)
    told = crew.done()
    crew.leave()
    assert {cell.number for cell in told} == set(range(1, 12))
    assert {cell.state for cell in told} == {"done"} and crew.done() == []
    assert crew.outstanding == 0


def test_who_waits_for_room_goes_on_when_there_is_some_or_its_patience_ends() -> None:
    let = threading.Semaphore(0)

    def make(cell: Cell, prompt: Prompt) -> Cell:
        assert let.acquire(timeout=20)
        return cell

    crew = Crew(2, make)
    crew.give(WORK)
    crew.wait(11, 0.01)
    assert crew.outstanding == 12
    let.release(5)
    crew.wait(7, 20)
    assert crew.outstanding == 7
    let.release(7)
    crew.leave()
    assert len(crew.done()) == 12


def test_what_a_call_raises_is_raised_to_who_waits_and_the_others_end() -> None:
    def make(cell: Cell, prompt: Prompt) -> Cell:
        if cell.number == 3:
            raise LookupError("three")
        return cell

    crew = Crew(2, make)
    crew.give(WORK)
    with pytest.raises(LookupError, match="three"):
        crew.wait(0, 20)
    crew.leave()
    assert len(crew.done()) == 11
