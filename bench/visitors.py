"""People in front of an app without their browsers: they speak the app's own protocol."""

from __future__ import annotations

import threading
from typing import Final, Protocol

from bench.apps import App, Kind
from bench.gradio_visitor import GradioVisitor
from bench.streamlit_visitor import StreamlitVisitor


class Visitor(Protocol):
    """One person. `open`, then `ask` and `finish` as often as one likes, then `close`."""

    def open(self) -> None:
        """Load the page, to the point where a question can be typed."""

    def ask(self, question: str) -> None:
        """Send a question and return; the answer comes by itself."""

    def finish(self) -> str:
        """What the page was sent of the answer, once it has ended."""

    def linger(self, gone: threading.Event) -> None:
        """Do what an open page does until one is `gone`; may return earlier."""

    def close(self) -> None:
        """Leave, as by closing the tab."""


_VISITORS: Final[dict[Kind, type[GradioVisitor] | type[StreamlitVisitor]]] = {
    "gradio": GradioVisitor,
    "streamlit": StreamlitVisitor,
}


def visitor(app: App, model: str) -> Visitor:
    """Somebody new in front of an app, who is going to ask this model."""
    return _VISITORS[app.kind](app.address, model)
