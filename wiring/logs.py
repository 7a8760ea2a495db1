"""The log: one file, without secrets."""

from __future__ import annotations

import logging
import threading
from logging.handlers import RotatingFileHandler

from backends import guard_outlets
from wiring.settings import data_directory


def start_logging() -> None:
    """Log to a rotating file in the data directory, without secrets, as all that is printed.

    Where the file cannot be written, nothing is logged: the store will say what is wrong there.
    """
    guard_outlets()
    path = data_directory() / "tunedesk.log"
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=2_000_000, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for noisy in ("urllib3", "websocket", "httpx", "alembic"):
        # At DEBUG these print whole URLs, some of which carry a token.
        logging.getLogger(noisy).setLevel(logging.WARNING)
    threading.excepthook = _log_thread_failure


def _log_thread_failure(failed: threading.ExceptHookArgs) -> None:
    """In the log, where it is looked for, instead of on stderr."""
    trouble = failed.exc_value or failed.exc_type()
    logging.getLogger("tunedesk").error("a thread ended", exc_info=trouble)
