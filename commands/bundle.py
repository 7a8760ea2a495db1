"""What is taken out of a study for others: all of it in one file, or one cell as code."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from commands.common import fail, opened, show
from commands.runs import RunId, find


class Language(StrEnum):
    """What code is written in."""

    curl = "curl"
    python = "python"


def write_bundle(run_id: str, output: Path | None) -> None:
    """Write a study as a bundle, or say in a sentence why not."""
    from experiments.bundles.bundle import BundleTrouble
    from experiments.bundles.bundle import write_bundle as write
    from experiments.journal import Journal
    from panels.words import study_words

    if output is None:
        fail(f"A bundle needs a file: add --output {run_id}.zip.")
    with opened() as desk:
        journal = Journal(desk.store)
        run = find(journal, run_id, "study")
        try:
            write(journal, run, output, study_words("en"), desk.prices)
        except BundleTrouble as trouble:
            fail(trouble.message.en)
        except OSError as exc:
            fail(f"{output} cannot be written ({exc.strerror}). Choose another --output.")


def code(
    run_id: RunId,
    cell: Annotated[int, typer.Argument(metavar="CELL", help="The cell's number.")],
    language: Annotated[Language, typer.Option(help="curl or python.")] = Language.python,
) -> None:
    """A cell's request as code that sends it again; keys are read from the environment."""
    from experiments.journal import Journal
    from panels import code as written

    with opened() as desk:
        journal = Journal(desk.store)
        run = find(journal, run_id, "study")
        call = journal.last_call(run.id, cell)
        if call is None:
            fail(f"Cell {cell} of {run.id} has no call. See them: desk.py study export {run.id}")
        make = written.curl if language is Language.curl else written.python
        show(make(call).rstrip("\n"))
