"""Who makes many calls: the study engine, and a bare loop of sockets beside it.

`python -m bench.callers study ADDRESS CALLS AT_ONCE` is one of them in a process of its own. It
makes the calls and prints what they cost it as JSON, its start and its imports not counted.
`python -m bench.callers columns ADDRESS ROUNDS` prints question → recorded time to first token.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import resource
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from backends import ChatRequest, Message
from bench.service import PIECES
from experiments import designs
from experiments.journal import Journal
from experiments.plan import plan_of
from experiments.runner import Runner
from wiring import Desk

MODEL: Final = "deepseek/deepseek-chat"
COLUMNS: Final = 6
_REDRAW: Final = 1 / 24  # seconds


@dataclass(frozen=True, slots=True)
class Cost:
    """Answers that came, seconds of processor time for them, and the most memory in MB."""

    answered: int
    processor: float
    memory: float


def study(address: str, calls: int, at_once: int) -> Cost:
    """Two settings asked so many times in all, recorded and scored."""
    form = {
        "models": [MODEL],
        "prompts": [f"第 {number} 个问题：什么是春茶？" for number in range(calls // 2)],
        "factors": {"temperature": [0.2, 0.6]},
        "scores": [{"kind": "contains", "value": "初晴"}, {"kind": "length", "primary": True}],
        "concurrency": at_once,
        # The settings are alike, which an early look would find.
        "stop_early": False,
        "stream": False,
    }
    with _desk(address) as desk:
        return _study(desk, form)


def columns(address: str, rounds: int) -> dict[str, float | None]:
    """Question → time to first token on record, of six columns at a time that a page watches."""
    asked = itertools.count()
    with _desk(address) as desk:
        for _ in range(rounds):
            requests = [ChatRequest(MODEL, (Message("user", f"{next(asked)}"),))
                        for _ in range(COLUMNS)]  # fmt: skip
            flights = [desk.client.start(request) for request in requests]
            while not all(flight.done for flight in flights):
                # As the pages do: all that came since, so many times a second.
                for flight in flights:
                    flight.completion()
                time.sleep(_REDRAW)
        return {call.messages[-1].content: call.time_to_first_token for call in desk.store.each()
                if call.state == "ok" and len(call.chunks) == PIECES}  # fmt: skip


@contextmanager
def _desk(address: str) -> Iterator[Desk]:
    """A desk with a store of its own, whose provider is the service at an address."""
    with tempfile.TemporaryDirectory(prefix="tunedesk-bench-") as folder:
        environment = {
            "TUNEDESK_DB": f"sqlite:///{Path(folder) / 'store.db'}",
            "DEEPSEEK_BASE_URL": address,
            "DEEPSEEK_API_KEY": "fake-bench-key",
        }
        with closing(Desk(environment)) as desk:
            yield desk


def _study(desk: Desk, form: Mapping[str, object]) -> Cost:
    plan, journal = plan_of(form), Journal(desk.store)
    settings = designs.settings(plan)
    run = journal.create(plan, settings, designs.cells(plan, range(len(settings))))
    found = journal.find(run)
    assert found is not None
    before = time.process_time()
    Runner(desk.client, journal, found, desk.prices).work()
    used = time.process_time() - before
    return Cost(journal.counts(run).get("done:ok", 0), used, _memory())


def bare(address: str, calls: int, at_once: int) -> Cost:
    """Nothing but kept sockets and JSON: about what this machine can do."""
    before = time.process_time()
    answered = asyncio.run(_bare(address, calls, at_once))
    return Cost(answered, time.process_time() - before, _memory())


async def _bare(address: str, calls: int, at_once: int) -> int:
    numbers = iter(range(calls))
    lines = (_line(address, numbers) for _ in range(at_once))
    return sum(await asyncio.gather(*lines))


async def _line(address: str, numbers: Iterator[int]) -> int:
    place, answered = urllib.parse.urlsplit(address), 0
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    for number in numbers:
        question = {"role": "user", "content": f"第 {number} 个问题：什么是春茶？"}
        body = json.dumps({"model": MODEL, "messages": [question]}).encode()
        head = f"POST /chat/completions HTTP/1.1\r\nHost: {place.netloc}\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        told = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(told.partition(b"content-length:")[2].split(b"\r\n")[0])
        answered += bool(json.loads(await reader.readexactly(length))["choices"])
    writer.close()
    return answered


def _memory() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Bytes on a Mac, kilobytes elsewhere.
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


CALLERS: Final[Mapping[str, Callable[[str, int, int], Cost]]] = {"study": study, "bare": bare}


def _told(who: str, address: str, *counts: int) -> object:
    if who == "columns":
        return columns(address, *counts)
    return asdict(CALLERS[who](address, *counts))


if __name__ == "__main__":
    _, name, where, *numbers = sys.argv
    sys.stdout.write(json.dumps(_told(name, where, *map(int, numbers))))
