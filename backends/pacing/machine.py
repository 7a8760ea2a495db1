"""When the next request may go, so that none is refused and little of a limit is left unused.

A pure state machine: it is told the time, and starts nothing. What it relies on, in this order:

1. What the headers say remains. Unless others use the key too, what remains never shrinks by
   itself, whatever the window's shape. So it is the least of the answers that may be the latest,
   less the requests still in flight.
2. Once a window has proved to be fixed: its end, and that all is free after it.
3. Once it has proved to be sliding: a request counts at most from its sending until a window after
   its headers came; whatever the headers show beyond that is the use of others.

While the shape is unknown a few requests are held back as *scouts*, sent one by one: the jump of
what remains tells them the end of a fixed window, a slow rise that a limit refills gradually.
Measured against other ways of pacing in `bench/pacing.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backends.pacing import tokens
from backends.pacing.observe import observe
from backends.pacing.room import Wait, room
from backends.pacing.state import OF_RATE, Kind, Profile, State

# Requests a second before any answer has shown that bursts pass: a refusal takes a moment to come
# back, and at most 8 may be on their way until then.
_FIRST_RATE, _DOUBLED_EVERY, _PROVEN_AFTER = 80.0, 32, 256
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
# A call that never ended (its process was killed) stops counting as in flight.
_LOST_AFTER = 900.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Limits and what remains of them as headers name them; None: not sent.

    `tokens` are (limit, remaining) by "total", "input" or "output".
    """

    limit: int | None = None
    remaining: int | None = None
    tokens: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    retry_after: float | None = None


def ask(state: State, now: float, name: str, need: tokens.Need, waiting: int = 1) -> Wait | None:
    """Whether the call `name` may go now: None if so, and it is on record as in flight.

    Else how long to wait before asking again, and why. `waiting` is how many calls, this one
    included, wait at the same place; while there is room for all and for as many as are under way,
    nothing is held back.
    """
    _lose(state, now)
    wait = _closed(state, now) or room(state, now, waiting) or tokens.room(state, now, need)
    if wait is not None:
        return wait
    state.flying[name] = (now, need.question, tokens.reserved(state, need))
    state.last_sent = now
    profile = state.profile
    if profile.rate is not None:
        state.next_even = max(now, state.next_even) + 1 / (profile.rate * OF_RATE)
    if not profile.proven:
        state.next_burst = max(now, state.next_burst) + 1 / _burst_rate(state)
    return None


def heard(state: State, now: float, name: str, figures: Figures | None) -> None:
    """The headers of a call's answer have come; None where it has no limit headers."""
    flown = state.flying.pop(name, None)
    if flown is None:
        return
    state.running[name] = flown
    state.answered += 1
    if now - state.struck_at > state.profile.window:
        state.strikes = 0
    if state.answered >= _PROVEN_AFTER and not state.profile.proven and not state.strikes:
        state.profile = replace(state.profile, proven=True)
    state.silent = figures is None or figures.remaining is None
    _learn_limits(state, figures)
    observe(state, flown[0], now, figures.remaining if figures else None)
    if figures is not None:
        tokens.observe(state, now, figures.tokens)


def ended(state: State, now: float, name: str, used: tokens.Used | None = None) -> None:
    """A call has ended; `used` is what the provider counted, None where it did not say."""
    if name in state.flying:
        heard_nothing(state, now, name)
    flown = state.running.pop(name, None)
    if flown is not None:
        tokens.spend(state, now, flown, used)


def heard_nothing(state: State, now: float, name: str) -> None:
    """It ended without headers, as when the network failed; the provider may have counted it."""
    flown = state.flying.pop(name)
    state.running[name] = flown
    observe(state, flown[0], now, None)


def unsent(state: State, name: str) -> None:
    """It ended before anything was sent: as if it had never been."""
    state.flying.pop(name, None)


