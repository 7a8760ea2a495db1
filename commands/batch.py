"""`desk.py batch`: a table is asked row by row, resumed, looked at, exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import wiring
from commands.common import (
    BAD_INPUT,
    FAILED,
    OK,
    AsJson,
    check_known,
    fail,
    many,
    opened,
    params,
    say,
    show,
    stop_on_signal,
    target,
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
    from experiments.batch import Batch
    from experiments.tabular.tables import Table

app = typer.Typer(help="Ask every row of a table the same question.", no_args_is_help=True)

_SHOWN_ROWS = 5


@app.command()
def run(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV, XLSX or JSONL.")],
    template: Annotated[str, typer.Option(help="The prompt; {column} is a row's value.")],
    model: Annotated[list[str], typer.Option(help="Once per model that is asked.")],
    param: Annotated[
        list[str] | None, typer.Option("-p", "--param", help="name=value; once per parameter")
    ] = None,
    system: Annotated[str, typer.Option("-s", "--system", help="The persona.")] = "",
    example: Annotated[
        list[str] | None,
        typer.Option(help="“question=>answer”, or a table of two columns; once per example."),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook; else the first.")] = None,
    concurrency: Annotated[int, typer.Option(help="Calls at the same time.")] = 4,
    dry_run: DryRun = False,
) -> None:
    """Ask every row: the run's id first, progress on stderr."""
    from experiments import batch as batches
    from experiments.journal import Journal

    form = {
        "models": model,
        "params": params(param or []),
        "system": system,
        "examples": [pair for text in example or () for pair in _examples(text)],
        "concurrency": concurrency,
    }
    with opened() as desk:
        batch = _planned(desk, _read(table, sheet), template, table.name, form)
        expected = estimated(desk, batch.plan)
        _say_gaps(batch)
        if dry_run:
            show(json.dumps(told(expected), ensure_ascii=False))
            return
        say_lost(expected)
        stop = stop_on_signal()
        run_id = batches.create(Journal(desk.store), batch)
        show(run_id)
        raise typer.Exit(_work(desk, run_id, stop))


@app.command()
def resume(
    run_id: RunId,
    failed_only: Annotated[
        bool,
        typer.Option("--failed-only", help="Call the rows without an answer again; only those."),
    ] = False,
    keep_interrupted: KeepInterrupted = False,
) -> None:
    """Go on with a batch: call the rows that are missing, or those that failed."""
    from experiments import batch as batches
    from experiments.journal import Journal

    with opened() as desk:
        journal = Journal(desk.store)
        find(journal, run_id, "batch")
        stop = stop_on_signal()
        say_cut(journal, run_id, keep_interrupted)
        change = batches.retry_failed if failed_only else batches.take_up
        change(journal, run_id)
        journal.want(run_id, "run")
        show(run_id)
        raise typer.Exit(_work(desk, run_id, stop, again=not keep_interrupted))


@app.command()
def status(run_id: RunId, as_json_: AsJson = False) -> None:
    """How many rows are answered, failed and to go."""
    from experiments import batch as batches
    from experiments.journal import Journal
    from experiments.progress import progress

    with opened() as desk:
        journal = Journal(desk.store)
        found = find(journal, run_id, "batch")
        counts = journal.counts(run_id)
        now = progress(journal, found) | {
            "failed": batches.failed(counts),
            "put_off": batches.put_off(counts),
            "emulated": any_emulated(journal, run_id),
        }
        if as_json_:
            show(json.dumps(now, ensure_ascii=False))
            return
        show_status(now)


@app.command()
def export(
    run_id: RunId,
    form: Annotated[str, typer.Option("--format", help="csv, xlsx, parquet or jsonl.")] = "csv",
    output: Annotated[Path | None, typer.Option(help="A file; else stdout.")] = None,
) -> None:
    """The table with its answers as new columns, as far as there are any."""
    from experiments import batch_results
    from experiments.journal import Journal
    from usage.sheets import FORMS

    check_known("format", [form], FORMS)
    if output is None and form in ("xlsx", "parquet"):
        fail(f"{form} needs a file: add --output answers.{form}.")
    with opened() as desk:
        journal = Journal(desk.store)
        found = find(journal, run_id, "batch")
        for plain, name in batch_results.columns_of(journal, found).renamed.items():
            say(f"The table has a column “{plain}” of its own; ours is “{name}”.")
        with target(output) as out:
            batch_results.write(journal, found, desk.prices, form, out)


@app.command()
def pause(run_id: RunId) -> None:
    """Have a batch begin nothing new; what is under way may end."""
    want(run_id, "batch", "pause")


@app.command()
def stop(run_id: RunId) -> None:
    """Cut what a batch has under way, and begin nothing new."""
    want(run_id, "batch", "stop")


@app.command(name="list")
def list_(as_json_: AsJson = False) -> None:
    """The latest batches, newest first."""
    listed("batch", as_json_)


def _read(path: Path, sheet: str | None = None) -> Table:
    from experiments.tabular.tables import TableTrouble, read_table

    try:
        return read_table(path.read_bytes(), path.name, sheet)
    except OSError as exc:
        fail(f"{path} cannot be read ({exc.strerror}). Check the path.")
    except TableTrouble as trouble:
        fail(trouble.message.en)


def _examples(text: str) -> list[tuple[str, str]]:
    """The pair that an option holds, or those of the file that it names."""
    question, arrow, answer = text.partition("=>")
    if arrow:
        return [(question.strip(), answer.strip())]
    from experiments.tabular.table_types import shown

    table = _read(Path(text))
    if len(table.columns) != 2:
        found = many(len(table.columns), "column")
        fail(f"{text} has {found}. Examples need two: question and answer.")
    return [(shown(question), shown(answer)) for question, answer in table.rows]


def _planned(
    desk: wiring.Desk, table: Table, template: str, name: str, form: dict[str, Any]
) -> Batch:
    from experiments.batch import plan_batch
    from experiments.plan_values import PlanTrouble
    from experiments.ready import check

    try:
        batch = plan_batch(table, template, name, form)
        check(batch.plan, desk.catalogue, local=True)
    except PlanTrouble as trouble:
        fail(trouble.message.en)
    return batch


def _say_gaps(batch: Batch) -> None:
    for field, numbers in batch.gaps.items():
        rows = ", ".join(map(str, numbers[:_SHOWN_ROWS]))
        more = ", …" if len(numbers) > _SHOWN_ROWS else ""
        say(
            f"Nothing in “{field}” on row {rows}{more} ({len(numbers)} in all); asked all the same."
        )


def _work(desk: wiring.Desk, run_id: str, stop: Any, *, again: bool = True) -> int:
    """Work until every row is done or we are told to end; the exit code."""
    from experiments import batch as batches
    from experiments.journal import Journal

    journal = Journal(desk.store)
    if not work(desk, find(journal, run_id, "batch"), stop, again=again):
        return FAILED
    counts = journal.counts(run_id)
    failed, unsent = batches.failed(counts), say_unsent(journal, run_id)
    if worth := failed - unsent.count:
        say(
            f"Answers missing: {worth} of {counts['done']}. Try those again: "
            f"python desk.py batch resume {run_id} --failed-only"
        )
    if later := batches.put_off(counts):
        say(f"Rows that wait: {later}. Go on with: python desk.py batch resume {run_id}")
    if unsent.nothing_sent:
        return BAD_INPUT
    return FAILED if failed else OK
