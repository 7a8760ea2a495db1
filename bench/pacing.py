"""How much of a limit is used, and how often it refuses: the table, in virtual time.

`python -m bench.pacing [--seeds N] [--late]` plays every scene with nothing known of the provider
and again with what the first run learned; exit code 1 if a bar is missed. Bars (issue 5): nothing
refused and at most 1.03 × the clairvoyant optimum on fixed and sliding windows; at most 8 refusals
in a run on a shape that nobody knows, none once it is known; every call answered once.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Final

from bench.pacing_world import Outcome, Scene, optimum, played

SHAPES: Final = ("fixed", "sliding", "bucket", "small bucket", "two windows")
TIMED: Final = ("fixed", "sliding")
MOST_TIMES: Final = 1.03
MOST_REFUSED: Final = 8
_HEADING: Final = "shape, key, processes | unknown: refused (most), × optimum | known | learned\n"


@dataclass(frozen=True, slots=True)
class Pair:
    """One scene, played with nothing known and with what was learned: (refusals, × optimum)."""

    scene: Scene
    unknown: tuple[int, float]
    known: tuple[int, float]
    whole: bool
    learned: str


def pair(scene: Scene) -> Pair:
    """Play a scene twice."""
    best = optimum(scene)
    first = played(scene)
    second = played(scene, first.profile)
    return Pair(
        scene,
        (first.refused, first.seconds / best),
        (second.refused, second.seconds / best),
        _whole(first, scene) and _whole(second, scene),
        first.profile.shape,
    )


def _whole(outcome: Outcome, scene: Scene) -> bool:
    """Whether every call has exactly one answer."""
    return len(outcome.answers) == scene.calls and set(outcome.answers.values()) == {1}


def scenes(seeds: int, early: bool) -> Iterator[Scene]:
    """Every shape, cold and warm, in 1 and 3 processes, from so many seeds."""
    for shape, warm, processes, seed in itertools.product(
        SHAPES, (False, True), (1, 3), range(seeds)
    ):
        yield Scene(shape, warm, processes, seed, early)


@dataclass(frozen=True, slots=True)
class Cell:
    """All seeds of one row of the table, and what of it is over a bar."""

    pairs: list[Pair]

    @property
    def missed(self) -> list[str]:
        """The bars it does not meet."""
        scene = self.pairs[0].scene
        most = max(one.unknown[0] for one in self.pairs)
        times = statistics.median(one.unknown[1] for one in self.pairs)
        timed = scene.shape in TIMED
        checks = {
            f"{most} refused": most > (0 if timed else MOST_REFUSED),
            f"{times:.3f} × optimum": timed and times > MOST_TIMES,
            "refused though known": any(one.known[0] for one in self.pairs),
            "lost or doubled": not all(one.whole for one in self.pairs),
        }
        return [text for text, failed in checks.items() if failed]

    def line(self) -> str:
        """Its row: refusals (all, most in a run), × optimum (median, range), and above the bar."""
        scene = self.pairs[0].scene
        parts = [f"{scene.shape:12} {'warm' if scene.warm else 'cold'} {scene.processes}"]
        for found in ([one.unknown for one in self.pairs], [one.known for one in self.pairs]):
            refused, times = [one[0] for one in found], [one[1] for one in found]
            over = sum(one > MOST_TIMES for one in times)
            parts.append(
                f"{sum(refused):4} ({max(refused)})  {statistics.median(times):.3f} "
                f"[{min(times):.3f}-{max(times):.3f}] {over:3} over"
            )
        shapes = ", ".join(sorted({one.learned for one in self.pairs}))
        return " | ".join([*parts, shapes, *self.missed])


def cells(seeds: int, early: bool = True, workers: int | None = None) -> Iterator[Cell]:
    """The table's rows as they are done."""
    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(pair, scenes(seeds, early), chunksize=5)
        while batch := list(itertools.islice(results, seeds)):
            yield Cell(batch)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--late", action="store_true", help="headers come with the whole answer")
    told = parser.parse_args()
    sys.stdout.write(_HEADING)
    missed = False
    for cell in cells(told.seeds, not told.late):
        sys.stdout.write(cell.line() + "\n")
        sys.stdout.flush()
        missed = missed or bool(cell.missed)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
