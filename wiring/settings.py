"""What the environment says; nothing else in the project looks at it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from dotenv import dotenv_values

HERE = Path(__file__).resolve().parents[1]


def environment() -> dict[str, str]:
    """The process's environment over the project's `.env`, empty values left out."""
    values = {**dotenv_values(HERE / ".env"), **os.environ}
    return {name: value for name, value in values.items() if value}


def filed() -> set[str]:
    """The variables whose value is that of the project's `.env`."""
    return dotenv_values(HERE / ".env").keys() - os.environ.keys()


def place(environment: Mapping[str, str]) -> str:
    """The mode of this place; a Space is one though nobody said so."""
    said = environment.get("TUNEDESK_MODE") or ("space" if environment.get("SPACE_ID") else "local")
    return said.strip().lower()


def data_directory() -> Path:
    """Where this user's store and log live."""
    return Path(platformdirs.user_data_dir("tunedesk", appauthor=False))


def default_store() -> str:
    """The URL of the store when none is set."""
    return f"sqlite:///{data_directory() / 'tunedesk.db'}"


def whole(text: str | None, default: int) -> int:
    """A count from the environment; what is none stops everything rather than nothing."""
    if text is None:
        return default
    return int(text) if text.isascii() and text.isdigit() else 0


def path(text: str | None) -> Path | None:
    """A file that the environment names."""
    return Path(text) if text else None


def listed(text: str | None) -> tuple[str, ...]:
    """The parts of a list with commas."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
