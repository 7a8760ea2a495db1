"""What is said of a call whose answer has not begun."""

from __future__ import annotations

import math

from backends import CallInFlight
from panels.words import Lang, t


def held_seconds(flight: CallInFlight) -> int | None:
    """Whole seconds that a provider's limit still holds the call back; None where none does."""
    seconds = None if flight.done else flight.waiting
    return None if seconds is None else max(1, math.ceil(seconds))


def waiting_text(flight: CallInFlight, lang: Lang) -> str:
    """That the limit is waited for, and how long; else that the answer is."""
    seconds = held_seconds(flight)
    return t("waiting", lang) if seconds is None else t("waiting_limit", lang, seconds=seconds)
