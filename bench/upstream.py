"""The providers behind the apps: emulators with a known pace and answers of an exact length."""

from __future__ import annotations

import itertools
import re
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import emulators

# Two emulators with a pace each, so that one app serves every measurement.
FAST_MODEL: Final = "deepseek/deepseek-chat"
SLOW_MODEL: Final = "qianfan/ernie-speed-8k"
LAST_WORDS: Final = "EndOfThisAnswer"

# Several tokens to a word, as real tokenisers cut: the emulators bill words, and 8,000 of them
# would exceed what any model may answer unasked.
_WORDS: Final = (
    ("tem", "pera", "ture"), ("distri", "bution"), ("para", "me", "ter"), ("pro", "vider"),
    ("pro", "ba", "bility"), ("nor", "ma", "lised"), ("sam", "pling"), ("nuc", "leus"),
)  # fmt: skip
_UNLIMITED: Final = emulators.Limits(requests=1_000_000, tokens=1_000_000_000)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer, as the emulators take it."""

    text: str
    logprob: float = 0.0
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """One answer as an emulator gave it; `seconds` runs from its request to its last byte."""

    tokens: int
    seconds: float
    outcome: str


def question(tokens: int) -> str:
    """What to ask for an answer of exactly this many tokens."""
    return f"Write {tokens} tokens of markdown."


def asked_for(text: str) -> int:
    """The number of tokens a question asks for."""
    found = re.search(r"Write (\d+) tokens", text)
    return int(found[1]) if found else 1


def answer(text: str, _system: str, _sampling: object) -> Iterator[Token]:
    """Markdown that looks alike at every length, so that only the length differs."""
    wanted = asked_for(text)
    yield from (Token(piece) for piece in itertools.islice(_markdown(), wanted - 1))
    yield Token(f"\n\n{LAST_WORDS}", finish_reason="stop")


def _markdown() -> Iterator[str]:
    word = itertools.cycle(_WORDS)
    for number in itertools.count(1):
        yield from ("## ", "Part ", f"{number}", "\n\n")
        yield from _sentence(word, 30)
        yield from _sentence(word, 30)
        yield "\n\n"
        for _ in range(3):
            yield "- "
            yield from _sentence(word, 8)
            yield "\n"
        yield from ("\n```python\n", "tempe", "rature", " = ", "0.7", "\n```\n\n")


def _sentence(word: Iterator[tuple[str, ...]], length: int) -> Iterator[str]:
    for parts in itertools.islice(word, length):
        yield from (*parts[:-1], parts[-1] + " ")


class Upstream:
    """Both emulators and what they answered. Use in a `with` statement."""

    def __init__(self, fast: float, slow: float) -> None:
        self.fast, self.slow = fast, slow
        self._changed = threading.Condition()
        self._served: list[Served] = []
        self._begun = 0
        self._running = [
            emulators.start([name], tokens_per_second=rate, log=self._log,
                            answer=self._answer, limits=_UNLIMITED)
            for name, rate in (("deepseek", fast), ("qianfan", slow))
        ]  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make an app take these emulators for live providers."""
        return {name: value for one in self._running
                for name, value in (one.environment | one.keys).items()}  # fmt: skip

    def stall(self, stalled: bool) -> None:
        """Whether answers of the slow model stop after a few tokens from now on."""
        self._running[1].fault = "stall" if stalled else None

    def served(self, tokens: int | None = None) -> list[Served]:
        """The answers that have ended, or those of them that had this length."""
        with self._changed:
            return [one for one in self._served if tokens in (None, one.tokens)]

    def begun(self) -> int:
        """How many answers were begun so far."""
        with self._changed:
            return self._begun

    def wait(self, seconds: float, *, served: int = 0, begun: int = 0) -> bool:
        """Wait until this many answers have ended and begun; False when time is up."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self._served) >= served and self._begun >= begun, seconds
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:  # fmt: skip
        for one in self._running:
            one.close()

    def _answer(self, text: str, system: str, sampling: object) -> Iterator[Token]:
        with self._changed:
            self._begun += 1
            self._changed.notify_all()
        return answer(text, system, sampling)

    def _log(self, row: dict[str, Any]) -> None:
        body = row["body"]
        if not isinstance(body, dict) or "messages" not in body:
            return
        ended = Served(asked_for(str(body["messages"][-1]["content"])),
                       row["ended"] - row["started"], row["outcome"])  # fmt: skip
        with self._changed:
            self._served.append(ended)
            self._changed.notify_all()


def kept_pace(served: list[Served], rate: float, slack: float = 1.15) -> bool:
    """Whether the emulators themselves were on time; if not, a round says nothing about an app."""
    return bool(served) and all(
        one.outcome == "ok" and one.seconds <= slack * one.tokens / rate + 0.1 for one in served
    )


def ideal(served: list[Served]) -> float:
    """Seconds an answer took where it was written."""
    return statistics.median(one.seconds for one in served)


def clock() -> float:
    """Seconds on the clock that every measurement here uses."""
    return time.perf_counter()
