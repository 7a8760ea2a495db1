"""A run as one file that anybody can open again, offline, and work out again.

It holds plan and settings, prompts, cells, every call with its request (no secrets), its answer
with the time of each piece and its headers, the versions it was made with, and the results: what
`study export` prints, tables, and figures as plotly's JSON. A known secret that somebody typed
into a prompt is taken out, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from backends import Words
from experiments.bundles.bundle_data import dump, load
from experiments.bundles.bundle_parts import BundleTrouble, as_text, read_part, write_part
from experiments.bundles.bundle_prices import dump_prices, load_prices
from experiments.bundles.bundle_zip import pack, unpack
from experiments.bundles.versions import versions
from experiments.journal import Journal, Run
from experiments.report import RESULTS, report
from experiments.scoring.rescore import rescore
from experiments.scoring.score_kinds import ScoreTrouble
from usage import Store
from usage.prices import Prices
from usage.shapes import mapping, maybe, record, text

__all__ = ["Bundle", "BundleTrouble", "Replayed", "opened", "write_bundle"]

_VERSIONS = record({"tunedesk": text, "python": text, "packages": mapping(maybe(text))})
_SENSELESS = Words(
    "研究包里的数据算不出结果（{why}），它不是调参台写出的样子。请重新导出。",
    "No results can be worked out of the data in the bundle ({why}); Tunedesk did not write it so. "
    "Export it again.",
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """How results that were worked out again compare with those in the bundle.

    `same` and `different` are names of parts. `versions` are what is here in another version than
    the bundle was made with: its name → (then, now).
    """

    same: tuple[str, ...]
    different: tuple[str, ...]
    versions: Mapping[str, tuple[str | None, str | None]]


class Bundle:
    """An open bundle: its run, in a store of its own that is gone when the bundle is closed."""

    def __init__(self, folder: Path, journal: Journal, run: Run) -> None:
        self._folder = folder
        self.journal, self.run = journal, run
        self.prices = load_prices(folder)

    def replay(self, words: Mapping[str, str]) -> Replayed:
        """Score the recorded answers again, work out results, tables and figures, and compare.

        Nothing is called. Words that the bundle has go before `words`.

        Raises:
            BundleTrouble: its data make no sense.
        """
        words = {**words, **read_part(self._folder, "words.json", mapping(text))}
        try:
            rescore(self.journal, self.run)
            made = {
                name: as_text(value)
                for name, value in report(self.journal, self.run, words, self.prices)
            }
        except ScoreTrouble as trouble:
            raise BundleTrouble(trouble.message) from None
        except (ValueError, TypeError, LookupError, ArithmeticError) as exc:
            raise BundleTrouble(_SENSELESS.format(why=type(exc).__name__)) from None
        held = dict(self._results())
        names = sorted(held.keys() | made.keys())
        same = tuple(name for name in names if held.get(name) == made.get(name))
        different = tuple(name for name in names if name not in same)
        return Replayed(same, different, self._other_versions())

    def _results(self) -> Iterator[tuple[str, str]]:
        for path in (self._folder / RESULTS, *self._folder.glob("*/*.json")):
            if path.exists():
                name = path.relative_to(self._folder).as_posix()
                yield name, path.read_bytes().decode("utf-8", "replace")

    def _other_versions(self) -> Mapping[str, tuple[str | None, str | None]]:
        then, now = (
            {**found["packages"], "tunedesk": found["tunedesk"], "python": found["python"]}
            for found in (read_part(self._folder, "versions.json", _VERSIONS), versions())
        )
        both = {name: (then.get(name), now.get(name)) for name in sorted({*then, *now})}
        return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def write_bundle(
    journal: Journal, run: Run, target: Path, words: Mapping[str, str], prices: Prices
) -> None:
    """Write a run as a bundle; the same run makes the same bytes while versions are the same.

    `words` are those of the figures, `prices` what the calls cost. Results are worked out of what
    the bundle holds, so that they fit it even while the run goes on.

    Raises:
        OSError: the file cannot be written.
    """
    with TemporaryDirectory(prefix="tunedesk-") as name:
        folder = Path(name)
        dump(journal, run.id, folder)
        write_part(folder, "versions.json", versions())
        write_part(folder, "words.json", dict(words))
        dump_prices(prices, run, folder)
        with _in_store(folder) as bundle:
            for part, value in report(bundle.journal, bundle.run, words, bundle.prices):
                write_part(folder, part, value)
        pack(folder, target, run=run.id, name=run.name)


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    """The bundle in a file, checked; no other store than its own is touched, no network used.

    Raises:
        BundleTrouble: the file is no bundle, was changed, or its parts do not fit each other.
    """
    with TemporaryDirectory(prefix="tunedesk-") as name:
        folder = Path(name)
        unpack(path, folder)
        with _in_store(folder) as bundle:
            yield bundle


@contextmanager
def _in_store(folder: Path) -> Iterator[Bundle]:
    with TemporaryDirectory(prefix="tunedesk-") as place:
        store = Store(f"sqlite:///{place}/bundle.db")
        try:
            yield Bundle(folder, Journal(store), load(folder, store))
        finally:
            store.shut()
