"""The comparison that a browser tab has on its page, for a page that is loaded anew."""

from __future__ import annotations

from dataclasses import dataclass

from panels.compare import Comparison
from panels.gradio_compare_columns import Set
from panels.latest import Latest

# How many tabs' comparisons are kept in mind; each has all its answers with it.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A comparison, and how its columns were set when it was asked last."""

    held: Comparison
    now: Set
    blind: bool


def nothing_kept() -> Latest[Kept]:
    """What each tab compares: nothing so far."""
    return Latest(_MOST, lambda kept: kept.held.size)
