"""Gradio's chat box, in which what the user typed is shown as the text it is.

Gradio renders questions as markdown, pictures and tags included, and gives back what it shows when
one asks again. So a question is disarmed on its way to the page and as it was on its way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from panels.gradio_own import derived
from panels.markdown import as_typed, typed_markdown


def _with_questions(turns: Any, change: Callable[[str], str]) -> Any:
    for turn in turns.root if turns is not None else ():
        if turn.role == "user":
            turn.content = [_changed(part, change) for part in turn.content]
    return turns


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    text = getattr(part, "text", None)
    return part.model_copy(update={"text": change(text)}) if isinstance(text, str) else part


def _shown(self: Any, value: Any) -> Any:
    return _with_questions(gr.Chatbot.postprocess(self, value), typed_markdown)


def _given_back(self: Any, payload: Any) -> Any:
    return gr.Chatbot.preprocess(self, _with_questions(payload, as_typed))


TalkBox = derived(gr.Chatbot, "TalkBox", postprocess=_shown, preprocess=_given_back)
