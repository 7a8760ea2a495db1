"""Tokens of a window: a call reserves what it may take, and settles when it has ended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from backends.pacing.room import Wait
from backends.pacing.state import State

# Answers seen before their usual length is trusted, and its deviations on top of it.
_ENOUGH, _DEVIATIONS = 20, 4.0


@dataclass(frozen=True, slots=True)
class Need:
    """Tokens a call may take: of its question, by estimate, and of its answer at most."""

    question: float = 0.0
    answer: float = 0.0


@dataclass(frozen=True, slots=True)
class Used:
    """Tokens a call took, as the provider counted them."""

    question: float
    answer: float


def reserved(state: State, need: Need) -> float:
    """Tokens set aside for the answer: the maximum, or the usual length where that is safe."""
    count, mean, squares = state.lengths
    if not state.profile.learned or count < _ENOUGH:
        return need.answer
    usual = mean + _DEVIATIONS * math.sqrt(squares / (count - 1))
    return min(need.answer, usual) if need.answer else usual


def room(state: State, now: float, need: Need) -> Wait | None:
    """None if no limit of tokens stands in the way."""
    if not state.profile.tokens:
        return None
    answer = reserved(state, need)
    waits = [
        _wait(state, now, kind, most, _part(kind, need.question, answer))
        for kind, most in state.profile.tokens.items()
    ]
    longest = max((wait for wait in waits if wait is not None), default=None)
    return None if longest is None else Wait(longest, "tokens")


def spend(state: State, now: float, flown: tuple[float, float, float], used: Used | None) -> None:
    """A call has ended: what it took counts for a window from now, instead of its reservation."""
    question, answer = (used.question, used.answer) if used else flown[1:]
    if state.profile.tokens:
        state.spent.append((now, question, answer))
    if used is not None and used.answer > 0:
        count, mean, squares = state.lengths
        off = answer - mean
        mean += off / (count + 1)
        state.lengths = (count + 1, mean, squares + off * (answer - mean))


def observe(state: State, now: float, told: Mapping[str, tuple[int | None, int | None]]) -> None:
    """What the headers show beyond our own use is that of others."""
    for kind, (most, left) in told.items():
        if most is None or left is None:
            continue
        beyond = most - left - _own(state, now, kind)
        if beyond > _others(state, now, kind):
            state.foreign_tokens[kind] = (beyond, now)


def _wait(state: State, now: float, kind: str, most: int, part: float) -> float | None:
    own, others = _own(state, now, kind), _others(state, now, kind)
    # A call that needs more than a whole window goes alone, or it would never go.
    if own + others + part <= most or own + others <= 0:
        return None
    ends = [at + state.profile.window for at, *_ in state.spent if at + state.profile.window > now]
    if others:
        ends.append(state.foreign_tokens[kind][1] + state.profile.window)
    return max(min(ends) - now, 0.05) if ends else 1.0


def _own(state: State, now: float, kind: str) -> float:
    begin = now - state.profile.window
    under_way = [*state.flying.values(), *state.running.values()]
    ended = [one for one in state.spent if one[0] > begin]
    return sum(_part(kind, question, answer) for _, question, answer in [*under_way, *ended])


def _others(state: State, now: float, kind: str) -> float:
    amount, seen = state.foreign_tokens.get(kind, (0.0, -math.inf))
    return amount if now - seen < state.profile.window else 0.0


def _part(kind: str, question: float, answer: float) -> float:
    return {"input": question, "output": answer}.get(kind, question + answer)
