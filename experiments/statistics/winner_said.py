"""The winner of a run, and in words what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sqlalchemy import select

from backends import Words
from experiments import designs, measured
from experiments.journal import Journal, Run
from experiments.rules import rules_of
from experiments.statistics.parts_said import filled, more_prompts
from experiments.statistics.winner import Winner, winner
from experiments.types import Word
from usage.tables import cells

_CHOSE = Words(
    "{winner} 在选它的那些调用里得 {figure}：这是最好的一个，必然偏高，不能当作它的分数。",
    "{winner} got {figure} on the calls that chose it: as the best of all it is too good, and not "
    "its score.",
)
_AGAIN = Words(
    "重新测量，{winner} 得 {score} [{low}, {high}]。",
    "Measured again, {winner} scored {score} [{low}, {high}].",
)
_NOT_AGAIN = Words(
    "它自己的分数要等复测全部完成；如未设置赢家复测，请设置后重新运行。",
    "Its own score comes when all of it is measured again: let the study finish, or, where it was "
    "not planned, set re-measure and run anew.",
)
_GAINS: Mapping[Word, Words] = {
    "better": Words(
        "它优于 {first}，差 {gain} [{low}, {high}]。",
        "It is better than {first} by {gain} [{low}, {high}].",
    ),
    "worse": Words(
        "它劣于 {first}，差 {gain} [{low}, {high}]：当初只是运气。",
        "It is worse than {first} by {gain} [{low}, {high}]: it won by luck.",
    ),
    "equivalent": Words(
        "它与 {first} 等效，差 {gain} [{low}, {high}]，在允许范围内。",
        "It is equivalent to {first}: the difference {gain} [{low}, {high}] is within the margin.",
    ),
    "cannot tell": Words(
        "还不能说它优于 {first}，差 {gain} [{low}, {high}]{more}。",
        "Whether it is better than {first} cannot be told yet: {gain} [{low}, {high}]{more}.",
    ),
}
_TOO_FEW = Words(
    "题目太少，还不能说它是否优于 {first}。",
    "Too few prompts were measured again to tell whether it is better than {first}.",
)
_SAME = Words(
    "复测用的还是选它的那些题目，所以这个分数和下面的差异只对这些题目成立，换新题目预计没有这么好。",
    "It was asked the very prompts that chose it, so its score and what follows hold for these "
    "alone; on others expect less.",
)
_FRESH = Words(
    "复测用的 {prompts} 个题目没有参与选择，结果适用于同类的新题目。",
    "The {prompts} prompts of this did not choose it, so it holds for others like them.",
)
_MISSING = Words(
    "复测中有 {count} 个回答没有分数。", "{count} of the answers measured again have no score."
)


def winner_of(journal: Journal, run: Run) -> Winner | None:
    """The winner of a run; None while there is none, or the plan has no score to choose by."""
    chosen = [event["setting"] for event in run.events if event["kind"] == "winner"]
    primary = run.plan.primary
    if not chosen or primary is None:
        return None
    again = measured.scores(journal, run, primary.label, "confirm")
    if _going_on(journal, run):
        # Half of the answers are another look, which the words do not allow for.
        again[:] = np.nan
    prompts = len(measured.prompt_ids(journal, run.id))
    return winner(
        measured.scores(journal, run, primary.label),
        again,
        chosen[-1],
        rules_of(run, primary, again.shape[1]),
        fresh=designs.held_out(run.plan, prompts) > 0,
    )


def _going_on(journal: Journal, run: Run) -> bool:
    open_ = cells.c.state.in_(("waiting", "running"))
    query = select(cells.c.number).where(cells.c.run == run.id, cells.c.stage == "confirm", open_)
    return bool(journal.store.rows(query.limit(1)))


def winner_sentence(found: Winner, name: str, first: str) -> Words:
    """What may be said of the winner; `name` and `first` are what the settings are called."""
    said = _CHOSE.whole(winner=name, figure=_plain(found.chosen_by))
    if found.score is None:
        return said.then(_NOT_AGAIN)
    said = said.then(
        _AGAIN.whole(
            winner=name,
            score=_plain(found.score),
            low=_plain(found.score_low),
            high=_plain(found.score_high),
        )
    )
    said = said.then(_FRESH.whole(prompts=found.prompts) if found.fresh else _SAME)
    if found.gain is not None:
        said = said.then(_gain(found, first))
    return said.then(_MISSING.whole(count=found.missing)) if found.missing else said


def _gain(found: Winner, first: str) -> Words:
    if found.low is None:
        return _TOO_FEW.whole(first=first)
    return filled(
        _GAINS[found.word],
        first=first,
        gain=_signed(found.gain),
        low=_signed(found.low),
        high=_signed(found.high),
        more=more_prompts(found.n_more),
    )


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3g}"
