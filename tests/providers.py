"""`make providers`: provider × capability × the tests that verify it, counted from the tests.

Nothing here is claimed by hand: a cell counts the tests that pytest collects for that provider and
that capability, and the last column names the files that check the emulator against documents.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from backends import PROVIDERS, Provider

ROOT = Path(__file__).resolve().parents[1]

# A capability, and the test functions that verify it.
CAPABILITIES: Mapping[str, tuple[str, ...]] = {
    "answers": ("test_answers_and_is_accounted_for",),
    "account": (
        "test_every_setting_arrives_as_the_account_says_or_is_explained",
        "test_what_is_off_is_not_sent_and_is_explained",
    ),
    "on record first": ("test_the_row_is_open_before_the_request_leaves",),
    "no secret kept": ("test_the_wire_record_holds_no_secret",),
    "sourced": ("test_every_fact_names_its_document",),
    "history rules": (
        "test_a_broken_rule_is_refused_by_its_name_and_nothing_is_sent",
        "test_a_persona_is_refused_where_the_model_takes_none",
        "test_what_is_longer_than_the_model_takes_is_refused",
    ),
    "framing": (
        "test_a_stream_cut_once_anywhere_reads_the_same",
        "test_a_stream_byte_by_byte_reads_the_same",
        "test_a_stream_in_random_pieces_reads_the_same",
        "test_a_stream_that_ends_early_is_never_a_whole_answer",
    ),
    "trouble": (
        "test_a_fault_ends_in_a_true_state_and_a_plain_sentence",
        "test_an_expired_credential_ends_in_one_sentence",
    ),
    "stop": ("test_stop_reaches_a_silent_provider_within_300_ms",),
    "lists models": ("test_a_service_tells_which_models_it_has",),
    "tools": ("test_a_function_that_the_model_asks_for_is_an_answer",),
    "error codes": ("test_every_documented_code_has_a_row",),
}


def collected() -> list[str]:
    """The ids of all tests of the provider contract and of the emulators."""
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-o", "addopts=--import-mode=importlib",
         "--collect-only", "-q", "tests/backends", "tests/emulators"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [line for line in told.stdout.splitlines() if "::" in line]


def table(ids: Iterable[str]) -> list[list[str]]:
    """Heading and one row a provider."""
    counts: Counter[tuple[str, str]] = Counter()
    emulator: dict[str, set[str]] = {}
    for test in ids:
        path, name, what = _parts(test)
        for provider in PROVIDERS:
            if re.match(rf"{re.escape(provider.name)}(/|,|-|$)", what) and not _longer(
                provider, what
            ):
                counts[provider.name, name] += 1
        if path.startswith("tests/emulators/"):
            emulator.setdefault(Path(path).stem.removeprefix("test_"), set()).add(path)
    return [
        ["provider", "models", *CAPABILITIES, "emulator checked in"],
        *(_row(provider, counts, emulator) for provider in PROVIDERS),
    ]


def _row(
    provider: Provider, counts: Mapping[tuple[str, str], int], emulator: Mapping[str, set[str]]
) -> list[str]:
    cells = [
        str(sum(counts.get((provider.name, name), 0) for name in names) or "–")
        for names in CAPABILITIES.values()
    ]
    stem = provider.name.replace("-", "_")
    files = sorted(path for name, paths in emulator.items() if name.startswith(stem)
                   for path in paths)  # fmt: skip
    known = ", ".join(Path(path).name for path in files) or "test_openai.py"
    return [provider.name, str(len(provider.models)), *cells, known if provider.base_urls else "–"]


def _parts(test: str) -> tuple[str, str, str]:
    path, _, rest = test.partition("::")
    name, _, what = rest.partition("[")
    return path, name, what.rstrip("]")


def _longer(provider: Provider, what: str) -> bool:
    """Whether a provider with a longer name is meant: `qianfan-v1` is not `qianfan`."""
    return any(
        other.name != provider.name
        and other.name.startswith(provider.name)
        and what.startswith(other.name)
        for other in PROVIDERS
    )


def main() -> None:
    """Print the table, its columns aligned."""
    rows = table(collected())
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


if __name__ == "__main__":
    main()
