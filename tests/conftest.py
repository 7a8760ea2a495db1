"""Emulators, a list-backed ledger and a client over them, for every room's tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

import emulators
import wiring
from backends import (
    PROVIDERS,
    Access,
    Call,
    Catalogue,
    ChatRequest,
    Client,
    Deadlines,
    Message,
    Provider,
    Secret,
)

# Set but empty counts as unset, and wins over a developer's `.env`.
NO_KEYS = {variable.name: "" for variable in wiring.variables()}

MODELS = [name for name, _, _ in Catalogue(PROVIDERS)]
REMOTE = [name for name, provider, _ in Catalogue(PROVIDERS) if provider.base_urls]
# One model of each provider that is reached over a network.
ONE_EACH = [
    "qianfan/ernie-speed-8k",
    "qianfan-v1/ernie_speed",
    "spark/generalv3.5",
    "deepseek/deepseek-chat",
]


class ListLedger:
    """What the door records, in order, with the moment of each."""

    def __init__(self) -> None:
        self.opened: list[tuple[float, Call]] = []
        self.closed: list[tuple[float, Call]] = []

    def open(self, call: Call) -> None:
        self.opened.append((time.monotonic(), call))

    def close(self, call: Call) -> None:
        self.closed.append((time.monotonic(), call))


class Rig:
    """A client whose providers are all emulated, and what the emulators received."""

    def __init__(self, running: emulators.Emulators, received: list[dict[str, Any]]) -> None:
        self.running = running
        self.received = received
        self.ledger = ListLedger()
        self.wrong_keys = False
        self.client = self.client_with(Deadlines())

    def client_with(self, deadlines: Deadlines) -> Client:
        return Client(Catalogue(PROVIDERS), self.access, self.ledger, deadlines=deadlines)

    def access(self, provider: Provider) -> Access:
        names = {name for group in provider.credentials for name in group}
        return Access(
            urls={name: self.running.environment[name] for name in provider.base_urls},
            keys={name: Secret(self.running.keys[name] + "x" * self.wrong_keys) for name in names},
            emulated=bool(provider.base_urls),
        )

    def call(self, model: str, prompt: str = "温度是什么？", **more: Any) -> Call:
        """Make one call to its end."""
        return self.client.start(ask(model, prompt, **more)).result(20)

    def chats(self, seconds: float = 3.0, least: int = 1) -> list[dict[str, Any]]:
        """The chat requests received, once there are `least` (the log is written at their end)."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            chats = [entry for entry in self.received if "token" not in entry["path"]]
            if len(chats) >= least:
                return chats
            time.sleep(0.005)
        return [entry for entry in self.received if "token" not in entry["path"]]


def ask(model: str, prompt: str = "温度是什么？", **more: Any) -> ChatRequest:
    """A one-turn request."""
    return ChatRequest(model, (Message("user", prompt),), **more)


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[emulators.Emulators, list[dict[str, Any]]]]:
    received: list[dict[str, Any]] = []
    limits = emulators.Limits(requests=100_000, tokens=100_000_000)
    with emulators.start(tokens_per_second=2000, log=received.append, limits=limits) as running:
        yield running, received


@pytest.fixture
def rig(_running: tuple[emulators.Emulators, list[dict[str, Any]]]) -> Iterator[Rig]:
    running, received = _running
    received.clear()
    running.fault = None
    yield Rig(running, received)
    running.fault = None
