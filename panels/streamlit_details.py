"""What a call shows on demand: account, request, code, and why each word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from backends import Call, ParamTrace
from panels import answer, code
from panels.markdown import JOINER
from panels.words import Lang, pick, t

_LONGEST = 24


def details(call: Call, lang: Lang) -> None:
    """Draw everything on record about how a call was made."""
    parts: dict[str, Callable[[Call, Lang], None]] = {
        "account": _account,
        "wire": _wire,
        "code_curl": _curl,
        "code_python": _python,
    }
    if call.logprobs:
        parts["why"] = _why
    if call.extras:
        parts["reports"] = _reports
    for tab, draw in zip(st.tabs([t(key, lang) for key in parts]), parts.values(), strict=True):
        with tab:
            draw(call, lang)


def account_lines(traces: Iterable[ParamTrace], lang: Lang) -> str:
    """The account as a markdown list, for narrow places: what is asked, what becomes of it."""
    return "\n".join(
        f"- `{trace.name}`{_asked(trace)}: {sentence(pick(trace.reason, lang))}" for trace in traces
    )


def sentence(text: str) -> str:
    """A sentence of ours, which may hold what a user typed, on one line of markdown."""
    return answer.answer_markdown(" ".join(text.split()))


def table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows as a table under their names, every cell as the text it is."""
    if rows:
        # Joined, because Chinese headings would otherwise break after every character.
        heads = [JOINER.join(name) for name in rows[0]]
        markdown_table(heads, [[cell_text(value) for value in row.values()] for row in rows])


def markdown_table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Cells of markdown as a table: they wrap, and the page needs no pandas (1.5 s, 80 MB)."""
    st.markdown("\n".join(map(_line, (heads, ["---"] * len(heads), *lines))))


def cell_text(value: Any) -> str:
    """A value as the markdown of a cell in which nothing acts as markdown."""
    text = answer.UNKNOWN if value is None else str(value)
    return answer.plain(text).replace("|", "\\|")


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _asked(trace: ParamTrace) -> str:
    return "" if trace.requested is None else f" **{answer.plain(str(trace.requested))}**"


def _account(call: Call, lang: Lang) -> None:
    st.caption(t("account_help", lang))
    # All columns leave the reason no room; the outcome is in its sentence.
    names = [
        t(f"account_{name}", lang)
        for name in ("parameter", "requested", "wire_name", "sent", "echoed", "reason")
    ]
    parameter, requested, wire_name, sent, echoed, reason = names
    table(
        [
            {
                parameter: row[parameter],
                requested: _short(row[requested]),
                sent: row[sent]
                if row[sent] == answer.UNKNOWN
                else f"{row[wire_name]} = {_short(row[sent])}",
                **({echoed: row[echoed]} if echoed in row else {}),
                reason: row[reason],
            }
            for row in answer.account_rows(call, lang)
        ]
    )
    if not call.params:
        st.caption(t("account_empty", lang))


def _short(value: str) -> str:
    # A long one would leave the reason no room; the request beside it has the whole.
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _wire(call: Call, lang: Lang) -> None:
    if call.wire is None:
        st.caption(t("wire_none", lang))
        return
    st.caption(t("wire_help", lang))
    st.code(answer.wire_text(call), "json", wrap_lines=True)
    key = f" · {t('call_credential', lang)} `{call.credential}`" if call.credential else ""
    st.caption(f"{t('call_id', lang)} `{call.id}`{key}")


def _curl(call: Call, lang: Lang) -> None:
    st.caption(t("code_help", lang))
    st.code(code.curl(call), "bash", wrap_lines=True)


def _python(call: Call, lang: Lang) -> None:
    st.caption(t("code_help", lang))
    st.code(code.python(call), "python", wrap_lines=True)


def _why(call: Call, lang: Lang) -> None:
    st.caption(t("why_help", lang))
    with st.container(height=360, border=False):
        table(answer.why_rows(call, lang))


def _reports(call: Call, lang: Lang) -> None:
    st.caption(t("reports_help", lang))
    st.code(answer.reports_text(call), "json", wrap_lines=True)
