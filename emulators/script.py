"""Which fault each request gets: one for all, or a list of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .faults import Fault
from .faults_rows import BY_NAME

# The word for a request that goes well.
FINE: Final = "ok"


@dataclass(slots=True)
class Script:
    """What goes wrong with each request in turn; the last entry holds for all that follow."""

    entries: tuple[Fault | None, ...] = (None,)

    @property
    def text(self) -> str | None:
        """What is still to come, as `read_script` takes it; None when nothing goes wrong."""
        names = [FINE if fault is None else fault.name for fault in self.entries]
        return None if names == [FINE] else ",".join(names)

    def take(self, *, token: bool = False) -> Fault | None:
        """The entry of a request that just arrived.

        With `token` it is a request for a token, which uses up only a fault of its own kind.
        """
        fault = self.entries[0]
        if token and (fault is None or "token" not in fault.on):
            return None
        self.entries = self.entries[1:] or self.entries
        return fault


def read_script(text: str | None) -> Script:
    """A script from its text: names separated by commas, `ok` for none, or `@FILE` with a name
    a line.

    Raises:
        ValueError: there is no fault of that name. OSError: the file cannot be read.
    """
    if text is not None and text.startswith("@"):
        lines = Path(text[1:]).read_text(encoding="utf-8").splitlines()
        text = ",".join(name for line in lines if (name := line.partition("#")[0].strip()))
    names = [] if text is None else [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name != FINE and name not in BY_NAME]
    if unknown:
        raise ValueError(f"There is no fault “{unknown[0]}”")
    return Script(tuple(BY_NAME.get(name) for name in names) or (None,))
