"""Who makes many calls: the study engine, and a bare loop of sockets beside it.

`python -m bench.callers study ADDRESS CALLS AT_ONCE` is one of them in a process of its own. It
makes the calls and prints what they cost it as JSON, its start and its imports not counted.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from experiments import designs
from experiments.journal import Journal
from experiments.plan import plan_of
from experiments.runner import Runner
from wiring import Desk

MODEL: Final = "deepseek/deepseek-chat"


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
    with tempfile.TemporaryDirectory(prefix="tunedesk-bench-") as folder:
        environment = {
            "TUNEDESK_DB": f"sqlite:///{Path(folder) / 'store.db'}",
            "DEEPSEEK_BASE_URL": address,
            "DEEPSEEK_API_KEY": "fake-bench-key",
        }
        with closing(Desk(environment)) as desk:
            return _study(desk, form)


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


if __name__ == "__main__":
    _, who, where, count, together = sys.argv
    sys.stdout.write(json.dumps(asdict(CALLERS[who](where, int(count), int(together)))))
