"""What every command begins and ends with: the desk, sentences to stderr, results to stdout."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO

import typer

import wiring
from backends import ProviderError, brief, parse_value
from usage import Trouble

OK, FAILED, BAD_INPUT = 0, 1, 2
LAST_PORT = 65535
AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


@contextmanager
def opened() -> Iterator[wiring.Desk]:
    """The desk, or one plain sentence why there is none."""
    try:
        desk = wiring.desk()
    except Trouble as trouble:
        fail(trouble.message.en)
    try:
        yield desk
    except ProviderError as error:
        fail(error.message.en)
    finally:
        desk.close()


def params(pairs: list[str]) -> dict[str, Any]:
    """Parameters given as `name=value`, each of its own kind."""
    values = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if name in values:
            fail(f"{brief(name)} is given twice. Give each parameter once.")
        if not equals:
            fail(f"“{brief(pair)}” is no parameter. Write it as name=value, e.g. temperature=0.5.")
        values[name] = parse_value(name, text)
    return values


def check_known(what: str, given: Iterable[str], all_of_them: Iterable[str]) -> None:
    """Refuse the first name that is none of those there are."""
    names = list(all_of_them)
    for one in given:
        if one not in names:
            fail(f"There is no {what} “{brief(one)}”. Choose one of {', '.join(names)}.")


def stop_on_signal() -> threading.Event:
    """An event that is set once the process is told to end, by Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop


@contextmanager
def target(output: Path | None) -> Iterator[Path | TextIO]:
    """Where a result goes: a file, else stdout; what cannot be written is told."""
    try:
        yield output or sys.stdout
        if output is None:
            sys.stdout.flush()
    except OSError as exc:
        if output is None or isinstance(exc, BrokenPipeError):
            close_stdout(exc)
            return
        fail(f"{output} cannot be written ({exc.strerror or 'error'}). Choose another --output.")


def show(text: str, end: str = "\n", code: int = BAD_INPUT) -> None:
    """A result, seen at once, as long as anybody reads; `code` ends us where it cannot be written.

    That it cannot is bad input unless something was sent before.
    """
    try:
        put(text + end)
    except OSError as exc:
        close_stdout(exc, code)


def put(text: str) -> None:
    """A piece of a result, seen at once; raises OSError where stdout does not take it."""
    sys.stdout.write(text)
    sys.stdout.flush()


def close_stdout(trouble: OSError, code: int = BAD_INPUT) -> None:
    """Show nothing more. Unless whoever reads has read enough, as with `| head`, say why and end.

    A command goes on without its reader, and ends with its own exit code.
    """
    # What is left of the text goes nowhere, so that Python does not complain at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(trouble, BrokenPipeError):
        say(f"The output cannot be written ({trouble.strerror or 'error'}). Send it elsewhere.")
        raise typer.Exit(code)


def many(count: int, one: str) -> str:
    """A count and its noun: 1 call, 2 calls."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def say(sentence: str) -> None:
    """A sentence beside the result."""
    sys.stderr.write(sentence + "\n")


def fail(sentence: str) -> NoReturn:
    """Bad input: one sentence, and nothing was sent."""
    say(sentence)
    raise typer.Exit(BAD_INPUT)
