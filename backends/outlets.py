"""Text leaves a process by its log and its two streams; none of them lets a known secret out."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, TextIO, cast

from backends.secrets import redactor


def guard_outlets() -> None:
    """From now on, whatever this process logs or writes to stdout and stderr is cleaned.

    Records are cleaned as they are made, for a framework hangs formatters of its own on loggers
    of its own; and frameworks print tracebacks without logging them.
    """
    logging.setLogRecordFactory(_CleanRecord)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, CleanStream):
            setattr(sys, name, cast(TextIO, CleanStream(stream)))


class CleanStream:
    """A text stream that takes known secrets out of each text written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As any text stream's."""
        self._stream.write(redactor.clean(text))
        return len(text)

    def writelines(self, lines: Any) -> None:
        """As any text stream's."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _CleanRecord(logging.LogRecord):
    """A record whose message, arguments, traceback and stack are cleaned."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        # Some formatters put the message together again from these.
        if isinstance(self.args, tuple):
            self.args = tuple(_clean(value) for value in self.args)
        if self.exc_info and self.exc_info[0] is not None:
            told = "".join(traceback.format_exception(*self.exc_info))
            self.exc_text = redactor.clean(told.rstrip("\n"))
        if self.stack_info:
            self.stack_info = redactor.clean(self.stack_info)

    def getMessage(self) -> str:
        return redactor.clean(super().getMessage())


def _clean(value: object) -> object:
    return redactor.clean(value) if isinstance(value, str) else value
