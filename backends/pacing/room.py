"""How many requests may go now, by what the headers said and what the window's shape promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backends.pacing.state import State, Told

Why = Literal["requests", "tokens", "at once", "refused", "first answer"]

# Requests held back until a window's length has passed, to find where it ends.
_SCOUTS = 30
# The same around an end that is already known to lie between two moments.
_FINE_SCOUTS = 20
# Where nothing is known of a provider, so many may go before its first answer.
_UNPROBED = 4
# While it refills gradually nothing promises when; some are always kept to look.
_GRADUAL_RESERVE = 4


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again after so many seconds, or when something was heard; and what is waited for."""

    seconds: float
    why: Why


def room(state: State, now: float, waiting: int) -> Wait | None:
    """None if a request may go now."""
    profile = state.profile
    limit = profile.requests
    if profile.shape == "none":
        return None
    if limit is None:
        probed = state.answered or state.silent or len(state.flying) < _UNPROBED
        return None if probed else Wait(0.5, "first answer")
    if state.silent:
        return _by_ledger(state, now, limit)
    _renew(state, now, limit)
    if not state.front:
        return None if len(state.flying) < 1 else Wait(0.5, "first answer")
    free = free_now(state, now, limit)
    held = _held_back(state, now)
    # Whoever has a call under way comes back with the next: it is not the end of the work yet.
    coming = waiting + len(state.flying) + len(state.running)
    if free > held or coming <= free:
        return None
    return _scout(state, now, free, held)


def free_now(state: State, now: float, limit: int) -> int:
    """Requests that would surely be accepted now."""
    left = [told.remaining for told in state.front if told.remaining is not None]
    unsaid = sum(told.remaining is None for told in state.front)
    said = min(left, default=0) - unsaid - len(state.flying)
    if state.profile.shape != "sliding":
        return said
    own = state.unreleased(now) + len(state.flying)
    return max(said, limit - own - int(foreign(state, now)))


def foreign(state: State, now: float) -> float:
    """What others may have used of the window; it runs out as ours does."""
    return state.foreign if now - state.foreign_at < state.profile.window else 0.0


def _by_ledger(state: State, now: float, limit: int) -> Wait | None:
    """No headers tell: a request counts from its sending until a window after its answer."""
    if state.unreleased(now) + len(state.flying) < limit:
        return None
    return Wait(max(_first_release(state) - now, 0.05), "requests")


def _first_release(state: State) -> float:
    """When the oldest own request that still counts no longer does."""
    window = state.profile.window
    begin = state.last_sent - window
    ends = [group.came + window for group in state.counted if group.came > begin]
    return min(ends, default=state.last_sent + window)


def _renew(state: State, now: float, limit: int) -> None:
    """A fixed window whose end has surely passed is a new one; what is stale is forgotten."""
    window = state.profile.window
    if state.front and not state.flying and now - state.last_sent > 2 * window:
        state.front, state.counted, state.low, state.high = [], [], None, None
        state.before = None
    if state.high is None or state.low is None or now < state.high + window:
        return
    state.low, state.high, state.era = state.low + window, None, now
    perhaps = sum(group.number for group in state.counted if group.came > state.low)
    state.counted = [group for group in state.counted if group.came > state.low]
    state.front = [Told(now, now, limit), *(Told(now, now, None) for _ in range(perhaps))]
    state.newest, state.forgot, state.before = now, 0, None


def _held_back(state: State, now: float) -> int:
    """Requests kept for scouts: enough to send one at each step until the window must be over."""
    profile = state.profile
    if profile.shape == "even" or (profile.shape == "sliding" and foreign(state, now) < 1):
        return 0
    if state.low is not None:
        begin, end = state.low + profile.window, (state.high or state.era) + profile.window
        number = _fine(end - begin)
        left = number if now < begin else number * (end - now) / max(end - begin, 1e-9)
        return max(0, round(left))
    left = _horizon(state) - now
    least = _GRADUAL_RESERVE if profile.shape == "gradual" else 0
    return max(least, min(_SCOUTS, round(left / profile.window * _SCOUTS)))


def _fine(between: float) -> int:
    return max(1, min(_FINE_SCOUTS, int(between / 0.1) + 1))


def _horizon(state: State) -> float:
    """When something must be free again, whatever the shape: ours, or what others had used."""
    window = state.profile.window
    begin = state.last_sent - window
    came = [group.came for group in state.counted if group.came > begin]
    seen = [state.foreign_at] if state.foreign >= 1 else []
    oldest = min(came + seen, default=state.last_sent)
    return oldest + (2 * window if state.profile.shape == "gradual" else window)


def _scout(state: State, now: float, free: int, held: int) -> Wait | None:
    """One of those held back may go when it is time for it."""
    profile = state.profile
    if state.low is not None:
        begin, end = state.low + profile.window, (state.high or state.era) + profile.window
        if now < begin:
            return Wait(begin - now, "requests")
        step = max((end - begin) / _fine(end - begin), 0.02)
    else:
        left = max(_horizon(state) - now, 0.0)
        step = max(profile.window / _SCOUTS, left / max(free, 1)) if free > 0 else left
    due = state.last_sent + step
    if free >= 1 and now >= due:
        return None
    if free >= 1:
        return Wait(due - now, "requests")
    # Nothing remains: one may ask again once something must have become free.
    end = _surely_free(state, now)
    if now >= end and not state.flying:
        return None
    return Wait(max(end - now, 0.1), "requests")


def _surely_free(state: State, now: float) -> float:
    """When one request must be free, by what the window's shape promises at the least."""
    window, limit = state.profile.window, state.profile.requests or 1
    if state.low is not None:
        return (state.high or state.era) + window
    if state.profile.shape == "gradual":
        return state.last_sent + max(window / 6, 4 * window / limit)
    excess = state.unreleased(now) + len(state.flying) + 1 - limit
    others = foreign(state, now)
    runs_out = [(group.came + window, float(group.number)) for group in state.counted]
    for end, number in sorted([*runs_out, (state.foreign_at + window, others)]):
        if excess + others <= 0:
            return now
        if end > now:
            excess -= int(number)
            if excess + others <= 0:
                return end
    return now if excess + others <= 0 else now + window
