"""Why this room cannot be used, as one sentence."""

from __future__ import annotations

from backends import Words


class Trouble(Exception):
    """Something that was set cannot be used; `message` says why and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message
