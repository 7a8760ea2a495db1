"""Both apps as child processes: start, wait until they answer, stop together."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import wiring
from commands.common import LAST_PORT, fail, say, show

_PATIENCE = 60.0
# A proxy in the environment is not asked for this machine's own ports.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def supervise(port: int, streamlit_port: int) -> int:
    """Run until Ctrl-C or SIGTERM, or until one app ends. Returns the exit code."""
    for name, number in (("PORT", port), ("STREAMLIT_PORT", streamlit_port)):
        if not 0 < number <= LAST_PORT:
            fail(f"There is no port {number}. Choose one from 1 to {LAST_PORT}: make run {name}=…")
        if not _free(number):
            fail(
                f"Port {number} is already in use. Stop what uses it, or choose another: "
                f"make run {name}={number + 10}"
            )
    stop = threading.Event()
    for number_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number_, lambda *_: stop.set())
    logs = wiring.data_directory()
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        apps = [
            _start(
                [
                    sys.executable,
                    "ui_gradio.py",
                    "--port",
                    str(port),
                    "--streamlit-port",
                    str(streamlit_port),
                ],
                logs / "gradio.log",
                stack,
            ),
            _start(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "ui_streamlit.py",
                    "--server.port",
                    str(streamlit_port),
                ],
                logs / "streamlit.log",
                stack,
            ),
        ]
        addresses = [f"http://127.0.0.1:{port}", f"http://127.0.0.1:{streamlit_port}"]
        try:
            if _until_up(addresses, apps, stop):
                show(f"Gradio     {addresses[0]}\nStreamlit  {addresses[1]}\nCtrl-C stops both.")
            while not stop.wait(0.2) and all(app.poll() is None for app in apps):
                pass
            ended = not stop.is_set()
        finally:
            _stop(apps)
    if ended:
        say(f"An app ended unexpectedly; its last words are in {logs}/*.log")
    return 1 if ended else 0


def _start(command: list[str], log: Path, stack: ExitStack) -> subprocess.Popen[bytes]:
    out = stack.enter_context(log.open("wb"))
    # A session of its own: Ctrl-C reaches the supervisor alone, which then stops both in order.
    return subprocess.Popen(
        command, cwd=wiring.HERE, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
    )


def _until_up(
    addresses: list[str], apps: list[subprocess.Popen[bytes]], stop: threading.Event
) -> bool:
    waiting = set(addresses)
    deadline = time.monotonic() + _PATIENCE
    while waiting and time.monotonic() < deadline and not stop.wait(0.1):
        if any(app.poll() is not None for app in apps):
            return False
        waiting = {address for address in waiting if not _answers(address)}
    return not waiting


def _answers(address: str) -> bool:
    try:
        with _DIRECT.open(address, timeout=1):
            return True
    except OSError:
        return False


def _stop(apps: list[subprocess.Popen[bytes]]) -> None:
    for app in apps:
        # As Ctrl-C would: both then leave through their exit handlers, which settle open calls.
        if app.poll() is None:
            app.send_signal(signal.SIGINT)
    for app in apps:
        try:
            app.wait(timeout=8)
        except subprocess.TimeoutExpired:
            app.kill()
            app.wait()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
