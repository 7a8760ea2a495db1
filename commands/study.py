"""`desk.py study`: a plan is run, resumed, looked at, exported."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import wiring
from backends import ANSWERED_STATES
from commands.bar import Bar
from commands.common import FAILED, OK, AsJson, fail, opened, say, show, stop_on_signal

if TYPE_CHECKING:
    from experiments.estimate import Estimate
    from experiments.journal import Journal, Run
    from experiments.types import Plan

app = typer.Typer(help="Many calls: which provider, which parameters.", no_args_is_help=True)

# Seconds that calls under way have to end once we are told to.
_PATIENCE = 5.0
_ASKED_AGAIN = (
    "{count} calls were under way when the run was cut and may have been billed; they are made "
    "again. (--keep-interrupted leaves them.)"
)
_LEFT = "{count} calls were under way when the run was cut and may have been billed; left so."
RunId = Annotated[str, typer.Argument(metavar="RUN", help="The run's id, as `study run` printed.")]


@app.command()
def run(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what it would take; send nothing.")
    ] = False,
) -> None:
    """Run a plan: the run's id first, progress on stderr, then what may be said."""
    from experiments import designs
    from experiments.journal import Journal

    with opened() as desk:
        plan = _plan(desk, plan_file)
        expected = _estimate(desk, plan)
        if dry_run:
            show(json.dumps(_told(expected), ensure_ascii=False))
            return
        for lost in expected.not_honoured:
            say(f"{lost.model} {lost.trace.name}: {lost.trace.reason.en}")
        stop = stop_on_signal()
        settings = designs.settings(plan)
        journal = Journal(desk.store)
        run_id = journal.create(plan, settings, designs.cells(plan, range(len(settings))))
        show(run_id)
        raise typer.Exit(_work(desk, run_id, stop))


@app.command()
def resume(
    run_id: RunId,
    keep_interrupted: Annotated[
        bool,
        typer.Option(
            "--keep-interrupted",
            help="Leave calls that were cut when their process died; they may have been billed.",
        ),
    ] = False,
) -> None:
    """Go on with a run: call what is missing, and nothing else."""
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        _found(journal, run_id)
        stop = stop_on_signal()
        if cut := journal.under_way(run_id):
            # Whoever resumes has decided; this says what was decided.
            say((_LEFT if keep_interrupted else _ASKED_AGAIN).format(count=cut))
        journal.want(run_id, "run")
        show(run_id)
        raise typer.Exit(_work(desk, run_id, stop, again=not keep_interrupted))


@app.command()
def status(run_id: RunId, as_json_: AsJson = False) -> None:
    """How far a run is, and what may be said so far."""
    from experiments.journal import Journal
    from experiments.progress import progress
    from experiments.said import verdicts

    with opened() as desk:
        journal = Journal(desk.store)
        found = _found(journal, run_id)
        told = progress(journal, found)
        if as_json_:
            told["verdicts"] = [asdict(verdict) for verdict in verdicts(journal, found)]
            show(json.dumps(told, ensure_ascii=False))
            return
        states = ", ".join(f"{count} {state}" for state, count in told["states"].items())
        show(f"{run_id}: {told['calls']} calls made, {told['open']} to go ({states})")
        _show_verdicts(journal, found)


@app.command()
def pause(run_id: RunId) -> None:
    """Have a run begin nothing new; what is under way may end."""
    _want(run_id, "pause")


@app.command()
def stop(run_id: RunId) -> None:
    """Cut what a run has under way, and begin nothing new."""
    _want(run_id, "stop")


@app.command()
def export(
    run_id: RunId,
    form: Annotated[str, typer.Option("--format", help="json, or csv for the cells.")] = "json",
    output: Annotated[Path | None, typer.Option(help="A file; else stdout.")] = None,
) -> None:
    """A run's plan, cells and verdicts."""
    from experiments.journal import Journal
    from experiments.results import FORMS, exported

    if form not in FORMS:
        fail(f"There is no format “{form}”. Choose one of {', '.join(FORMS)}.")
    with opened() as desk:
        journal = Journal(desk.store)
        text = exported(journal, _found(journal, run_id), form)
    if output is None:
        show(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as exc:
        fail(f"{output} cannot be written ({exc.strerror}). Choose another --output.")


@app.command(name="list")
def list_(as_json_: AsJson = False) -> None:
    """The latest runs, newest first."""
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        for each in journal.latest(kind="study"):
            counts = journal.counts(each.id)
            if as_json_:
                show(json.dumps({"run": each.id, "name": each.name, "states": counts}))
            else:
                open_ = counts.get("waiting", 0) + counts.get("running", 0)
                show(f"{each.id}  {each.created_at:%Y-%m-%d %H:%M}  {open_} to go  {each.name}")


def _plan(desk: wiring.Desk, path: Path) -> Plan:
    from experiments.plan import read_plan
    from experiments.plan_values import PlanTrouble
    from experiments.ready import check

    try:
        plan = read_plan(path)
        check(plan, desk.catalogue, local=True)
    except PlanTrouble as trouble:
        fail(trouble.message.en)
    return plan


def _found(journal: Journal, run_id: str) -> Run:
    found = journal.find(run_id)
    if found is None:
        fail(f"There is no run {run_id}. See them all: python desk.py study list")
    return found


def _want(run_id: str, wanted: Any) -> None:
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        _found(journal, run_id)
        journal.want(run_id, wanted)


def _estimate(desk: wiring.Desk, plan: Plan) -> Estimate:
    from experiments.estimate import estimate

    return estimate(plan, desk.catalogue, desk.store, desk.prices, desk.emulated)


def _told(expected: Estimate) -> dict[str, Any]:
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


def _work(desk: wiring.Desk, run_id: str, stop: threading.Event, *, again: bool = True) -> int:
    """Work until the run is done or we are told to end; the exit code."""
    from experiments.journal import Journal
    from experiments.progress import progress
    from experiments.runner import Runner

    journal = Journal(desk.store)
    found = _found(journal, run_id)
    runner = Runner(desk.client, journal, found, desk.prices, again=again)
    ended: list[str] = []
    worker = threading.Thread(target=lambda: ended.append(runner.work()), name="tunedesk-study")
    worker.start()
    with Bar() as bar:
        while worker.is_alive() and not stop.is_set():
            worker.join(0.3)
            told = progress(journal, found)
            bar.update(told["done"], told["done"] + told["open"], told["seconds_left"])
    if worker.is_alive():
        # What is under way may be billed, so it may end; what takes too long is cut.
        journal.want(run_id, "pause")
        worker.join(_PATIENCE)
        runner.halt()
        worker.join()
    if ended != ["run"]:
        say(f"Not finished. Go on with: python desk.py study resume {run_id}")
        return FAILED
    _show_verdicts(journal, _found(journal, run_id))
    counts = journal.counts(run_id)
    answered = any(counts.get(f"done:{state}") for state in ANSWERED_STATES)
    return OK if answered else FAILED


def _show_verdicts(journal: Journal, found: Run) -> None:
    from experiments.said import sentence, verdicts

    for verdict in verdicts(journal, found):
        show(sentence(verdict).en)
