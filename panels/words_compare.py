"""The wording of the comparison, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

COMPARE: Mapping[str, Words] = {
    "page_compare": Words("对比", "Compare"),
    "compare_side": Words("回答 {letter}", "Answer {letter}"),
    "compare_blind_trouble": Words(
        "这一边没有给出完整回答，无法投票；揭晓后可以看到原因。",
        "This side gave no whole answer, so there is nothing to vote on; reveal to see why.",
    ),
}
