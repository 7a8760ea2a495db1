"""Many calls at once: how much longer and dearer they are through the study engine than bare.

`python -m bench.study [--quick]` prints this part of the table alone; exit code 1 if a bar is
missed. Moments are those of the service, processor time is that of each caller's own process.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bench.apps import ROOT
from bench.callers import COLUMNS
from bench.report import Row, table

LATENCY: Final = 0.05
AT_ONCE: Final = 64
_FEW, _MANY = 500, 10_000
# Beyond this the machine, not the caller, decides (field/performance.md §5.4).
_IDLE: Final = 1.08
_VOIDS: Final = 3


@dataclass(frozen=True, slots=True)
class Run:
    """What one caller took: seconds from its first request to the last answer, of processor time
    for each call, and its most memory in MB."""

    seconds: float
    processor: float
    memory: float


@dataclass(frozen=True, slots=True)
class Service:
    """The running service, by its address."""

    address: str

    def called(self, caller: str, calls: int, at_once: int = AT_ONCE) -> Run:
        """Have a caller of `bench.callers` make its calls in a process of its own.

        Raises:
            RuntimeError: not every call came and was answered, so that the rest says nothing.
        """
        command = [sys.executable, "-m", "bench.callers", caller, self.address,
                   f"{calls}", f"{at_once}"]  # fmt: skip
        told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        cost, moments = json.loads(told), self._moments()
        if not len(moments) == cost["answered"] == calls:
            raise RuntimeError(
                f"{caller}: {len(moments)} of {calls} calls, {cost['answered']} kept"
            )
        seconds = max(end for _, end, _ in moments) - min(begin for begin, _, _ in moments)
        return Run(seconds, cost["processor"] / calls, cost["memory"])

    def fidelity(self, rounds: int) -> list[float]:
        """Seconds by which the first token on record differs from when the service wrote it, of
        six columns that stream at once, for so many rounds.

        Raises:
            RuntimeError: a column was not answered whole.
        """
        command = [sys.executable, "-m", "bench.callers", "columns", self.address, f"{rounds}"]
        told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        recorded: dict[str, float] = json.loads(told)
        wrote = {said: began - asked for asked, began, said in self._moments()}
        if recorded.keys() != wrote.keys():
            raise RuntimeError(f"columns: {len(recorded)} of {len(wrote)} recorded")
        return [abs(recorded[said] - wrote[said]) for said in wrote]

    def _moments(self) -> list[tuple[float, float, str]]:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(self.address, timeout=10) as told:
            return [(asked, began, said) for asked, began, said in json.load(told)]


@contextmanager
def service(latency: float = LATENCY) -> Iterator[Service]:
    """A service that answers each call after `latency` seconds."""
    command = [sys.executable, "-m", "bench.service", f"{latency}"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:  # fmt: skip
        assert process.stdin is not None and process.stdout is not None
        yield Service(process.stdout.readline().strip())
        process.stdin.close()


def ideal(calls: int) -> float:
    """Seconds that so many calls take where nothing but the service takes any."""
    return math.ceil(calls / AT_ONCE) * LATENCY


def rounds(service: Service, calls: int, count: int) -> Iterator[dict[str, Run]]:
    """So many rounds of both callers; one in which the bare loop was late is tried again."""
    voids = done = 0
    while done < count and voids <= _VOIDS:
        # In any order, so that whatever drifts meanwhile favours none.
        found = {name: service.called(name, calls) for name in random.sample(["study", "bare"], 2)}
        if found["bare"].seconds > _IDLE * ideal(calls):
            voids += 1
            continue
        done += 1
        yield found


def speed_rows(found: list[dict[str, Run]], calls: int) -> list[Row]:
    """Time and processor time of a study's calls."""
    ours, bare = [one["study"] for one in found], [one["bare"] for one in found]
    pairs = list(zip(ours, bare, strict=True))
    spans = ", ".join(f"{a.seconds:.2f} / {b.seconds:.2f} s" for a, b in pairs)
    costs = ", ".join(f"{1e3 * a.processor:.2f} / {1e3 * b.processor:.2f} ms" for a, b in pairs)
    return [
        Row("study", f"{calls:,} calls, {AT_ONCE} at once: time / bare loop",
            [a.seconds / b.seconds for a, b in pairs], 1.1, spans),
        Row("study", "processor time of a call, recorded", [1e3 * a.processor for a in ours],
            0.45, f"bare loop beside it: {costs}", unit="ms"),
    ]  # fmt: skip


def memory_row(service: Service, few: int = _FEW, many: int = _MANY) -> Row:
    """Whether a study of many calls needs more memory than one of few. The bar is a line: 1.3 for
    the most calls, 1 for no more than the fewest."""
    small, large = (service.called("study", calls).memory for calls in (few, many))
    bar = 1 + 0.3 * (many - few) / (_MANY - _FEW)
    return Row("study", f"{many:,} / {few:,} calls: most memory", [large / small], bar,
               f"{large:.0f} / {small:.0f} MB")  # fmt: skip


def columns_row(service: Service, rounds: int) -> Row:
    """What six columns record as the time to first token, beside when it was written."""
    errors = [1e3 * error for error in service.fidelity(rounds)]
    late = statistics.quantiles(errors, n=20)[-1]
    return Row("compare", f"{COLUMNS} columns, 50 tokens/s each: error of TTFT, p95", [late], 10,
               f"median {statistics.median(errors):.1f} ms, {len(errors)} answers",
               unit="ms")  # fmt: skip


def rows(*, quick: bool) -> list[Row]:
    """Every measure of many calls."""
    calls, count = (640, 1) if quick else (1280, 5)
    with service() as running:
        found = speed_rows(list(rounds(running, calls, count)), calls)
        found.append(columns_row(running, 2 if quick else 10))
        return found if quick else [*found, memory_row(running)]


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="bench.study", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round, no memory")
    found = rows(quick=parser.parse_args().quick)
    sys.stdout.write(table(found) + "\n")
    return 1 if any(row.verdict == "FAIL" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())
