"""What a call came to: its final state, what it may have cost, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from backends import errors
from backends.account import echoed
from backends.estimate import estimate_usage
from backends.fold import Fold, noted
from backends.frames import BROKEN_CHARACTERS, ODD_USAGE
from backends.line import Line
from backends.provider import rate_limit
from backends.types import (
    Billed,
    Call,
    CallError,
    ChatRequest,
    Chunk,
    Completion,
    State,
    Words,
)

_EMPTY = Words(
    "服务商结束了回答，却没有给出任何文字，可能已计费。可以重试或换个问法。",
    "The provider ended its answer without a word; it may have been billed. "
    "Retry, or ask in another way.",
)
_BROKEN = Words(
    "调台自身出错，详情见日志。回答已保留，可以重试。",
    "Tunedesk itself failed; the log has the details. What arrived is kept; retry.",
)


class Times(NamedTuple):
    """Seconds to the first thing to read, in all, and of the longest silence between two.

    `chunks` are as `Call` has them.
    """

    first: float | None
    total: float
    longest_gap: float | None
    chunks: tuple[Chunk, ...]


def settled(
    call: Call,
    request: ChatRequest,
    fold: Fold,
    line: Line,
    times: Times,
    trouble: BaseException | None,
) -> Call:
    """The call in its final state; `trouble` is what ended it, None where nothing did."""
    answer = fold.end()
    # A reader is asked nothing, and silence or a blank page is a good answer of it.
    asked = bool(request.messages) and bool(request.messages[-1].content.strip())
    state = _state(trouble, answer, fold.shown, line, asked)
    answered = fold.shown or state in ("ok", "length")
    # Its whole time was a wait for the limit.
    held = line.phase == "waiting"
    usage = answer.usage
    # Nobody counts a picture or a recording in tokens that we could estimate.
    if usage is None and answered and asked:
        usage = estimate_usage(request, answer.text + answer.reasoning)
    return replace(
        call,
        state=state,
        billed=_billed(state, answer.usage is not None, line),
        phase=line.phase,
        time_to_first_token=times.first,
        total_time=None if state == "refused" or held else times.total,
        waited=times.total if held else call.waited,
        longest_gap=times.longest_gap,
        chunks=times.chunks,
        text=answer.text,
        reasoning=answer.reasoning,
        finish_reason=answer.finish_reason,
        usage=usage,
        # A refusal need not come as far as an answer; its headers say what is left all the same.
        rate_limit=answer.rate_limit or rate_limit(line.headers),
        request_id=answer.request_id,
        logprobs=answer.logprobs,
        tool_calls=answer.tool_calls,
        served_model=answer.served_model,
        extras=noted(answer.extras, _notes(answer)),
        params=echoed(call.params, answer.echo),
        error=_error(trouble) or _withheld(state, answer),
        wire=line.request,
    )


def _notes(answer: Completion) -> Iterator[str]:
    """What is odd about an answer as a whole."""
    if "\ufffd" in answer.text:
        yield BROKEN_CHARACTERS
    counted = None if answer.usage is None else answer.usage.output_tokens
    # No token stands for so many characters.
    if counted is not None and counted * 64 < len(answer.text):
        yield ODD_USAGE


def _state(
    trouble: BaseException | None, answer: Completion, shown: bool, line: Line, asked: bool
) -> State:
    if trouble is None:
        if answer.finish_reason == "length":
            return "length"
        withheld = answer.finish_reason == "content_filter" or (asked and _nothing(answer))
        return "partial" if withheld else "ok"
    if isinstance(trouble, errors.Cancelled | GeneratorExit | KeyboardInterrupt):
        return "cancelled"
    if shown:
        return "partial"
    # The question never left, be it that no token could be had for it.
    if line.request is None and isinstance(trouble, errors.ProviderError):
        return "refused"
    return "failed" if not line.sent or _answered(trouble) else "unknown"


def _answered(trouble: BaseException) -> bool:
    """Whether the provider itself said no, so that it provably gave no answer."""
    if not isinstance(trouble, errors.ProviderError) or isinstance(trouble, errors.Transport):
        return False
    return (trouble.status or 0) < 500


def _billed(state: State, reported: bool, line: Line) -> Billed:
    # What never left, as with the built-in model, cannot be billed.
    if not line.sent:
        return "no"
    if reported or state in ("ok", "length"):
        return "yes"
    return "no" if state in ("refused", "failed") else "possible"


def _nothing(answer: Completion) -> bool:
    """A normal end without a word: never to be shown as success."""
    said = answer.text or answer.reasoning or answer.tool_calls
    return not said and answer.finish_reason not in ("length", "content_filter")


def _withheld(state: State, answer: Completion) -> CallError | None:
    """A normal end that is no whole answer: nothing was said, or the safety review stopped it."""
    if state != "partial":
        return None
    if _nothing(answer):
        return CallError("Protocol", "empty", _EMPTY)
    return CallError("ContentFilter", None, errors.ContentFilter.default)


def _error(trouble: BaseException | None) -> CallError | None:
    if trouble is None:
        return None
    if isinstance(trouble, GeneratorExit | KeyboardInterrupt):
        trouble = errors.Cancelled()
    if isinstance(trouble, errors.ProviderError):
        return CallError(
            type(trouble).__name__,
            trouble.code,
            trouble.message,
            trouble.said,
            trouble.status,
            trouble.retry_after,
        )
    return CallError("InternalError", type(trouble).__name__, _BROKEN)
