"""A call that was made, as what to ask again: its request, and its conversation turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backends import Call, ChatRequest, Message

TAG = "again:"


def asked_params(call: Call) -> dict[str, Any]:
    """The parameters whose *send* was on, as they were asked for, whatever became of them."""
    return {
        trace.name: tuple(trace.requested) if _are_strings(trace.requested) else trace.requested
        for trace in call.params
        if trace.requested is not None
    }


def kept(call: Call) -> bool:
    """Whether its pictures and recordings are at hand; those of a refused call are not."""
    return all(item.known_as is None for message in call.messages for item in message.attachments)


def again(call: Call, user: str) -> ChatRequest:
    """The same question once more, tagged with the call that it repeats."""
    return ChatRequest(
        f"{call.provider}/{call.model}",
        call.messages,
        call.system,
        asked_params(call),
        call.stream,
        tag=TAG + call.id,
        user=user,
    )


def repeated(call: Call) -> str | None:
    """The id of the call that this one repeats."""
    tag = call.tag or ""
    return tag.removeprefix(TAG) if tag.startswith(TAG) else None


def turns(call: Call) -> Iterator[tuple[Message, Call]]:
    """Each question with the call that answers it; of earlier ones the answer's text alone is
    known, so that is all such a call tells."""
    for place, message in enumerate(call.messages[:-1]):
        if message.role == "user":
            follows = call.messages[place + 1]
            yield message, _earlier(call, follows.content if follows.role == "assistant" else "")
    if call.messages:
        yield call.messages[-1], call


def _earlier(call: Call, text: str) -> Call:
    return Call(
        "", 1, None, call.started_at, call.provider, call.model, call.emulated, "ok",
        system=call.system, text=text,
    )  # fmt: skip


def _are_strings(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
