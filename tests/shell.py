"""The command line as a script has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import wiring

ROOT = Path(__file__).resolve().parents[1]

# Set but empty counts as unset, and wins over a developer's `.env`.
NO_KEYS = {variable.name: "" for variable in wiring.variables()}


class Shell:
    """Runs desk.py on a store of its own, without any key from outside."""

    def __init__(self, directory: Path) -> None:
        self.environment = {
            **os.environ,
            **NO_KEYS,
            "TUNEDESK_DB": f"sqlite:///{directory / 'store.db'}",
            "XDG_DATA_HOME": str(directory),
        }

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "desk.py", *words],
            cwd=ROOT,
            timeout=60,
            capture_output=True,
            text=True,
            env={**self.environment, **environment},
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "desk.py", *words],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
        )


def questions(log: Path) -> Counter[str]:
    """How often each question reached the emulators that wrote this log.

    A kill may fall between the head of a request and its body: that one has not arrived.
    """
    received = (json.loads(line) for line in log.read_text(encoding="utf-8").splitlines())
    whole = (entry["body"] for entry in received if isinstance(entry["body"], dict))
    return Counter(body["messages"][-1]["content"] for body in whole)
