"""What Gradio itself keeps of each page: about a megabyte, the widgets as they stood.

It keeps that of 10,000 pages, closed ones too, for whoever reopens one. A page that is loaded anew
is another session here and is drawn from the record, so a closed one's is let go.
"""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr

from panels.gradio_flights import GRACE

# Pages at a time; one that has been unused for longest begins anew beyond that.
MOST = 1000


def bounded(demo: gr.Blocks) -> None:
    """Let go of a page's state a while after the page has gone, and keep that of `MOST` at most."""
    demo.state_session_capacity = MOST

    async def gone(request: gr.Request) -> None:
        # Gradio's own work on the same event still needs it.
        asyncio.get_running_loop().call_later(GRACE, _forget, demo, str(request.session_hash))

    demo.unload(gone)


def _forget(demo: gr.Blocks, page: str) -> None:
    holder: Any = demo.state_holder
    with holder.lock:
        holder.session_data.pop(page, None)
        holder.time_last_used.pop(page, None)
