"""The two apps as child processes, and the processor time they use."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import httpx
import psutil  # type: ignore[import-untyped]

Kind = Literal["gradio", "streamlit"]
KINDS: Final[tuple[Kind, ...]] = ("gradio", "streamlit")
ROOT: Final = Path(__file__).resolve().parents[1]
_OURS: Final = ("QIANFAN", "SPARK", "DEEPSEEK", "TUNEDESK", "GRADIO", "STREAMLIT")


@dataclass(frozen=True, slots=True)
class App:
    """A running app; its log is a file in `home`."""

    kind: Kind
    address: str
    process: subprocess.Popen[bytes]
    home: Path

    def processor_seconds(self) -> float:
        """What the app and its children have used so far, all threads together."""
        root = psutil.Process(self.process.pid)
        return sum(_seconds(one) for one in (root, *root.children(recursive=True)))

    def last_words(self) -> str:
        """The end of the app's log, for an error message."""
        return (self.home / "app.log").read_text(errors="replace")[-2000:]


@contextmanager
def running(kind: Kind, environment: Mapping[str, str]) -> Iterator[App]:
    """Start an app with a fresh store; it is stopped at the end.

    Raises RuntimeError, with the end of its log, when it does not answer within a minute.
    """
    with tempfile.TemporaryDirectory(prefix="tunedesk-bench-") as folder:
        home = Path(folder)
        port = free_port()
        with (home / "app.log").open("wb") as log:
            process = subprocess.Popen(command(kind, port), cwd=ROOT, stdout=log,
                                       stderr=subprocess.STDOUT,
                                       env=environment_of(home, environment))  # fmt: skip
        app = App(kind, f"http://127.0.0.1:{port}", process, home)
        try:
            wait_until_up(app)
            yield app
        finally:
            _stop(process)


def client(address: str) -> httpx.Client:
    """A client of an app. It loads no certificates, which would take longer than the app does."""
    return httpx.Client(base_url=address, timeout=90, trust_env=False,
                        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # fmt: skip


def command(kind: Kind, port: int) -> list[str]:
    if kind == "gradio":
        return [sys.executable, "ui_gradio.py", "--port", str(port)]
    return [sys.executable, "-m", "streamlit", "run", "ui_streamlit.py", "--server.port", str(port)]


def environment_of(home: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Ours, without what would point the app elsewhere; data go to a folder that is thrown away."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    place = {"TUNEDESK_DB": f"sqlite:///{home / 'store.db'}", "XDG_DATA_HOME": str(home)}
    return {**kept, **place, **environment}


def wait_until_up(app: App, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and app.process.poll() is None:
        try:
            with urllib.request.urlopen(app.address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)  # that it answers is the only sign that it is up
    raise RuntimeError(f"{app.kind} did not start:\n{app.last_words()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _seconds(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(used.user + used.system)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
