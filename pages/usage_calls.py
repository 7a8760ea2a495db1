"""The call list of the usage page, the opened call, and what is filtered as files."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import streamlit as st

import wiring
from backends import Call, ProviderError
from pages.usage_shown import Shown
from panels import repeat
from panels import streamlit_usage as panel
from panels import streamlit_usage_list as listed
from panels.streamlit_downloads import download_row
from panels.streamlit_reopen import reopen
from panels.streamlit_usage_address import key
from panels.streamlit_usage_again import beside, call_again
from panels.streamlit_usage_call import opened_call
from panels.usage_view import View, command
from panels.words import t
from usage import export, search
from usage.charts_call import timeline_figure
from usage.filters import Filter
from usage.retention import forget_conversation

# Beyond this JSONL and CSV are compressed: Streamlit holds the finished file in memory.
_MANY = 5_000
_MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/jsonl",
}
_TO_CHAT = "usage-to-chat"


def calls(shown: Shown) -> None:
    """Search and list; the opened call stands between them, where one looks for it."""
    if st.session_state.pop(_TO_CHAT, False):
        st.switch_page("pages/chat.py")
    view, lang = shown.view, shown.lang
    if shown.reader is not None:
        shown = replace(shown, which=replace(shown.which, user=shown.reader))
        st.caption(t("usage_own_calls", lang))
    listed.search_bar(view, lang)
    found = search.listing(
        shown.desk.store,
        shown.which,
        view.q,
        cast(search.Sort, view.sort),
        not view.up,
        view.page,
        view.reach,
    )
    listed.call_table(found, view, search.PAGE, shown.zone, lang)
    if view.call is not None:
        _opened(shown, view.call)
    _files(shown, found.count)


def _opened(shown: Shown, call_id: str) -> None:
    call, lang = shown.desk.store.find(call_id), shown.lang
    if call is None or shown.reader not in (None, call.user):
        st.warning(t("usage_call_gone", lang, call=call_id[:32]))
        return
    origin = repeat.repeated(call)
    if origin is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("usage_again_of", lang), width="content")
            st.button(
                t("usage_again_origin", lang), type="tertiary", on_click=_open, args=(origin,)
            )
    beside(call, partial(_latest_again, shown, call.id), lang)
    opened_call(
        call,
        _actions(shown, call),
        partial(_timeline, shown, call),
        partial(_delete, shown, call.id),
        lang,
    )


def _open(call_id: str | None) -> None:
    st.session_state[key("call")] = call_id


def _delete(shown: Shown, call_id: str) -> None:
    gone = forget_conversation(shown.desk.store, call_id)
    if gone is not None:
        told = t("usage_deleted", shown.lang, count=gone.calls, kept=gone.kept)
        st.toast(told, icon=":material/delete:")
    if gone is None or gone.calls:
        _open(None)


def _latest_again(shown: Shown, call_id: str) -> Call | None:
    which = Filter(tag=repeat.TAG + call_id)
    rows = search.listing(shown.desk.store, which).rows
    return shown.desk.store.find(rows[0]["id"]) if rows else None


def _actions(shown: Shown, call: Call) -> dict[str, Any]:
    lang = shown.lang
    lost = None if repeat.kept(call) else t("usage_again_not", lang)
    reads = None if _converses(shown.desk, call) else t("usage_open_chat_not", lang)
    return {
        "usage_open_chat": ("chat", partial(_to_chat, call), lost or reads),
        "usage_again": ("refresh", partial(call_again, call, shown.desk.client.start), lost),
    }


def _to_chat(call: Call) -> None:
    reopen(call)
    # A callback cannot leave the page; the run that follows does.
    st.session_state[_TO_CHAT] = True


def _converses(desk: wiring.Desk, call: Call) -> bool:
    try:
        return "text" in desk.catalogue.find(f"{call.provider}/{call.model}")[1].inputs
    except ProviderError:
        return False


def _timeline(shown: Shown, call: Call) -> None:
    panel.figure(
        "usage_timeline", timeline_figure(call.chunks, shown.words), shown.lang, height=240
    )


def _files(shown: Shown, count: int) -> None:
    lang, many = shown.lang, count > _MANY
    st.markdown(f"**{t('usage_exports', lang)}**")
    st.caption(t("usage_exports_help", lang))
    ending = {form: form + ".gz" * (many and form in ("jsonl", "csv")) for form in _MIMES}
    forms = {
        ending[form]: "application/gzip" if ending[form].endswith(".gz") else mime
        for form, mime in _MIMES.items()
    }
    download_row(
        partial(exported, shown.desk, shown.which, shown.view.q),
        forms,
        "tunedesk-calls",
        "download",
        lambda form: form.upper(),
    )
    st.caption(t("usage_exports_many" if many else "usage_exports_command", lang))
    st.code(command_of(shown.view, shown.which), "bash", wrap_lines=True)


def command_of(view: View, which: Filter) -> str:
    """The same export on the command line."""
    return command(view, which.since, which.until)


def exported(desk: wiring.Desk, which: Filter, text: str, ending: str) -> bytes:
    """The calls that are filtered and searched for, as a file of that ending.

    They go through the disk one by one: of many, no more is in memory than the finished file.
    """
    form, _, packed = ending.partition(".")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"calls.{form}"
        export.write(search.matching(desk.store.each(which=which), text), form, path)
        if not packed:
            return path.read_bytes()
        small = path.with_suffix(".gz")
        with path.open("rb") as plain, gzip.open(small, "wb", compresslevel=6) as out:
            shutil.copyfileobj(plain, out)
        return small.read_bytes()
