"""Details of one answer on demand: account, request, code to copy, why each word."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from backends import Call, ParamTrace
from panels import answer, code
from panels.gradio_chat import Find, Turn
from panels.gradio_events import while_open
from panels.gradio_page import word
from panels.words import Lang, t

_QUESTION_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Details:
    """The widgets; `outputs` are what `shown` updates."""

    accordion: Any
    which: Any
    outputs: list[Any]


def answer_list(name: str = "which-answer") -> Any:
    """The list of answers, not drawn yet: the chat names it before the panel below it draws it."""
    return gr.Dropdown(
        [],
        label=word("assistant"),
        interactive=True,
        visible=False,
        elem_id=name,
        render=False,
    )


def details_panel(which: Any, name: str = "details") -> Details:
    """Draw the panel, closed."""
    with gr.Accordion(word("details"), open=False, elem_id=name) as accordion:
        which.render()
        facts = gr.Markdown(word("details_none"), elem_classes="quiet")
        with gr.Tabs():
            with gr.Tab(word("account")):
                account = table()
            with gr.Tab(word("wire")):
                wire = _code("json")
            with gr.Tab(word("code_curl")):
                curl = _code("shell")
            with gr.Tab(word("code_python")):
                python = _code("python")
            with gr.Tab(word("why")):
                why_note = gr.Markdown(word("why_help"), elem_classes="quiet")
                why = table()
            with gr.Tab(word("reports"), visible=False, elem_id=f"{name}-reports") as tab:
                gr.Markdown(word("reports_help"), elem_classes="quiet")
                reports = _code("json")
    outputs = [facts, account, wire, curl, python, why_note, why, tab, reports]
    return Details(accordion, which, outputs)


def wire(panel: Details, find: Find, language: Any) -> None:
    """Details are looked up when somebody looks: on opening, and on choosing while open."""

    def show(who: str, call_id: str | None, lang: Lang) -> list[Any]:
        return shown(_own(find, call_id, who), lang)

    inputs, changed = [panel.which, language], panel.which.change
    while_open(panel.accordion, show, inputs, panel.outputs, [changed])


def _own(find: Find, call_id: str | None, owner: str) -> Call | None:
    call = find(call_id) if call_id else None
    return call if call is not None and call.user == owner else None


def _code(language: Literal["json", "shell", "python"]) -> Any:
    return gr.Code(
        language=language,
        show_label=False,
        interactive=False,
        wrap_lines=True,
        max_lines=24,
        show_line_numbers=False,
        buttons=["copy"],
    )


def table() -> Any:
    """Where a table of `table_html` is drawn."""
    return gr.HTML(elem_classes="sheet", padding=False, apply_default_css=False)


def table_html(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows under their own headings. Every cell is escaped: stored values are text, never HTML."""
    if not rows:
        return ""
    head = "".join(f"<th>{_cell(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(value)}</td>" for value in row.values()) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def account_table(call_or_traces: Call | Sequence[ParamTrace], lang: Lang) -> str:
    """The parameter account as a table."""
    return table_html(answer.account_rows(call_or_traces, lang))


def shown(call: Call | None, lang: Lang) -> list[Any]:
    """Values of `outputs` for a call; of none, an empty panel that says so."""
    if call is None:
        nothing = [t("details_none", lang), "", "", "", "", t("why_help", lang), ""]
        return [*nothing, gr.update(visible=False), ""]
    why = answer.why_rows(call, lang)
    return [
        _facts(call, lang),
        account_table(call, lang),
        answer.wire_text(call) or t("wire_none", lang),
        code.curl(call),
        code.python(call),
        t("why_help" if why else "why_none", lang),
        table_html(why),
        gr.update(visible=bool(call.extras)),
        answer.reports_text(call),
    ]


def choices(history: Sequence[Turn]) -> list[tuple[str, str]]:
    """The answers of a chat as (question, call id), the latest first."""
    found: list[tuple[str, str]] = []
    question = ""
    for turn in history:
        if turn["role"] == "user":
            question = _text(turn)
        elif call_id := (turn.get("metadata") or {}).get("id"):
            found.append((f"{len(found) + 1}. {_short(question)}", str(call_id)))
    return found[::-1]


def selection(history: Sequence[Turn]) -> Any:
    """The list of answers with the latest chosen; hidden while there is none to choose from."""
    found = choices(history)
    return gr.update(choices=found, value=found[0][1] if found else None, visible=len(found) > 1)


def _facts(call: Call, lang: Lang) -> str:
    facts = [
        f"{answer.plain(call.provider)}/{answer.plain(call.model)}",
        answer.footer(call, lang),
        t(f"billed_{call.billed}", lang),
        f"{t('call_id', lang)}: `{call.id}`",
    ]
    if call.credential:
        facts.append(f"{t('call_credential', lang)}: `{call.credential}`")
    if call.messages and call.messages[-1].attachments:
        facts.append(answer.attachments_text(call.messages[-1], lang))
    if call.request_id:
        facts.append(f"{t('request_id', lang)}: {answer.plain(call.request_id)}")
    return " · ".join(facts)


def _cell(value: Any) -> str:
    return html.escape("" if value is None else str(value))


def _text(turn: Turn) -> str:
    content = turn["content"]
    if isinstance(content, str):
        return content
    return " ".join(
        part["text"] for part in content if isinstance(part, dict) and part.get("type") == "text"
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUESTION_LENGTH else f"{line[:_QUESTION_LENGTH]}…"
