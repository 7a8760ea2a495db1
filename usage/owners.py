"""Who holds what in the store: a process of a machine, told from those that are no more."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path

_living: set[str] = set()


class Owner:
    """A worker's name in the store while it works; use as a context."""

    def __init__(self) -> None:
        started = _started(os.getpid()) or "0"
        self.name = f"{_host()}:{os.getpid()}:{started}-{uuid.uuid4().hex[:8]}"

    def __enter__(self) -> Owner:
        _living.add(self.name)
        return self

    def __exit__(self, *_: object) -> None:
        _living.discard(self.name)


def is_dead(name: str) -> bool:
    """Whether a name is that of a worker of this machine that is no more.

    Of another machine nothing is known; there the lease decides.
    """
    host, pid, own = name.rsplit(":", 2)
    if host != _host():
        return False
    if int(pid) == os.getpid():
        return name not in _living
    if os.name != "posix":
        return False  # there, asking after a process ends it
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    # Numbers of processes are given out again: who began at another time is somebody else.
    known, began = own.partition("-")[0], _started(int(pid))
    return known != "0" and began not in (None, known)


def _host() -> str:
    return socket.gethostname()[:24]


def _started(pid: int) -> str | None:
    """When a process began, in the clock ticks since boot that Linux counts; "" of one that has
    ended and is not yet waited for. None where nothing is told.

    Fields 3 and 22 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The second field, the program's name, may hold spaces and brackets itself.
    fields = told.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
