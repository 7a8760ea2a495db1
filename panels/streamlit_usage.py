"""The frame of the usage page in Streamlit: sections, cards, figures with their words.

Only that page imports this module: pandas and plotly cost the chat page a second and 100 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from panels.streamlit_usage_address import key
from panels.usage_view import SECTIONS
from panels.words import Lang, t

# One of Plotly's buttons sends data away, so those that are wanted are named. The browser itself
# draws PNG and SVG; on a server that takes a browser of its own (kaleido), a file for each figure.
_BUTTONS = {"displaylogo": False, "showSendToCloud": False, "modeBarButtons": [["toImage"]]}
_FORMS, _FORM = ("png", "svg"), "usage-picture"
_UNITS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


def heading(lang: Lang) -> str:
    """Draw the page's name and the choice of a section; returns the one that is chosen."""
    st.title(t("usage_title", lang), anchor=False)
    held = st.session_state.setdefault(key("view"), SECTIONS[0])
    chosen = st.segmented_control(
        t("usage_section", lang),
        SECTIONS,
        # What is held is the default too, for the reason told at `streamlit_values.show`.
        default=held,
        required=True,
        key=key("view"),
        format_func=lambda section: t(f"usage_view_{section}", lang),
        label_visibility="collapsed",
        persist_state="session",
    )
    found = chosen or SECTIONS[0]
    st.caption(t(f"usage_about_{found}", lang))
    return found


@st.fragment(run_every="2s")
def redraw_when(changed: Callable[[], bool]) -> None:
    """Look every two seconds, and draw the page again only when there is something new."""
    if changed():
        st.rerun()


def empty(any_calls: bool, lang: Lang) -> None:
    """Say why there is nothing to draw."""
    st.info(t("usage_nothing_matches" if any_calls else "usage_empty", lang))


def cards(kind: str, texts: Mapping[str, str], lang: Lang, help_of: Sequence[str] = ()) -> None:
    """A row of figures of one kind of answerer, by the names of their words; those of `help_of`
    have a help under their name with `_help`."""
    st.markdown(f"**{t(f'kind_{kind}', lang)}**")
    with st.container(horizontal=True, key=f"cards-{kind}", gap="xsmall"):
        for name, text in texts.items():
            help_ = t(f"{name}_help", lang) if name in help_of else None
            st.metric(
                t(name, lang), text, border=True, width="content", height="stretch", help=help_
            )


def choice(name: str, options: Sequence[str], word: str, lang: Lang) -> str:
    """Draw a small choice that is part of the view; returns it. Words are `{word}_{option}`."""
    held = st.session_state.setdefault(key(name), options[0])
    chosen = st.segmented_control(
        t(word, lang),
        options,
        default=held,
        required=True,
        key=key(name),
        format_func=lambda option: t(f"{word}_{option}", lang),
        persist_state="session",
    )
    return chosen or options[0]


def figure(
    name: str,
    drawn: Any,
    lang: Lang,
    *,
    title: str | None = None,
    caption: str | None = None,
    none: str | None = None,
    height: int = 300,
) -> None:
    """A figure under its name, with a sentence on how to read it; or why there is none.

    `title`, `caption` and `none` are texts in place of the words of `name`.
    """
    with st.container(border=True, key=f"figure-{name}", height="stretch"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(f"**{title or t(name, lang)}**", width="content")
            if drawn.data:
                _saved(name, drawn, lang)
        if not drawn.data:
            st.caption(none or t(f"{name}_none", lang))
            return
        said = caption or t(f"{name}_caption", lang)
        # The legend below takes a line for every two names, more on a phone.
        drawn.update_layout(height=height + 14 * len(drawn.data))
        config = _config(name, lang)
        # A figure on the page keeps the buttons it was put up with, so another form is another.
        key_ = f"{name}-{config['toImageButtonOptions']['format']}-figure"
        st.plotly_chart(drawn, key=key_, config=config, alt=said)
        st.caption(said)


def width_said(width: timedelta, lang: Lang) -> str:
    """How wide a bucket is, in words."""
    seconds = round(width.total_seconds())
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    count = seconds // size
    return t(f"usage_one_{unit}" if count == 1 else f"usage_time_{unit}", lang, count=count)


def picture_form(lang: Lang) -> None:
    """Draw the choice of what the camera on every figure saves."""
    st.session_state.setdefault(_FORM, _FORMS[0])
    st.segmented_control(
        t("usage_save_figure", lang),
        _FORMS,
        required=True,
        key=_FORM,
        format_func=str.upper,
        help=t("usage_save_help", lang),
        persist_state="session",
    )


def _config(name: str, lang: Lang) -> dict[str, Any]:
    form = st.session_state.get(_FORM, _FORMS[0])
    image = {"format": form, "filename": _file(name), "scale": 2 if form == "png" else 1}
    said = t("usage_save_figure", lang)
    words = {"Download plot as a PNG": said, "Download plot": said}
    locale = {"locale": "tunedesk", "locales": {"tunedesk": {"dictionary": words, "format": {}}}}
    return {**_BUTTONS, **locale, "toImageButtonOptions": image}


def _file(name: str) -> str:
    return f"tunedesk-{name.removeprefix('usage_').replace('_', '-')}"


def _saved(name: str, drawn: Any, lang: Lang) -> None:
    st.download_button(
        "HTML",
        lambda: drawn.to_html(include_plotlyjs=True),
        f"{_file(name)}.html",
        "text/html",
        key=f"{name}-html",
        type="tertiary",
        icon=":material/download:",
        on_click="ignore",
        help=t("usage_save_help", lang),
    )
