"""Emulators for tests: as fast as they can be, with a scripted answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulators import Emulators, start
from tests.emulators.wire import Http, Log, saying

Serve = Callable[..., Emulators]


@pytest.fixture
def log() -> Log:
    """The rows of the emulators that `serve` starts."""
    return Log()


@pytest.fixture
def serve(log: Log) -> Iterator[Serve]:
    """Starts emulators; all are closed after the test."""
    running: list[Emulators] = []

    def begin(*only: str, **options: Any) -> Emulators:
        options.setdefault("tokens_per_second", float("inf"))
        options.setdefault("log", log)
        options.setdefault("answer", saying("你好", "，", "world"))
        running.append(start(only or None, **options))
        return running[-1]

    yield begin
    for emulators in running:
        emulators.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Emulators]:
    """One set of emulators for all tests of a file that need nothing special."""
    script = saying("你好", "。", "Hello", " world")
    with start(tokens_per_second=float("inf"), answer=script) as emulators:
        yield emulators


@pytest.fixture(scope="module")
def http(shared: Emulators) -> Http:
    """A client of the shared emulators."""
    return Http(shared)
