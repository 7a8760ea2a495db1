"""The composition root: reads the environment, and puts the desk together.

Nothing else in the project looks at the environment. A provider is live when its keys are set,
else a local emulator answers for it; the calls' code is the same.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import os
import threading
from collections.abc import AsyncIterator

# Read once by the frameworks when they are imported, so set before anything imports them.
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}
for _name, _value in _QUIET.items():
    os.environ.setdefault(_name, _value)

from wiring.desk import Desk  # noqa: E402 - after what frameworks read when they are imported
from wiring.logs import start_logging  # noqa: E402
from wiring.memory import give_back  # noqa: E402
from wiring.serving import listening, may_listen, policy  # noqa: E402
from wiring.settings import HERE, data_directory, default_store, environment, filed, place  # noqa: E402
from wiring.variables import OWN_VARIABLES, Variable, variables  # noqa: E402

__all__ = [
    "HERE",
    "OWN_VARIABLES",
    "Desk",
    "Variable",
    "data_directory",
    "default_store",
    "desk",
    "environment",
    "filed",
    "lifespan",
    "listening",
    "may_listen",
    "place",
    "policy",
    "start_logging",
    "variables",
]

# Before anything starts a thread.
give_back()
_opening = threading.Lock()


def desk() -> Desk:
    """The process's one desk, from its environment.

    Raises:
        Trouble: the store or the price table cannot be used.
    """
    with _opening:  # two first visitors at once get the same one
        return _desk()


@functools.cache
def _desk() -> Desk:
    start_logging()
    opened = Desk(environment(), filed=filed())
    # Ctrl-C ends the apps in the middle of calls: their rows still get their final state.
    atexit.register(opened.close)
    return opened


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Around a server's life: at its end the calls that run get their final state."""
    yield
    if _desk.cache_info().currsize:
        await asyncio.to_thread(_desk().close)
