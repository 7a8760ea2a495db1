"""A visitor of the Streamlit app: its WebSocket, runs of the script, the message box's widget."""

from __future__ import annotations

import threading
import time
import urllib.parse
from typing import Any, Final

import websocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.apps import client

_TICK: Final = 0.25


class StreamlitVisitor:
    """Asks for runs of the script as the page does, those of its timers too."""

    def __init__(self, address: str, model: str) -> None:
        self._address = address
        self._client = client(address)
        self._socket: Any = None
        self._query = urllib.parse.urlencode({"model": model, "lang": "en"})
        self._page = ""
        self._box = ""
        self._tail: dict[tuple[int, ...], str] = {}
        self._timers: dict[str, tuple[float, float]] = {}

    def open(self) -> None:
        """Load the page and let its script run once."""
        self._client.get("/").raise_for_status()
        self._socket = websocket.create_connection(
            f"ws{self._address.removeprefix('http')}/_stcore/stream",
            subprotocols=["streamlit"], timeout=90,
        )  # fmt: skip
        self._run()
        self._until_finished(threading.Event())

    def ask(self, question: str) -> None:
        """Send a question from the message box."""
        self._run(question)

    def finish(self) -> str:
        """Let runs follow each other until one ends by itself."""
        self._until_finished(threading.Event())
        return "\n".join(self._tail.values())

    def linger(self, gone: threading.Event) -> None:
        """As the page does while it is open."""
        self._until_finished(gone)

    def close(self) -> None:
        """Close the socket, as a closed tab does."""
        self._client.close()
        if self._socket is not None:
            # Without the closing handshake, for which the library would wait.
            self._socket.shutdown()

    def _run(self, question: str | None = None, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        if question is not None:
            widget = state.widget_states.widgets.add()
            widget.id, widget.chat_input_value.data = self._box, question
        self._socket.send_binary(message.SerializeToString())

    def _until_finished(self, gone: threading.Event) -> None:
        while not gone.is_set():
            self._ring()
            self._socket.settimeout(_TICK)
            try:
                data = self._socket.recv()
            except websocket.WebSocketTimeoutException:
                continue
            message = ForwardMsg()
            message.ParseFromString(data)
            if self._take(message):
                return

    def _take(self, message: ForwardMsg) -> bool:
        """Take in a message; whether a run of the whole script has come to its own end."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            self._timers.clear()
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message)
        elif kind == "auto_rerun":
            timer = message.auto_rerun
            self._timers[timer.fragment_id] = (timer.interval, time.monotonic() + timer.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._timers.pop(fragment, None)
        elif kind == "script_finished":
            return message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return False

    def _draw(self, place: tuple[int, ...], message: ForwardMsg) -> None:
        element = message.delta.new_element
        shown = element.WhichOneof("type")
        if shown == "chat_input":
            self._box = element.chat_input.id
        elif shown == "exception":
            raise RuntimeError(f"the Streamlit app shows an exception: {element.exception.message}")
        elif shown == "markdown":
            self._tail[place] = element.markdown.body

    def _ring(self) -> None:
        """Ask for the runs whose time has come, as the page's timers do."""
        now = time.monotonic()
        for fragment, (interval, due) in tuple(self._timers.items()):
            if now >= due:
                self._timers[fragment] = (interval, now + interval)
                self._run(fragment=fragment)
