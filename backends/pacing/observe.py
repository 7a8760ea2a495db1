"""What an answer's headers tell of the window: its shape, its end, and the use of others."""

from __future__ import annotations

import math
from dataclasses import replace

from backends.pacing.state import Shape, State, Told

# Clocks of machines that share a key may differ by so many seconds.
_SKEW = 0.05
# Own requests that a window must have been seen to forget before its shape is called sliding.
_SEEN = 20
# Requests that a clock's error may misplace at that moment.
_SLACK = 3
# Requests, or a part of the limit, forgotten before a sliding window would: it is none.
_TOO_SOON, _SOON = 4, 0.03
# Part of the limit that others may have used since a window began a moment ago.
_OTHERS_SINCE = 0.02


def observe(state: State, sent: float, now: float, remaining: int | None) -> None:
    """A request sent at `sent` has been counted by `now`, after which `remaining` was left."""
    told = Told(sent, now, None if sent < state.era else remaining)
    limit = state.profile.requests
    if told.remaining is not None and limit is not None:
        _judge(state, told, limit)
    state.count(sent, now)
    state.front.append(told)
    if told.remaining is not None and sent > state.newest:
        state.newest = sent
    latest = state.newest
    if math.isinf(latest):
        # While no answer says what remains, the next that does was sent at the earliest now, or
        # with the first of those in flight.
        latest = next((one[0] for one in state.flying.values()), now)
    # They stand in the order in which they came.
    while state.front and state.front[0].came < latest - _SKEW:
        gone = state.front.pop(0)
        if gone.remaining is not None:
            state.before = gone
    if told.remaining is not None and state.low is not None and state.high is None:
        state.high = now


def _judge(state: State, told: Told, limit: int) -> None:
    window, used = state.profile.window, limit - (told.remaining or 0)
    surely = 1 + sum(
        group.number
        for group in state.counted
        if group.sent >= told.came - window and group.came < told.sent - _SKEW
    )
    perhaps = 1 + len(state.flying) + sum(
        group.number for group in state.counted if group.came > told.sent - window
    )  # fmt: skip
    forgot = surely - used
    # With answers in quick succession the latest that was surely counted before is none of those
    # in front: a window that ended between them would otherwise not be seen to have ended.
    earlier = state.front if state.before is None else [state.before, *state.front]
    before = max(
        (one for one in earlier if one.came < told.sent - _SKEW and one.remaining is not None),
        key=lambda one: one.sent, default=None,
    )  # fmt: skip
    if before is not None and forgot > 0:
        too_soon = forgot > max(_TOO_SOON, limit * _SOON)
        refill = 2 * limit / window * (told.came - before.sent) + 4
        # What surely was forgotten in between, ours and others': few requests count as much.
        gone = limit - (before.remaining or 0) + 1 - used
        new = 1 + len(state.flying) + sum(
            group.number for group in state.counted if group.came > before.sent
        )  # fmt: skip
        jumped = forgot - state.forgot > refill or (too_soon and gone > refill)
        if jumped and used <= new + limit * _OTHERS_SINCE:
            _jumped(state, told, before.sent)
            return
        if too_soon:
            _call_it(state, "gradual")
    state.forgot = max(0, forgot)
    _settle(state, told, limit, used - perhaps)
    _others(state, told, used - surely, used - perhaps)


def _jumped(state: State, told: Told, since: float) -> None:
    """More is free than could have become so bit by bit: a fixed window ended in between."""
    if state.profile.shape in ("unknown", "sliding", "gradual"):
        state.profile = replace(state.profile, shape="fixed")
    state.low, state.high = since, told.came
    state.era, state.newest, state.forgot, state.before = told.sent, told.sent, 0, None
    state.counted = [group for group in state.counted if group.came > told.sent - _SKEW]
    for one in state.front:
        if one.came >= told.sent - _SKEW:
            one.remaining = None
    state.foreign = 0.0


def _others(state: State, told: Told, most: int, least: int) -> None:
    """The use of others lies between these; it only shrinks, unless more is seen."""
    window = state.profile.window
    known = state.foreign if told.came - state.foreign_at < window else 0.0
    first = not state.front
    found = max(0, least, most) if first else max(0.0, float(least), min(known, float(most)))
    if found > known or found == 0:
        state.foreign_at = told.came
    state.foreign = float(found)


def _settle(state: State, told: Told, limit: int, least: int) -> None:
    """Sliding, once enough of ours ran out just when a sliding window forgets it."""
    profile = state.profile
    if profile.shape != "unknown" or state.low is not None:
        return
    window = profile.window
    gone = sum(group.number for group in state.counted if group.came <= told.sent - window)
    if gone >= min(_SEEN, limit // 4 + 1):
        _call_it(state, "sliding" if least <= state.foreign + _SLACK else "gradual")


def _call_it(state: State, shape: Shape) -> None:
    if state.low is None and state.profile.shape in ("unknown", "sliding"):
        state.profile = replace(state.profile, shape=shape)
