"""A text on its way into a message box of Streamlit.

The box takes a text with a single drawing, and what a run drew is lost where another one follows
at once: what the server has not sent by then is dropped, and of two drawings that come together
the browser shows the later one. The second half of a double click brings such a run.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

# Seconds after the first drawing in which another one may come that overtakes it. Nobody has read
# the text and changed it by then.
_OVERTAKEN = 1.0


@dataclass(slots=True)
class Refill:
    """One text at most; the latest counts."""

    _text: str | None = None
    _drawn: float = math.inf

    def put(self, text: str) -> None:
        """This is to stand in the box."""
        self._text, self._drawn = text, math.inf

    def drawn(self) -> str | None:
        """What the drawing that begins now is to put into the box; None leaves it as it is."""
        now = time.monotonic()
        if now - self._drawn > _OVERTAKEN:
            self._text = None
        self._drawn = min(self._drawn, now)
        return self._text

    def take(self) -> str | None:
        """The text, for another place than the box, or to let it go; None if there is none."""
        text, self._text = self._text, None
        return text
