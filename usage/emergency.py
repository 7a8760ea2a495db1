"""The ends of calls while the store cannot be written: a file elsewhere, read when it can be."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from usage.column_json import to_json
from usage.owners import is_dead


class Emergency:
    """What one process keeps for one store, a line of JSON a call; only its user can read it."""

    def __init__(self, url: URL, owner: str) -> None:
        where = url.render_as_string(hide_password=True)
        self._stem = f"tunedesk-{hashlib.sha256(where.encode()).hexdigest()[:16]}-late"
        self._owner = owner
        self._path = _folder() / f"{self._stem}-{hashlib.sha256(owner.encode()).hexdigest()[:8]}"
        self._used = False

    def add(self, call_id: str, values: Mapping[str, Any]) -> None:
        """Keep the values of a call's row; on disk on return, unless that disk is full too."""
        with contextlib.suppress(OSError):
            new = not self._path.exists()
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                out.write(f"{self._owner}\n" if new else "")
                out.write(to_json({"settled": call_id, **values}) + "\n")
                out.flush()
                os.fsync(out.fileno())
        self._used = True

    def clear(self) -> None:
        """All of it is in the store now."""
        if self._used:
            self._path.unlink(missing_ok=True)
            self._used = False

    def left_behind(self) -> Iterator[tuple[Path, list[tuple[str, dict[str, Any]]]]]:
        """What processes that are no more have left for this store: values by call."""
        for path in sorted(_folder().glob(f"{self._stem}-*")):
            # One may go meanwhile, be another user's, or end within a character.
            with contextlib.suppress(OSError, ValueError):
                text = path.read_text(encoding="utf-8", errors="replace")
                owner, *lines = text.splitlines() or [""]
                if owner and is_dead(owner):
                    yield path, list(_whole(lines))


def _whole(lines: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines that were written to their end."""
    for line in lines:
        with contextlib.suppress(ValueError):
            values = json.loads(line)
            yield values.pop("settled"), values


def _folder() -> Path:
    return Path(tempfile.gettempdir())
