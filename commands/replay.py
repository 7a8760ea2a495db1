"""`desk.py replay`: a bundle is opened offline, worked out again and compared, or an answer shown.

Neither the store nor the network is touched: what is needed is in the bundle.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.common import FAILED, OK, AsJson, fail, say, show

if TYPE_CHECKING:
    from experiments.bundles.bundle import Bundle, Replayed
    from experiments.bundles.streamed import Shown


def replay(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="As `study export` wrote it.")],
    cell: Annotated[
        int | None, typer.Option("--cell", min=0, help="Show this cell's answer as it streamed.")
    ] = None,
    speed: Annotated[
        float, typer.Option("--speed", min=0, help="So many times as fast; 0: at once.")
    ] = 1.0,
    as_json_: AsJson = False,
) -> None:
    """Open a bundle offline and work out its results again; exit code 0 if they are the same."""
    from experiments.bundles.bundle import BundleTrouble, opened

    try:
        with opened(bundle) as found:
            code = OK if _shown(found, cell, speed) else _worked_out(found, as_json_)
    except BundleTrouble as trouble:
        fail(trouble.message.en)
    raise typer.Exit(code)


def _shown(found: Bundle, cell: int | None, speed: float) -> bool:
    """Show one answer as it came, if one is asked for."""
    from experiments.bundles.streamed import play

    if cell is None:
        return False
    call = found.journal.last_call(found.run.id, cell)
    if call is None:
        fail(f"Cell {cell} has no call in the bundle. See the cells: desk.py replay FILE --json")
    mark = " (emulated)" if call.emulated else ""
    say(f"cell {cell}: {call.provider}/{call.model}{mark}, {call.state}")
    length = 0

    def show_more(shown: Shown) -> None:
        nonlocal length
        show(shown.text[length:], end="")
        length = max(length, len(shown.text))

    play(call, show_more, speed)
    show("")
    if call.error is not None:
        say(call.error.message.en)
    return True


def _worked_out(found: Bundle, as_json_: bool) -> int:
    """Work everything out again and say how it compares; the exit code."""
    from experiments.results import exported
    from panels.words import study_words

    result = found.replay(study_words("en"))
    if as_json_:
        show(exported(found.journal, found.run, "json"))
    tell = say if as_json_ else show
    tell(f"{found.run.id} “{found.run.name}”: every part is as the manifest says")
    for name in result.same:
        tell(f"same      {name}")
    for name in result.different:
        tell(f"DIFFERENT {name}")
    _say_versions(result)
    return FAILED if result.different else OK


def _say_versions(result: Replayed) -> None:
    for name, (then, now) in result.versions.items():
        say(f"{name} was {then or 'not there'} and is {now or 'not there'} here")
