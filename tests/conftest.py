"""Emulators, a list-backed ledger and a client over them, for every room's tests."""

from __future__ import annotations

import functools
import io
import math
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from PIL import Image

import emulators
from backends import (
    PROVIDERS,
    Access,
    Attachment,
    Call,
    Catalogue,
    ChatRequest,
    Client,
    Deadlines,
    Message,
    Provider,
    Secret,
)
from tests.databases.servers import KINDS, Server, running
from tests.shell import NO_KEYS as NO_KEYS
from tests.shell import Shell

# Properties are about what is right; on a busy machine any example may take long.
hypothesis.settings.register_profile("tunedesk", deadline=None)
hypothesis.settings.load_profile("tunedesk")

ROOT = Path(__file__).resolve().parent

# Every model with a row, and one without where a service has no rows at all.
SPECS = {name: model for name, _, model in Catalogue(PROVIDERS)} | {
    f"{provider.name}/any-model": provider.unknown_model("any-model")
    for provider in PROVIDERS
    if not provider.models
}
MODELS = list(SPECS)
_BUILT_IN = {provider.name for provider in PROVIDERS if not provider.base_urls}
REMOTE = [name for name in MODELS if name.partition("/")[0] not in _BUILT_IN]
# One model of each protocol that is spoken over a network.
ONE_EACH = [
    "qianfan/ernie-speed-8k",
    "qianfan-v1/ernie_speed",
    "spark/generalv3.5",
    "spark-http/generalv3.5",
    "spark-image/imagev3",
    "chatglm/stream",
    "chatglm3/chatglm3-6b",
    "deepseek/deepseek-chat",
]


class ListLedger:
    """What the door records, in order, with the moment of each."""

    def __init__(self) -> None:
        self.opened: list[tuple[float, Call]] = []
        self.closed: list[tuple[float, Call]] = []
        self.kept: list[Call] = []

    def begin(self, call: Call) -> None:
        self.opened.append((time.monotonic(), call))

    def keep(self, call: Call) -> None:
        self.kept.append(call)

    def close(self, call: Call, *, wait: bool) -> None:
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
    """A one-turn request, with the picture or recording that the model needs."""
    spec = SPECS.get(model)
    if spec is not None and "text" not in spec.inputs:
        attachment = RECORDING if "audio" in spec.inputs else PICTURE
        return ChatRequest(model, (Message("user", "", (attachment,)),), **more)
    needs_picture = spec is not None and spec.pictures is not None and spec.pictures.first_only
    attachments = (PICTURE,) if needs_picture else ()
    return ChatRequest(model, (Message("user", prompt, attachments),), **more)


@functools.cache
def picture(width: int = 640, height: int = 480, form: str = "PNG") -> bytes:
    """A plain picture of this size."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(out, form)
    return out.getvalue()


@functools.cache
def sound(seconds: float = 0.3, rate: int = 16000, channels: int = 1) -> bytes:
    """A WAV file of a tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        for place in range(round(seconds * rate)):
            level = round(8000 * math.sin(place * 2 * math.pi * 440 / rate))
            file.writeframesraw(level.to_bytes(2, "little", signed=True) * channels)
    return out.getvalue()


PICTURE = Attachment(picture(), "image/png", "picture.png")
RECORDING = Attachment(sound(), "audio/wav", "recording.wav")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process is left with it at the end."""
    order = {ROOT / "browser": 0, ROOT: 1}
    items.sort(key=lambda item: order.get(item.path.parent, 2))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `databases` runs over each kind, if it has a store at all."""
    if "base" in metafunc.fixturenames and metafunc.definition.get_closest_marker("databases"):
        metafunc.parametrize("base", KINDS)


@pytest.fixture(scope="session")
def _server() -> Iterator[Callable[[str], Server]]:
    """The server of a kind, started when the first test needs it."""
    with ExitStack() as stack:
        yield functools.cache(lambda kind: stack.enter_context(running(kind)))


@pytest.fixture
def base() -> str:
    """The kind of database that a test's store is in."""
    return "sqlite"


@pytest.fixture
def url(base: str, tmp_path: Path, _server: Callable[[str], Server]) -> Iterator[str]:
    """The address of a store that is not there yet."""
    if base == "sqlite":
        yield f"sqlite:///{tmp_path / 'deeper' / 'store.db'}"
        return
    with _server(base).database() as address:
        yield address


class _Log:
    """What emulators that several tests share were asked since one of them began. A request is told
    of at its end, which may come after that of the test that cut it."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        self._since = ""

    def begin(self) -> None:
        self._since = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.received.clear()

    def add(self, entry: dict[str, Any]) -> None:
        if entry["time"] >= self._since:
            self.received.append(entry)


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[emulators.Emulators, _Log]]:
    log = _Log()
    limits = emulators.Limits(requests=100_000, tokens=100_000_000)
    with emulators.start(tokens_per_second=2000, log=log.add, limits=limits) as running:
        yield running, log


@pytest.fixture
def rig(_running: tuple[emulators.Emulators, _Log]) -> Iterator[Rig]:
    running, log = _running
    log.begin()
    running.fault = None
    yield Rig(running, log.received)
    running.fault = None
