"""What a sentence repeats of what was typed or received."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import PurePath

# Characters: enough to know a value again. A path is known by its end, so it has more.
QUOTED = 80
_PATH = 400


def brief(value: object, most: int = QUOTED) -> str:
    """A value as text of at most `most` characters and an ellipsis; of a path 400."""
    try:
        text = str(value)
    except ValueError:  # an integer of more digits than Python writes
        return "…"
    if isinstance(value, PurePath):
        most = _PATH
    return text if len(text) <= most else f"{text[:most]}…"


def listing(names: Iterable[str], comma: str = ", ", most: int = 20) -> str:
    """The names that there are, the first `most` of them."""
    first = [brief(name, 40) for name in itertools.islice(names, most + 1)]
    return comma.join(first[:most] + ["…"] * (len(first) > most))
