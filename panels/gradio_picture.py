"""The picture that waits beside Gradio's message box, in its file's own bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio import processing_utils

from backends import Attachment, Message
from panels.gradio_chat import Find, Turn, last_asked
from panels.gradio_own import derived
from panels.gradio_page import word
from panels.recognise import attachment_of


def _path(_: Any, payload: Any) -> str | None:
    """The uploaded file as it is; Gradio's own reading converts, and fails on what it cannot."""
    return payload.path if payload is not None else None


_AsItIs = derived(gr.Image, "PictureAsItIs", preprocess=_path)


def picture_box() -> Any:
    """Draw it: upload, drop or paste one picture."""
    return _AsItIs(
        label=word("picture"),
        sources=["upload", "clipboard"],
        type="filepath",
        image_mode=None,
        height=170,
        buttons=[],
        interactive=True,
        elem_id="picture",
    )


def attachment(path: str | None) -> Attachment | None:
    """An uploaded file as an attachment.

    Raises:
        OSError: the file is gone; uploads are kept for a day.
    """
    if not path:
        return None
    file = Path(path)
    return attachment_of(file.read_bytes(), file.name)


def question(text: str, picture: str | None) -> Message:
    """A question, and the picture that goes with it."""
    attached = attachment(picture)
    return Message("user", text, () if attached is None else (attached,))


def put_back(box: Any, history: Sequence[Turn], find: Find, visitor: str) -> Any:
    """Update of the box for a question that is asked again: its picture, from the record."""
    asked = last_asked(history, find, visitor)
    if asked is None or not asked.attachments:
        return gr.skip()
    kept = asked.attachments[0]
    return processing_utils.save_bytes_to_cache(kept.data, kept.name or "picture", box.GRADIO_CACHE)
