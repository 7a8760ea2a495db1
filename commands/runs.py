"""What commands on runs share: what it would take, finding a run, working at it to its end."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

import wiring
from backends import brief
from commands.bar import Bar
from commands.common import fail, opened, say, show
from commands.outcome import say_emulated

if TYPE_CHECKING:
    from experiments.estimate import Estimate
    from experiments.journal import Journal, Run
    from experiments.types import Kind, Plan, Wanted

RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as `run` printed.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what it would take; send nothing.")]
KeepInterrupted = Annotated[
    bool,
    typer.Option(
        "--keep-interrupted",
        help="Leave calls that were cut when their process died; they may have been billed.",
    ),
]

_LOOK_EVERY = 0.3  # seconds
# Seconds that calls under way have to end once we are told to.
_PATIENCE = 5.0
_CUT = "Calls under way when the run was cut, which may have been billed: {count}. "
_ASKED_AGAIN = _CUT + "They are made again. (--keep-interrupted leaves them.)"
_LEFT = _CUT + "They are left so."


def find(journal: Journal, run_id: str, kind: Kind) -> Run:
    """The run of this kind, or the sentence that there is none."""
    found = journal.find(run_id)
    if found is None or found.kind != kind:
        fail(f"There is no {kind} {brief(run_id)}. See them all: python desk.py {kind} list")
    return found


def want(run_id: str, kind: Kind, wanted: Wanted) -> None:
    """Say what is to become of a run; whoever works at it obeys."""
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        journal.want(find(journal, run_id, kind).id, wanted)


def listed(kind: Kind, as_json: bool) -> None:
    """The latest runs of a kind, newest first."""
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        for run in journal.latest(kind=kind):
            counts = journal.counts(run.id)
            if as_json:
                show(json.dumps({"run": run.id, "name": run.name, "states": counts}))
            else:
                open_ = counts.get("waiting", 0) + counts.get("running", 0)
                show(f"{run.id}  {run.created_at:%Y-%m-%d %H:%M}  {open_} to go  {run.name}")


def estimated(desk: wiring.Desk, plan: Plan) -> Estimate:
    """What a plan will take, told before anything is sent."""
    from experiments.estimate import estimate

    return estimate(plan, desk.catalogue, desk.store, desk.prices, desk.emulated)


def say_lost(expected: Estimate) -> None:
    """What the models will not honour, each on a line of its own."""
    for lost in expected.not_honoured:
        say(f"{lost.model} {lost.trace.name}: {lost.trace.reason.en}")


def told(expected: Estimate) -> dict[str, Any]:
    """An estimate as `--dry-run` prints it."""
    return {
        "calls": expected.calls,
        "judge_calls": expected.judge_calls,
        "confirm_calls": expected.confirm_calls,
        "tokens": expected.input_tokens + expected.output_tokens,
        "input_tokens": expected.input_tokens,
        "output_tokens": expected.output_tokens,
        "output_tokens_assumed": expected.assumed,
        "cost": {currency: float(amount) for currency, amount in expected.cost.items()} or None,
        "cost_unknown": list(expected.unpriced),
        "seconds": round(expected.seconds, 1),
        "not_honoured": [
            {
                "model": lost.model,
                "name": lost.trace.name,
                "requested": lost.trace.requested,
                "outcome": lost.trace.outcome,
                "reason": lost.trace.reason.en,
                "reason_zh": lost.trace.reason.zh,
            }
            for lost in expected.not_honoured
        ],
    }


def say_cut(journal: Journal, run_id: str, keep: bool) -> None:
    """Whoever resumes has decided about calls that were cut; this says what was decided."""
    if cut := journal.under_way(run_id):
        say((_LEFT if keep else _ASKED_AGAIN).format(count=cut))


def work(desk: wiring.Desk, run: Run, stop: threading.Event, *, again: bool = True) -> bool:
    """Work until nothing is left, which is True, or until we are told to end."""
    from experiments.journal import Journal
    from experiments.progress import progress
    from experiments.runner import Runner

    say_emulated(desk, run)
    journal = Journal(desk.store)
    runner = Runner(desk.client, journal, run, desk.prices, again=again)
    ended: list[str] = []
    worker = threading.Thread(
        target=lambda: ended.append(runner.work()), name=f"tunedesk-{run.kind}"
    )
    worker.start()
    with Bar() as bar:
        pause = _LOOK_EVERY
        while worker.is_alive() and not stop.is_set():
            worker.join(pause)
            began = time.monotonic()
            now = progress(journal, run)
            bar.update(now["done"], now["done"] + now["open"], now["seconds_left"])
            # A look at a long run costs more; it shall not slow the run.
            pause = max(_LOOK_EVERY, 20 * (time.monotonic() - began))
    if worker.is_alive():
        # What is under way may be billed, so it may end; what takes too long is cut.
        journal.want(run.id, "pause")
        worker.join(_PATIENCE)
        runner.halt()
        worker.join()
    if ended != ["run"]:
        say(f"Not finished. Go on with: python desk.py {run.kind} resume {run.id}")
    return ended == ["run"]
