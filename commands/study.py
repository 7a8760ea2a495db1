"""`desk.py study`: a plan is run, resumed, looked at, exported."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import wiring
from backends import ANSWERED_STATES
from commands.bundle import code, write_bundle
from commands.common import (
    BAD_INPUT,
    FAILED,
    OK,
    AsJson,
    check_known,
    fail,
    opened,
    show,
    stop_on_signal,
)
from commands.outcome import any_emulated, say_unsent, show_status
from commands.runs import (
    DryRun,
    KeepInterrupted,
    RunId,
    estimated,
    find,
    listed,
    say_cut,
    say_lost,
    told,
    want,
    work,
)

if TYPE_CHECKING:
    from experiments.journal import Journal, Run
    from experiments.types import Plan

app = typer.Typer(help="Many calls: which provider, which parameters.", no_args_is_help=True)


@app.command()
def run(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml")],
    dry_run: DryRun = False,
) -> None:
    """Run a plan: the run's id first, progress on stderr, then what may be said."""
    from experiments import designs
    from experiments.journal import Journal

    with opened() as desk:
        plan = _plan(desk, plan_file)
        expected = estimated(desk, plan)
        if dry_run:
            show(json.dumps(told(expected), ensure_ascii=False))
            return
        say_lost(expected)
        stop = stop_on_signal()
        settings = designs.settings(plan)
        journal = Journal(desk.store)
        run_id = journal.create(plan, settings, designs.cells(plan, range(len(settings))))
        show(run_id)
        raise typer.Exit(_work(desk, run_id, stop))


@app.command()
def resume(
    run_id: RunId,
    keep_interrupted: KeepInterrupted = False,
) -> None:
    """Go on with a run: call what is missing, and nothing else."""
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        _found(journal, run_id)
        stop = stop_on_signal()
        say_cut(journal, run_id, keep_interrupted)
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
        now = progress(journal, found) | {"emulated": any_emulated(journal, run_id)}
        if as_json_:
            now["verdicts"] = [asdict(verdict) for verdict in verdicts(journal, found)]
            show(json.dumps(now, ensure_ascii=False))
            return
        show_status(now)
        _show_verdicts(journal, found)


@app.command()
def pause(run_id: RunId) -> None:
    """Have a run begin nothing new; what is under way may end."""
    want(run_id, "study", "pause")


@app.command()
def stop(run_id: RunId) -> None:
    """Cut what a run has under way, and begin nothing new."""
    want(run_id, "study", "stop")


@app.command()
def export(
    run_id: RunId,
    form: Annotated[str, typer.Option("--format", help="json, or csv for the cells.")] = "json",
    output: Annotated[Path | None, typer.Option(help="A file; else stdout.")] = None,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Everything in one file, for `desk.py replay`.")
    ] = False,
) -> None:
    """A run's plan, cells and verdicts; with --bundle all that it takes to work them out again."""
    from experiments.journal import Journal
    from experiments.results import FORMS, exported

    if bundle:
        write_bundle(run_id, output)
        return
    check_known("format", [form], FORMS)
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


app.command()(code)


@app.command(name="list")
def list_(as_json_: AsJson = False) -> None:
    """The latest runs, newest first."""
    listed("study", as_json_)


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
    return find(journal, run_id, "study")


def _work(desk: wiring.Desk, run_id: str, stop: threading.Event, *, again: bool = True) -> int:
    """Work until the run is done or we are told to end; the exit code."""
    from experiments.journal import Journal

    journal = Journal(desk.store)
    if not work(desk, _found(journal, run_id), stop, again=again):
        return FAILED
    _show_verdicts(journal, _found(journal, run_id))
    if say_unsent(journal, run_id).nothing_sent:
        return BAD_INPUT
    counts = journal.counts(run_id)
    answered = any(counts.get(f"done:{state}") for state in ANSWERED_STATES)
    return OK if answered else FAILED


def _show_verdicts(journal: Journal, found: Run) -> None:
    from experiments.declared import followed
    from experiments.designs import labels
    from experiments.factors_of import Factors
    from experiments.said import sentence, verdicts
    from experiments.statistics.winner_said import winner_of, winner_sentence

    for verdict in verdicts(journal, found):
        show(sentence(verdict).en)
    if (won := winner_of(journal, found)) is not None:
        names = labels(found.settings)
        show(winner_sentence(won, names[won.setting], names[won.first]).en)
    for each in Factors(journal, found).sentences():
        show(each.en)
    if (kept := followed(journal, found)) is not None:
        show(f"Declared before: {kept.declared.hypothesis} ({kept.declared.metric}).")
        said = [departure.en for departure in kept.departures]
        show(" ".join(said) or "The study kept to it.")
