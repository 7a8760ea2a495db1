"""Both apps behind their gates, as processes of their own, in each mode."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import ROOT, command, free_port, wait_until_up
from tests.conftest import NO_KEYS

KINDS = ("gradio", "streamlit")


@dataclass(frozen=True)
class Site:
    """One running app."""

    kind: str
    mode: str
    address: str
    log: Path

    @property
    def host(self) -> str:
        return self.address.removeprefix("http://")

    def ask(
        self, path: str, method: str = "GET", *, content: object = None, **headers: str
    ) -> httpx.Response:
        """One request; `x_forwarded_for="…"` is a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with httpx.Client(trust_env=False, timeout=30) as client:
            return client.request(
                method,
                self.address + path,
                headers=named,
                content=content,  # type: ignore[arg-type]
            )

    def raw(self, text: str) -> bytes:
        """The first bytes of the answer to what is sent as it stands."""
        host, _, port = self.host.partition(":")
        with socket.create_connection((host, int(port)), 10) as line:
            line.sendall(text.encode())
            return line.recv(4096)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Site]]:
    """site(kind, mode) is that app, started at first need."""
    running: dict[tuple[str, str], tuple[Site, subprocess.Popen[bytes]]] = {}

    def start(kind: str, mode: str) -> Site:
        if (kind, mode) not in running:
            running[kind, mode] = _started(kind, mode, tmp_path_factory.mktemp(f"{kind}-{mode}"))
        return running[kind, mode][0]

    yield start
    for _, process in running.values():
        process.terminate()
    for _, process in running.values():
        process.wait(timeout=20)


def _started(kind: str, mode: str, home: Path) -> tuple[Site, subprocess.Popen[bytes]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = home / "app.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command(kind, port), *listen(kind, "127.0.0.1")],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(home, TUNEDESK_MODE=mode, TUNEDESK_HOSTS="desk.example"),
        )
    wait_until_up(address, process)
    return Site(kind, mode, address, log), process


def environment(home: Path, **more: str) -> dict[str, str]:
    """What an app starts in: no key, a store and a log of its own."""
    return {
        **os.environ,
        **NO_KEYS,
        "TUNEDESK_DB": f"sqlite:///{home / 'store.db'}",
        "XDG_DATA_HOME": str(home),
        **more,
    }


def listen(kind: str, address: str) -> list[str]:
    """The arguments by which an app listens on an address."""
    return ["--address" if kind == "gradio" else "--server.address", address]
