"""A visitor of the Gradio app: the page's configuration, the chat's chain of events, the queue."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx

from bench.apps import client

# The page carries its configuration, as the browser's script reads it.
_CONFIG = re.compile(r"window\.gradio_config = (\{.*?\});\s*</script>", re.DOTALL)


class GradioVisitor:
    """Follows the events from the message box to the one that streams, as the page does."""

    def __init__(self, address: str, model: str) -> None:
        self._model = model
        self._session = uuid.uuid4().hex[:12]
        self._client = client(address)
        self._values: dict[int, Any] = {}
        self._names: dict[str, int] = {}
        self._events: list[dict[str, Any]] = []
        self._streams = ExitStack()
        self._lines: Iterator[str] = iter(())

    def open(self) -> None:
        """Load the page."""
        page = self._client.get("/").raise_for_status().text
        found = _CONFIG.search(page)
        if found is None:
            raise RuntimeError("the page of the Gradio app carries no configuration")
        config = json.loads(found[1])
        for one in config["components"]:
            self._values[one["id"]] = one["props"].get("value")
            self._names[one["props"].get("elem_id")] = one["id"]
        self._events = config["dependencies"]
        self._values[self._names["model"]] = self._model
        # By this connection the app knows that somebody is there; when it ends, calls end too.
        self._listen(f"heartbeat/{self._session}")

    def ask(self, question: str) -> None:
        """Press Enter in the message box; what follows is asked for event by event."""
        box = self._names["question"]
        self._values[box] = question
        event = next(one for one in self._events if [box, "submit"] in one["targets"])
        while not event["queue"]:
            self._post("run/predict", event)
            event = next(one for one in self._events
                         if one["trigger_after"] == event["id"] and one["inputs"])  # fmt: skip
        self._post("queue/join", event)
        # Gradio writes its events as ASCII, a line each: no character in them splits a line.
        self._lines = self._listen(f"queue/data?session_hash={self._session}").iter_lines()

    def finish(self) -> str:
        """Read the stream until the answer is whole."""
        for line in self._lines:
            if '"msg":"process_completed"' in line:
                return line
        raise RuntimeError("the Gradio app ended its stream before the answer")

    def linger(self, gone: threading.Event) -> None:
        """The page reads on, but on a stalled stream nothing comes that would need a reader."""

    def close(self) -> None:
        """Drop the streams and with them the session."""
        self._streams.close()
        self._client.close()

    def _listen(self, path: str) -> httpx.Response:
        response = self._streams.enter_context(self._client.stream("GET", f"/gradio_api/{path}"))
        return response.raise_for_status()

    def _post(self, path: str, event: dict[str, Any]) -> None:
        body = {"fn_index": event["id"], "session_hash": self._session, "event_data": None,
                "trigger_id": self._names["question"],
                "data": [self._values[one] for one in event["inputs"]]}  # fmt: skip
        self._client.post(f"/gradio_api/{path}", json=body).raise_for_status()
