"""Votes as a table to take away: each with both of its calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from experiments.votes import Side, read
from usage import Store

_OWN = ("id", "created_ms", "user", "winner", "blind", "kind", "counts", "question")
_OF_CALL = (
    "label",
    "call",
    "model",
    "emulated",
    "state",
    "text",
    "input_tokens",
    "output_tokens",
    "time_to_first_token",
    "total_time",
)
COLUMNS = (*_OWN, *(f"{side}_{name}" for side in ("left", "right") for name in _OF_CALL))


def table(store: Store) -> Iterator[dict[str, Any]]:
    """Every vote as one row with all of `COLUMNS`: the vote, then its calls, left and right.

    `kind` says who answered: live, emulated or mixed. `counts` is whether both answers were whole.
    """
    for vote in read(store):
        yield {
            **{name: getattr(vote, name) for name in _OWN},
            **_columns("left", vote.left, store),
            **_columns("right", vote.right, store),
        }


def _columns(name: str, side: Side, store: Store) -> Mapping[str, Any]:
    call = store.find(side.call_id)
    usage = call.usage if call else None
    values = (
        side.label,
        side.call_id,
        call and f"{call.provider}/{call.model}",
        side.emulated,
        side.state,
        call and call.text,
        usage and usage.input_tokens,
        usage and usage.output_tokens,
        call and call.time_to_first_token,
        call and call.total_time,
    )
    return {f"{name}_{key}": value for key, value in zip(_OF_CALL, values, strict=True)}
