"""Who works at a run: a process of a machine, told from those that are no more."""

from __future__ import annotations

import os
import socket
import uuid

_living: set[str] = set()


class Owner:
    """A worker's name in the store while it works; use as a context."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    def __enter__(self) -> Owner:
        _living.add(self.name)
        return self

    def __exit__(self, *_: object) -> None:
        _living.discard(self.name)


def is_dead(name: str) -> bool:
    """Whether a name is that of a worker of this machine that is no more.

    Of another machine nothing is known; there the lease decides.
    """
    host, pid, _ = name.rsplit(":", 2)
    if host != socket.gethostname()[:32]:
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
    return False
