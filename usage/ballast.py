"""A file that can be spared: deleted when the disk is full, so that calls under way can end.

400 kB are enough for what eight calls still have to write (field/reliability-security.md §4).
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from sqlalchemy import URL

SIZE = 400_000
# So much must be free besides before it is laid down again.
_ROOM = 10 * SIZE


class Ballast:
    """The ballast of the store at an address; only a store that is a file has any."""

    def __init__(self, url: URL) -> None:
        file = url.database if url.get_backend_name() == "sqlite" else None
        self._path = Path(f"{file}.ballast") if file and Path(file).exists() else None
        # Whether it was needed, and there is no room yet to lay it down again.
        self.spent = False

    def fill(self) -> None:
        """Lay it down where there is room."""
        if self._path is None or self._path.exists():
            return
        # A folder that cannot be written holds no store that could need it.
        with contextlib.suppress(OSError):
            if shutil.disk_usage(self._path.parent).free > _ROOM:
                self._path.write_bytes(bytes(SIZE))
                self.spent = False

    def drop(self) -> bool:
        """Make room; False if there is none left to make."""
        if self._path is None or not self._path.exists():
            return False
        self._path.unlink(missing_ok=True)
        self.spent = True
        return True
