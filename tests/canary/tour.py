"""A process that does everything a key is needed for, everything wrong too, and then crashes.

`python -m tests.canary.tour HOME`: reads name → secret as JSON from stdin; whoever started it looks
through HOME and through what it printed.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import emulators
import wiring
from backends import Call, CallInFlight, ChatRequest, as_json
from commands.doctor import examine
from panels import code
from tests.canary.values import accepted
from tests.conftest import ONE_EACH, ask
from usage import export

log = logging.getLogger("urllib3.connectionpool")


@dataclass(frozen=True)
class Piece:
    """What an answer is made of."""

    text: str
    finish_reason: str | None = None
    logprob: float = 0.0


class Repeats:
    """An answer that repeats what its request was authorised with, a few letters at a time."""

    def __init__(self, keys: dict[str, str]) -> None:
        self._text = " ".join(keys.values())

    def __call__(self, question: str, system: str, sampling: Any) -> Iterator[Any]:
        for at in range(0, len(self._text), 7):
            yield Piece(self._text[at : at + 7])
        yield Piece("!", "stop")


def ended(flights: list[CallInFlight], patience: float) -> list[Call]:
    """The calls' ends, which are Stop for those that take longer than this together."""
    deadline = time.monotonic() + patience
    for flight in flights:
        flight.wait_done(max(0.0, deadline - time.monotonic()))
    for flight in flights:
        if not flight.done:
            flight.cancel()
    # One that Stop does not reach is another test's matter; what it left behind is this one's.
    deadline = time.monotonic() + 2
    for flight in flights:
        flight.wait_done(max(0.0, deadline - time.monotonic()))
    return [flight.call for flight in flights if flight.call is not None]


def called(desk: wiring.Desk, running: emulators.Emulators) -> list[Call]:
    """Calls of every protocol, with every fault, streamed and not."""
    requests: list[ChatRequest] = [ask(model) for model in ONE_EACH]
    made: list[Call] = []
    for fault in (None, *emulators.FAULTS):
        running.fault = fault
        flights = [desk.client.start(request) for request in requests]
        flights += [desk.client.start(ask(model, stream=False)) for model in ONE_EACH[:3]]
        made += ended(flights, 20 if fault is None else 0.3)
    running.fault = None
    return made


def typed(desk: wiring.Desk, keys: dict[str, str]) -> list[Call]:
    """Keys in all the places where people put them by mistake."""
    key = keys["DEEPSEEK_API_KEY"]
    model = "deepseek/deepseek-chat"
    asked = [
        ask(model, f"is {key} a key?"),
        ask(model, system=f"You are {key}."),
        ask(model, params={"stop": (key,)}),
        ask(f"deepseek/{key}"),
        ask(model, tag=key),
    ]
    return ended([desk.client.start(request) for request in asked], 10)


def exported(desk: wiring.Desk, made: list[Call], home: Path) -> None:
    """Every form of export, copy-as-code and what the commands print."""
    for form in export.FORMS:
        export.write(desk.store.each(), form, home / f"calls.{form}")
    for call in made:
        again = desk.store.find(call.id) or call
        sys.stdout.write(code.curl(again) + code.python(again))
        sys.stdout.write(json.dumps(as_json(again, whole=True), default=str) + "\n")
    for finding in examine(desk):
        sys.stdout.write(finding.what + "\n")


def told(keys: dict[str, str]) -> None:
    """What libraries and tracebacks print, with a key in it."""
    key = keys["QIANFAN_SK"]
    url = f"https://x.example/oauth?client_secret={key}"
    log.error("GET %s failed", url)
    own = logging.StreamHandler(sys.__stderr__)
    framework = logging.getLogger("a framework with a handler of its own")
    framework.propagate = False
    framework.addHandler(own)
    try:
        raise ConnectionError(url)
    except ConnectionError:
        framework.exception("could not reach %s", url)
        traceback.print_exc()
    warnings.warn(f"insecure: {url}", stacklevel=1)
    thread = threading.Thread(target=lambda: 1 / len(""), name=url)
    thread.start()
    thread.join()


def main() -> None:
    """The tour."""
    home, keys = Path(sys.argv[1]), json.load(sys.stdin)
    for mapping, name, value in accepted(keys):
        mapping[name] = value
    limits = emulators.Limits(requests=10**6, tokens=10**9)
    running = emulators.start(tokens_per_second=2000, limits=limits)
    echo = emulators.start(tokens_per_second=2000, limits=limits, answer=Repeats(keys))
    for place, (urls, given) in enumerate(
        (
            (running.environment, keys),
            (echo.environment, keys),
            # Refused everywhere: each with another's key.
            (running.environment, dict(zip(keys, [*list(keys.values())[1:], ""], strict=True))),
        )
    ):
        db = f"sqlite:///{home / f'store-{place}.db'}"
        wiring.environment = lambda made={**urls, **given, "TUNEDESK_DB": db}: made  # type: ignore[misc]
        wiring._desk.cache_clear()
        desk = wiring.desk()
        logging.getLogger().setLevel(logging.DEBUG)
        if place == 0:
            made = called(desk, running) + typed(desk, keys)
        else:
            made = ended([desk.client.start(ask(model)) for model in ONE_EACH], 20)
        (home / f"exports-{place}").mkdir()
        exported(desk, made, home / f"exports-{place}")
        states = sorted({call.state for call in made})
        sys.stdout.write(f"desk {place}: {len(made)} calls, {', '.join(states)}\n")
        desk.close()
    told(keys)
    raise RuntimeError(f"the end, with {keys['SPARKAI_API_SECRET']}")


if __name__ == "__main__":
    main()
