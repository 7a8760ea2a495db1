"""What the Gradio page's events have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

# Light events: not queued, not drawn as busy, not part of the public interface.
QUIET: Mapping[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
# The same for those that take a while or yield, which only the queue can do.
QUEUED: Mapping[str, Any] = {**QUIET, "queue": True}


def visitor(request: gr.Request | None) -> str:
    """A random name for this browser tab, for the record."""
    return str(request.session_hash) if request is not None else ""
