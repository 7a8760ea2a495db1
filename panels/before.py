"""What is told before anything is sent: what stands in the way, and what will be left out."""

from __future__ import annotations

from dataclasses import replace

from backends import (
    ChatRequest,
    Message,
    ModelSpec,
    ProviderError,
    account,
    check_attachments,
    check_history,
    fitted,
)
from panels.markdown import plain
from panels.words import Lang, pick, t

_SHORT = 20
_MOST_NAMED = 3


def obstacles(request: ChatRequest, model: ModelSpec, lang: Lang) -> list[str]:
    """One sentence for each thing because of which the door would refuse.

    `request` need not hold a question yet.
    """
    asked = _with_question(request, model)
    found = [
        trace.reason for trace in account(model, asked.params) if trace.outcome == "out of range"
    ]
    sent, _ = fitted(asked, model)
    for check in (check_history, check_attachments):
        try:
            check(sent, model)
        except ProviderError as error:
            found.append(error.message)
    return [pick(words, lang) for words in found]


def overflow_note(request: ChatRequest, model: ModelSpec, lang: Lang) -> str:
    """Which turns will be left out by the user's choice; "" when all will be sent."""
    asked = _with_question(request, model)
    _, count = fitted(asked, model)
    if not count:
        return ""
    questions = [turn.content for turn in asked.messages[:count] if turn.role == "user"]
    named = [f"“{plain(_short(text))}”" for text in questions[:_MOST_NAMED]]
    named += ["…"] if len(questions) > _MOST_NAMED else []
    return t("overflow_note", lang, model=model.label, count=count, turns=", ".join(named))


def _with_question(request: ChatRequest, model: ModelSpec) -> ChatRequest:
    """The request as it will be once something is asked."""
    messages = request.messages
    if "text" not in model.inputs or (messages and messages[-1].content.strip()):
        return request
    if messages and messages[-1].role == "user":
        return replace(request, messages=(*messages[:-1], replace(messages[-1], content="?")))
    return replace(request, messages=(*messages, Message("user", "?")))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[:_SHORT]}…"
