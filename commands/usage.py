"""`desk.py usage`: what calls cost, and calls as files."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from backends import State, brief
from commands.common import FAILED, AsJson, check_known, fail, many, opened, say, show, target

app = typer.Typer(help="What calls cost.", invoke_without_command=True)

_KINDS = ("live", "emulated", "built_in")
Several = list[str] | None


@app.callback()
def usage(context: typer.Context, as_json_: AsJson = False) -> None:
    """Calls and tokens by provider and model."""
    if context.invoked_subcommand is not None:
        return
    from usage.series import View

    with opened() as desk:
        totals = View(desk.store).totals()
        columns = ["provider", "model", "emulated", "calls", "input_tokens", "output_tokens"]
        known = totals[columns].astype(object)
        rows = known.where(known.notna(), None).to_dict("records")
        if as_json_:
            show(
                json.dumps(
                    [{str(key): _plain(value) for key, value in row.items()} for row in rows]
                )
            )
            return
        if not rows:
            say("No calls on record yet. Make one: python desk.py chat handbook/ngram 你好")
        for row in rows:
            mark = " (emulated)" if row["emulated"] else ""
            show(
                f"{row['provider']}/{row['model']}{mark}: {many(row['calls'], 'call')}, "
                f"{_tokens(row['input_tokens'])} in, {_tokens(row['output_tokens'])} out"
            )


@app.command()
def export(
    form: Annotated[str, typer.Option("--format", help="jsonl, csv, xlsx or parquet.")] = "jsonl",
    output: Annotated[Path | None, typer.Option(help="A file; else stdout.")] = None,
    since: Annotated[str | None, typer.Option(help="A day or time (ISO; UTC), included.")] = None,
    until: Annotated[str | None, typer.Option(help="A day or time, not included.")] = None,
    provider: Annotated[Several, typer.Option(help="Once for each that is wanted.")] = None,
    model: Annotated[Several, typer.Option(help="PROVIDER/MODEL; once for each.")] = None,
    state: Annotated[Several, typer.Option(help="ok, failed, …; once for each.")] = None,
    kind: Annotated[str | None, typer.Option(help="live, emulated or built_in.")] = None,
    run: Annotated[str | None, typer.Option(help="A study or batch, by its id.")] = None,
    tag: Annotated[str | None, typer.Option(help="The label kept with the call.")] = None,
    user: Annotated[str | None, typer.Option(help="Who asked.")] = None,
    credential: Annotated[str | None, typer.Option(help="A key, by its name.")] = None,
    search: Annotated[str, typer.Option(help="Words that question or answer must hold.")] = "",
) -> None:
    """Every call, or those that the filters leave, one per line or row; jsonl loses nothing."""
    from usage import export as exports
    from usage.filters import Filter
    from usage.search import matching

    check_known("format", [form], exports.FORMS)
    if output is None and form in ("xlsx", "parquet"):
        fail(f"{form} needs a file: add --output calls.{form}.")
    check_known("state", state or (), get_args(State))
    check_known("kind", [kind] if kind else (), _KINDS)
    with opened() as desk, target(output) as out:
        which = Filter(
            _moment(since), _moment(until), tuple(provider or ()), models=tuple(model or ()),
            states=tuple(state or ()), run=run, tag=tag, user=user,
            credential=credential,
        )  # fmt: skip
        which = which.of_kind(kind, desk.built_in)
        exports.write(matching(desk.store.each(which=which), search), form, out)


@app.command()
def budgets(as_json_: AsJson = False) -> None:
    """How budgets and free tiers stand; exit code 1 when one is used up."""
    from usage.budgets import STANDINGS, load, standing

    with opened() as desk:
        listed = load(desk.budgets_file)
        if all(one.free for one in listed):
            say("No budgets. Add rows [[budget]] to the file that TUNEDESK_PRICES names.")
        rows = standing(desk.store, listed, desk.prices, datetime.now(UTC))
        if as_json_:
            show(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        for row in rows if not as_json_ else ():
            one, unknown = (
                row.budget,
                f", {many(row.unknown, 'call')} unknown" if row.unknown else "",
            )
            free = "free " if one.free else ""
            show(
                f"{one.name}: {row.used} of {one.limit} {free}{one.unit} this {one.per} "
                f"({row.share:.0%}, {STANDINGS[row.state].en}{unknown})"
            )
        if any(row.state == "over" for row in rows):
            raise typer.Exit(FAILED)


@app.command()
def prune(
    before: Annotated[str, typer.Option(help="A day or time (ISO; UTC), not included.")],
    provider: Annotated[str | None, typer.Option(help="Of this provider alone.")] = None,
    runs: Annotated[bool, typer.Option("--runs", help="Calls of runs and votes, too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing, count.")] = False,
    as_json_: AsJson = False,
) -> None:
    """Delete old calls and what only they needed."""
    from usage.retention import prune as prune_calls

    then = _moment(before)
    assert then is not None
    with opened() as desk:
        gone = prune_calls(desk.store, then, provider, runs_too=runs, dry_run=dry_run)
        if as_json_:
            show(json.dumps(asdict(gone)))
            return
        show(
            f"{many(gone.calls, 'call')} would go, {gone.kept} would stay."
            if dry_run
            else f"{many(gone.calls, 'call')}, {many(gone.attachments, 'attachment')}, "
            f"{many(gone.runs, 'run')} and {many(gone.votes, 'vote')} deleted; "
            f"{many(gone.kept, 'call')} kept."
        )


@app.command()
def delete(call_id: str, as_json_: AsJson = False) -> None:
    """Delete a call, its attempts and the turns of the same conversation."""
    from usage.retention import forget_conversation

    with opened() as desk:
        gone = forget_conversation(desk.store, call_id)
        if gone is None:
            fail(f"There is no call {brief(call_id)}. Its id is in usage export.")
        if as_json_:
            show(json.dumps(asdict(gone)))
            return
        show(
            f"{many(gone.calls, 'call')} and {many(gone.attachments, 'attachment')} deleted; "
            f"{gone.kept} kept."
        )


@app.command()
def generate(
    calls: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="Over how many days up to now.")] = 90,
    seed: Annotated[int, typer.Option(help="Alike for a like seed, ids and dates apart.")] = 0,
) -> None:
    """Make up calls and record them, flagged emulated and tagged "generated"; prints how many.

    For trying the pages with a full store: several providers and models, busy hours, limits,
    refusals, errors, truncated answers. Point TUNEDESK_DB at a store of its own first.
    """
    from commands.bar import Bar
    from usage.generate import generate as made

    began = time.monotonic()
    with opened() as desk, Bar() as bar:
        say(f"Making up {many(calls, 'call')} over {many(days, 'day')} in {desk.store.url!r}.")
        done = 0
        for done in made(desk.store, calls, days, seed):
            left = (time.monotonic() - began) / done * (calls - done)
            bar.update(done, calls, left)
        show(str(done))


def _moment(text: str | None) -> datetime | None:
    """A time as typed; one that names no zone is UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"“{brief(text)}” is no day or time. Write it as 2026-11-20 or 2026-11-20T08:00.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    """numpy and missing values as JSON knows them."""
    if value is None or value != value:
        return None
    return value.item() if hasattr(value, "item") else value


def _tokens(value: Any) -> str:
    return "unknown tokens" if value is None or value != value else many(int(value), "token")
