"""Rate limits per credential and model, counted in real windows of a minute.

The windows are *fixed*: each begins with the first request after the last one ran out, so what
remains refills all at once, within 0-60 s of any moment
(Baidu's document Llroa77io on RPM and TPM).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Exhausted = Literal["requests", "tokens", "input", "output"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one credential may use of one model in one window.

    `per_second` is Spark's limit of connections opened per second and app (code 11202);
    None, the default, leaves it off. `clock` returns seconds and only the windows read it.
    """

    requests: int = 300
    tokens: int = 300_000
    window_seconds: float = 60.0
    per_second: int | None = None
    clock: Callable[[], float] = time.monotonic


class Exceeded(Exception):
    """The window has no room for this request; `what` names the count that is used up."""

    def __init__(self, what: Exhausted) -> None:
        super().__init__(what)
        self.what: Exhausted = what


@dataclass(slots=True)
class Window:
    """What was used since `opened`."""

    opened: float
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class Windows:
    """The open windows of one set of emulators."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._open: dict[tuple[str, str], Window] = {}

    def admit(self, credential: str, model: str, tokens: int, *, split: bool = False) -> Window:
        """Counts one request with its input `tokens` and returns its window.

        With `split` input and output tokens have a limit each (Qianfan v2), else they share one.
        Raises Exceeded, and counts nothing, when there is no room.
        """
        window = self._window((credential, model), self.limits.window_seconds)
        if window.requests >= self.limits.requests:
            raise Exceeded("requests")
        if split and window.input_tokens + tokens > self.limits.tokens:
            raise Exceeded("input")
        if split and window.output_tokens >= self.limits.tokens:
            raise Exceeded("output")
        if not split and window.input_tokens + window.output_tokens + tokens > self.limits.tokens:
            raise Exceeded("tokens")
        window.requests += 1
        window.input_tokens += tokens
        return window

    def spend(self, credential: str, model: str, tokens: int) -> None:
        """Counts output `tokens` in the window that is open now."""
        window = self._window((credential, model), self.limits.window_seconds)
        window.output_tokens += tokens

    def tick(self, credential: str) -> None:
        """Counts one connection in this second; raises Exceeded over `per_second`."""
        if self.limits.per_second is None:
            return
        window = self._window((credential, "this second"), 1.0)
        if window.requests >= self.limits.per_second:
            raise Exceeded("requests")
        window.requests += 1

    def resets_in(self, window: Window) -> float:
        """Seconds until `window` ends, never negative."""
        return max(0.0, window.opened + self.limits.window_seconds - self.limits.clock())

    def current(self, credential: str, model: str) -> Window:
        """The window that is open now, for the headers of a refusal."""
        return self._window((credential, model), self.limits.window_seconds)

    def _window(self, key: tuple[str, str], length: float) -> Window:
        now = self.limits.clock()
        window = self._open.get(key)
        if window is None or now - window.opened >= length:
            window = self._open[key] = Window(opened=now)
        return window
