"""What the Gradio page's events have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from panels.gradio_tab import visitor as visitor

# Light events: not queued, not drawn as busy, not part of the public interface. Wherever an event
# may show its progress is drawn anew at every word of every later answer, also when it shows none;
# so these have no place for it.
QUIET: Mapping[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "show_progress_on": [],
    "api_visibility": "private",
}
# The same for those that take a while or yield, which only the queue can do.
QUEUED: Mapping[str, Any] = {**QUIET, "queue": True}


def while_open(
    accordion: Any, draw: Callable[..., Any], inputs: list[Any], shown: list[Any], events: list[Any]
) -> None:
    """Draw what stands in an accordion when it is opened and, while it is open, after the events.

    `draw` is given the visitor's name, then the inputs, and returns values of `shown`. Each of the
    `events` hangs a listener on something, such as `button.click` or the `then` of another event.
    """
    looked = gr.State(False)

    def first(request: gr.Request, *values: Any) -> Any:
        return draw(visitor(request), *values)

    def again(request: gr.Request, seen: bool, *values: Any) -> Any:
        return draw(visitor(request), *values) if seen else [gr.skip() for _ in shown]

    accordion.expand(lambda: True, None, looked, **QUIET)
    accordion.expand(first, inputs, shown, **QUIET)
    accordion.collapse(lambda: False, None, looked, **QUIET)
    for event in events:
        event(again, [looked, *inputs], shown, **QUIET)
