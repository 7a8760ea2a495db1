"""One question and its answer in Gradio's chat: the stream, the record, what history is sent.

Nothing may raise here: one exception disables Gradio's message box until the page is reloaded.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from backends import Call, CallInFlight, ChatRequest, Completion, Message, ProviderError
from panels import answer, drain
from panels.excerpt import drawn, unshown
from panels.gradio_flights import Flights
from panels.waiting import held_seconds, waiting_text
from panels.words import Lang, pick, t

log = logging.getLogger("tunedesk.gradio")

Find = Callable[[str], Call | None]
Start = Callable[[ChatRequest], CallInFlight]
Turn = dict[str, Any]


async def reply(
    flights: Flights, flight: CallInFlight, visitor: str, lang: Lang
) -> AsyncIterator[tuple[list[Turn], Call | None]]:
    """The growing messages of one answer; with the last ones comes the finished call.

    When the reader leaves, `flights` knows whether the call goes on.
    """
    flights.add(visitor, flight)
    try:
        async for snapshot in drain.asnapshots(flight):
            yield [*growing(snapshot, lang), *_waited_for(flight, snapshot, lang)], None
        # The flight is done, so this does not wait.
        call = flight.result(0)
        yield finished(call, lang), call
    finally:
        flights.remove(visitor, flight)


def _waited_for(flight: CallInFlight, snapshot: Completion, lang: Lang) -> list[Turn]:
    """One quiet line while nothing has come, or a limit of the provider holds the question back."""
    if flight.done or (held_seconds(flight) is None and (snapshot.text or snapshot.reasoning)):
        return []
    return [block(waiting_text(flight, lang), "", status="pending")]


def attached(asked: Message, lang: Lang) -> list[Turn]:
    """One quiet line between a question and its answer that names what went with it."""
    names = answer.attachments_text(asked, lang)
    return [block(names, "", status="done")] if names else []


def growing(snapshot: Completion, lang: Lang) -> list[Turn]:
    """The messages of an answer as far as it has come. Text only grows, never a cursor."""
    return [
        *_thoughts(snapshot.reasoning, lang, running=not snapshot.text),
        *_said(snapshot, lang),
    ]


def finished(call: Call, lang: Lang, figures: str = "") -> list[Turn]:
    """The messages of an answer that has ended, its trouble and its figures."""
    turns = [
        *_thoughts(call.reasoning, lang, running=False),
        *_said(call, lang),
        *(block(t("notice", lang), sentence) for sentence in answer.notices(call, lang)),
    ]
    if call.error is not None and call.state != "cancelled":
        trouble = answer.error_here(call, lang)
        if call.state == "refused":
            # Nothing went out, so there are no figures; the sentence says it all.
            return [*turns, block(t("error_not_sent", lang), trouble, call.id)]
        turns.append(block(t(_trouble_title(call), lang), trouble))
    elif call.state == "partial":
        turns.append(block(t("error_cut", lang), t("cut_by_review", lang)))
    elif not call.text and not call.tool_calls:
        turns.append(_text(t("no_answer", lang)))
    return [
        *turns,
        block(figures or answer.footer(call, lang), _requested(call, lang), call.id, "done"),
    ]


def internal_error(lang: Lang, why: Exception | None = None) -> list[Turn]:
    """What stands in place of an answer when we ourselves failed, or the store did."""
    told = pick(why.message, lang) if isinstance(why, ProviderError) else t("error_internal", lang)
    return [block(t("error", lang), told)]


def block(title: str, text: str, call_id: str | None = None, status: str | None = None) -> Turn:
    """A collapsible block: open without a status, closed with "done"."""
    metadata = {"title": title, "id": call_id, "status": status}
    return {
        **_text(text),
        "metadata": {name: value for name, value in metadata.items() if value is not None},
    }


def conversation(history: Sequence[Turn], find: Find, visitor: str) -> tuple[Message, ...]:
    """The turns that go to the provider, from the record of what was asked and answered.

    Only what this visitor asked and what was answered, or stopped by the visitor, in pairs:
    figures, errors and failed turns stay on the screen alone.
    """
    calls = [find(call_id) for call_id in call_ids(history)]
    return tuple(
        message
        for call in calls
        if call is not None and call.user == visitor and answer.continues(call)
        for message in (call.messages[-1], Message("assistant", call.text))
    )


def last_asked(history: Sequence[Turn], find: Find, visitor: str) -> Message | None:
    """The last question as it is on record, if this visitor asked it."""
    asked = max((place for place, turn in enumerate(history) if turn["role"] == "user"), default=0)
    found = [find(call_id) for call_id in call_ids(history[asked:])]
    call = next((call for call in found if call is not None and call.user == visitor), None)
    return call.messages[-1] if call is not None and call.messages else None


def call_ids(history: Sequence[Turn]) -> list[str]:
    """The calls behind the answers of a chat, oldest first."""
    found = ((turn.get("metadata") or {}).get("id") for turn in history)
    return [str(call_id) for call_id in found if call_id]


def _trouble_title(call: Call) -> str:
    return "error_cut" if call.state == "partial" else "error_provider"


def _requested(call: Call, lang: Lang) -> str:
    """The parameters that were asked for, one a line; the whole account is in the details."""
    lines = []
    for trace in call.params:
        if trace.requested is not None:
            row = list(answer.account_rows([trace], lang)[0].values())
            # What the answer repeats, if it repeats anything, stands before the outcome.
            name, value, wire_name, *_, outcome, _ = (answer.plain(cell) for cell in row)
            lines.append(f"- {name} = {value} → {wire_name} · {outcome}")
    return "\n".join(lines) or t("account_empty", lang)


def _said(given: Call | Completion, lang: Lang) -> list[Turn]:
    """The text of an answer, and the functions it asks for."""
    turns = [_text(drawn(given.text)), *_rest(given.text, lang)] if given.text else []
    asked = answer.tool_calls_text(given)
    if asked:
        # Longer than any row of backticks inside, so that nothing in it ends the code.
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", asked)), default=0))
        turns.append(block(t("tool_calls", lang), f"{fence}\n{asked}\n{fence}"))
    return turns


def _thoughts(reasoning: str, lang: Lang, *, running: bool) -> list[Turn]:
    if not reasoning:
        return []
    return [
        block(
            t("reasoning", lang),
            drawn(reasoning),
            status="pending" if running else "done",
        ),
        *_rest(reasoning, lang),
    ]


def _rest(text: str, lang: Lang) -> list[Turn]:
    """One quiet line under a text of which only the beginning is drawn."""
    said = unshown(text, lang)
    return [block(said, "", status="done")] if said else []


def _text(text: str) -> Turn:
    # As a content block: plain strings are dedented by Gradio, which shifts code as it grows.
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}
