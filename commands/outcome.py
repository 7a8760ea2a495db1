"""What is said of a run's calls beside its results: who answers them, and which were not sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import wiring
from commands.common import many, say, show

if TYPE_CHECKING:
    from experiments.journal import Journal, Run

# What is wrong with the question itself. Whatever else kept a call here, as when no token could be
# had for it, may be over when it is made again.
_FOR_GOOD = (
    "InvalidRequest",
    "InvalidParam",
    "ContextLength",
    "InvalidHistory",
    "UnknownModel",
    "MissingCredential",
)
_WANTED = {"pause": ", paused", "stop": ", stopped"}


def say_emulated(desk: wiring.Desk, run: Run) -> None:
    """Name the models of a run, judges among them, that emulators answer for."""
    from panels.words import t

    judges = (str(score.options["model"]) for score in run.plan.scores if "model" in score.options)
    asked = dict.fromkeys((*run.plan.models, *judges))
    emulated = [name for name in asked if desk.emulated(name.partition("/")[0])]
    if emulated:
        say(t("tune_before_emulated", "en", models=", ".join(emulated)))


def any_emulated(journal: Journal, run_id: str) -> bool:
    """Whether an emulator answered any call of a run; nobody answers one that is refused here."""
    from sqlalchemy import select

    from usage.tables import calls

    answered = (calls.c.run == run_id, calls.c.emulated.is_(True), calls.c.state != "refused")
    return bool(journal.store.rows(select(calls.c.id).where(*answered).limit(1)))


def show_status(now: Mapping[str, Any]) -> None:
    """One line on how far a run is, of what `status --json` prints."""
    from panels.words import t

    states = ", ".join(f"{count} {state}" for state, count in now["states"].items())
    wanted = _WANTED.get(now["wanted"], "")
    show(f"{now['run']}: {many(now['calls'], 'call')} made, {now['open']} to go{wanted} ({states})")
    if now["emulated"]:
        say(t("tune_emulated_note", "en"))


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many cells of a run were refused here for what they ask; whether nothing was sent."""

    count: int
    nothing_sent: bool


def say_unsent(journal: Journal, run_id: str) -> Unsent:
    """Say how many of a run's calls were not sent, and why the first of them was not."""
    from sqlalchemy import func, select

    from usage.tables import calls, cells

    done = journal.counts(run_id).get("done", 0)
    ours = (calls.c.state == "refused", calls.c.error_class.in_(_FOR_GOOD))
    query = (
        select(func.count().label("count"), func.min(cells.c.number).label("first"))
        .select_from(cells.join(calls, cells.c.call_id == calls.c.id))
        .where(cells.c.run == run_id, cells.c.state == "done", *ours)
    )
    [found] = journal.store.rows(query)
    call = journal.last_call(run_id, found["first"]) if found["count"] else None
    if call is None or call.error is None:
        return Unsent(0, nothing_sent=False)
    others = select(calls.c.id).where(calls.c.run == run_id, calls.c.state != "refused").limit(1)
    nothing = found["count"] == done and not journal.store.rows(others)
    begin = "Nothing was sent." if nothing else f"Calls not sent: {found['count']} of {done}."
    say(f"{begin} {call.provider}/{call.model}: {call.error.message.en} Then run it anew.")
    return Unsent(found["count"], nothing)