def refused(
    state: State, now: float, name: str, kind: Kind, figures: Figures | None = None
) -> None:
    """The provider said *too many*; `kind` is what of."""
    flown = state.flying.pop(name, None) or state.running.pop(name, None)
    if flown is None:
        return
    observe(state, flown[0], now, None)
    _learn_limits(state, figures)
    asked = figures.retry_after if figures else None
    if asked is not None:
        state.closed_until = max(state.closed_until, now + asked)
    if flown[0] <= state.struck_at:
        return  # sent before the first of them came back
    state.struck_at, state.strikes = now, state.strikes + 1
    kind = _meant(state, kind, flown[0]) if kind == "limit" else kind
    pause = min(_FIRST_PAUSE * 2 ** (state.strikes - 1), _LONGEST_PAUSE)
    if kind == "at once":
        # With none of ours under way it is others' who use the key, and nobody knows how many.
        if most := len(state.flying) + len(state.running):
            state.profile = replace(state.profile, at_once=most)
            pause = 0.0
    elif kind == "second":
        _slow_down(state, flown[0])
        pause = _FIRST_PAUSE
    else:
        _used_up(state, now, kind)
    if asked is None:
        state.closed_until = max(state.closed_until, now + pause)


def _closed(state: State, now: float) -> Wait | None:
    profile = state.profile
    if now < state.closed_until:
        return Wait(state.closed_until - now, "refused")
    if state.strikes and state.flying and state.struck_at > state.newest and state.silent:
        return Wait(1.0, "refused")  # one asks for all whether it is over
    if profile.at_once is not None and len(state.flying) + len(state.running) >= profile.at_once:
        return Wait(1.0, "at once")
    if profile.rate is not None and now < state.next_even:
        return Wait(state.next_even - now, "requests")
    if not profile.proven and profile.shape != "none" and now < state.next_burst:
        return Wait(state.next_burst - now, "requests")
    return None


def _burst_rate(state: State) -> float:
    return _FIRST_RATE * (1 + state.answered / _DOUBLED_EVERY)


def _learn_limits(state: State, figures: Figures | None) -> None:
    if figures is None:
        return
    profile = state.profile
    limit = profile.requests if figures.limit is None else figures.limit
    told = {kind: most for kind, (most, _) in figures.tokens.items() if most is not None}
    if limit is not None and profile.shape == "none":
        # Whoever answers at that address has one.
        profile = state.profile = replace(profile, shape="unknown")
    if limit != profile.requests or any(profile.tokens.get(kind) != most
                                        for kind, most in told.items()):  # fmt: skip
        state.profile = replace(profile, requests=limit, tokens={**profile.tokens, **told})


def _meant(state: State, kind: Kind, sent: float) -> Kind:
    """What an unnamed refusal is about: a limit the headers do not show, or the one they do."""
    left = [told.remaining for told in state.front if told.remaining is not None]
    limit = state.profile.requests
    if not left or limit is None:
        recent = sum(group.number for group in state.counted if group.came > sent - 2.0)
        return "second" if recent == state.unreleased(sent) and recent else "requests"
    return "second" if min(left) > max(3, limit // 20) else "requests"


def _slow_down(state: State, now: float) -> None:
    """Bursts do not pass: from now on evenly, and slower if even that was too fast."""
    profile = state.profile
    if profile.shape == "even" and profile.rate is not None:
        rate = profile.rate * 0.7
    elif profile.rate is not None:
        rate = profile.rate
    elif profile.requests is not None:
        rate = profile.requests / profile.window
    else:
        recent = sum(group.number for group in state.counted if group.came > now - 1.0)
        if not recent:
            return  # others used it up before we began
        rate = float(recent)
    state.profile = replace(profile, shape="even", rate=rate, proven=True)


def _used_up(state: State, now: float, kind: Kind) -> None:
    """Nothing remains, whoever used it; the next answer tells more."""
    if kind == "tokens":
        for name, most in state.profile.tokens.items():
            state.foreign_tokens[name] = (float(most), now)
        state.profile = replace(state.profile, learned=False)
        return
    for told in state.front:
        if told.remaining is not None:
            told.remaining = 0


def _lose(state: State, now: float) -> None:
    for calls in (state.flying, state.running):
        # They stand in the order in which they came.
        while calls and now - calls[name := next(iter(calls))][0] > _LOST_AFTER:
            del calls[name]
    if state.counted and now - state.counted[0].came > 1.5 * state.profile.window:
        state.forget(now)


def fresh(profile: Profile) -> State:
    """What is known before the first call."""
    return State(profile=profile, newest=-math.inf)
