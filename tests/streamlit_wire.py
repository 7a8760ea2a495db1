"""Streamlit's own protocol, spoken to a running app as its page does, but with any value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import ClientConnection, connect

SECONDS = 60.0


class Tab:
    """One page's connection. `elements` are those of the latest run."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.elements: list[Element] = []

    def run(self, *states: WidgetState, query: str = "", page: str = "") -> list[Element]:
        """Have the script run with these widget states; what it drew."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.widget_states.CopyFrom(WidgetStates(widgets=states))
        self._socket.send(message.SerializeToString())
        return self.next_run()

    def next_run(self) -> list[Element]:
        """What a further run draws, which the app began by itself."""
        self.elements = []
        while True:
            heard = ForwardMsg.FromString(bytes(self._socket.recv(timeout=SECONDS, decode=False)))
            kind = heard.WhichOneof("type")
            if kind == "delta" and heard.delta.WhichOneof("type") == "new_element":
                self.elements.append(heard.delta.new_element)
            # A run that only makes place for the next one is not the end.
            ended = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR
            if kind == "script_finished" and heard.script_finished in ended:
                return self.elements

    def widgets(self) -> dict[str, str]:
        """The ids of the widgets that were drawn, with the kind of each."""
        found = {}
        for element in self.elements:
            kind = element.WhichOneof("type")
            name = getattr(getattr(element, kind), "id", "") if kind else ""
            if name:
                found[name] = str(kind)
        return found

    def texts(self) -> str:
        """All that can be read in what was drawn."""
        return "\n".join(str(element) for element in self.elements)

    def failures(self) -> list[str]:
        """The exceptions that the page shows."""
        return [
            element.exception.message
            for element in self.elements
            if element.WhichOneof("type") == "exception"
        ]


@contextmanager
def tab(address: str) -> Iterator[Tab]:
    """Open one."""
    with connect(f"{address.replace('http', 'ws', 1)}/_stcore/stream", max_size=None) as socket:
        yield Tab(socket)


def state(name: str, **value: Any) -> WidgetState:
    """The state of a widget, of any of the wire's kinds."""
    made = WidgetState(id=name)
    for kind, each in value.items():
        if kind == "chat_input_value":
            made.chat_input_value.data = each
        elif isinstance(each, list):
            getattr(made, kind).data.extend(each)
        else:
            setattr(made, kind, each)
    return made
