"""Two answers and what differs between them, in Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from panels.diff import Segment

# Texts of models: set as text, never as HTML.
_SCRIPT = """
const TAGS = { added: "ins", removed: "del", equal: "span" };

export default function ({ data, parentElement }) {
  const pieces = data.map(([kind, text]) => {
    const piece = document.createElement(TAGS[kind]);
    piece.textContent = text;
    return piece;
  });
  parentElement.querySelector(".diff").replaceChildren(...pieces);
}
"""

_STYLE = """
.diff {
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  line-height: 1.6;
  font-family: var(--st-font);
  color: var(--st-text-color);
}
ins { background: var(--st-green-background-color); color: var(--st-green-text-color); }
del { background: var(--st-red-background-color); color: var(--st-red-text-color); }
"""

_diff = st.components.v2.component(
    "tunedesk_diff", html='<div class="diff" translate="no"></div>', css=_STYLE, js=_SCRIPT
)


def draw_diff(segments: Sequence[Segment]) -> None:
    """Draw the pieces: what was added underlined, what was removed struck out."""
    _diff(key="compare-diff", data=[[kind, text] for kind, text in segments])
