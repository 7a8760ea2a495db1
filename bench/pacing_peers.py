"""The same work by other programs, each as it comes: refusals, lost calls and time.

`python -m bench.pacing_peers [--calls N]` runs whatever of openai, litellm, qianfan (Python) and
promptfoo (a command) is installed against an emulator of 600 calls a minute, and names what is not.
Ours runs in the same way, without a record. Counts and seconds are the emulator's, so that the
start of a program counts for nobody. Each run takes as long as its limit does: some two minutes for
1,450 calls.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import emulators
from bench.pacing_real import AT_ONCE, CALLS, answer, best, client, made_by
from emulators.limits import Limits

# Makes so many calls and returns how many of them it has an answer to.
Peer = Callable[[emulators.Emulators, int], int]
_PER_MINUTE: Final = 600


def _tunedesk(running: emulators.Emulators, calls: int) -> int:
    return sum(call.state == "ok" for call in made_by(client(running), calls))


def _openai(running: emulators.Emulators, calls: int) -> int:
    made = importlib.import_module("openai").OpenAI(
        base_url=running.environment["DEEPSEEK_BASE_URL"], api_key=running.keys["DEEPSEEK_API_KEY"]
    )
    return _threads(
        lambda number: made.chat.completions.create(model="deepseek-chat", messages=_asked(number)),
        calls,
    )


def _litellm(running: emulators.Emulators, calls: int) -> int:
    library: Any = importlib.import_module("litellm")
    library.suppress_debug_info = True
    return _threads(
        lambda number: library.completion(
            model="openai/deepseek-chat",
            api_base=running.environment["DEEPSEEK_BASE_URL"],
            api_key=running.keys["DEEPSEEK_API_KEY"],
            messages=_asked(number),
        ),
        calls,
    )


def _qianfan(running: emulators.Emulators, calls: int) -> int:
    sdk = importlib.import_module("qianfan")
    settings = sdk.get_config()
    settings.BASE_URL = running.environment["QIANFAN_BASE_URL"]
    settings.AK, settings.SK = running.keys["QIANFAN_AK"], running.keys["QIANFAN_SK"]
    chat = sdk.ChatCompletion()
    return _threads(lambda number: chat.do(endpoint="ernie_speed", messages=_asked(number)), calls)


def _promptfoo(running: emulators.Emulators, calls: int) -> int:
    settings = {
        "providers": [{
            "id": "openai:chat:deepseek-chat",
            "config": {"apiBaseUrl": running.environment["DEEPSEEK_BASE_URL"]},
        }],
        "prompts": ["No. {{number}}"],
        "tests": [{"vars": {"number": f"{number}"}} for number in range(calls)],
    }  # fmt: skip
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
    with tempfile.TemporaryDirectory() as folder:
        plan, told = Path(folder, "plan.json"), Path(folder, "told.json")
        plan.write_text(json.dumps(settings))
        subprocess.run(
            ["promptfoo", "eval", "--config", plan, "--output", told, "--no-cache", "--no-write",
             "--no-table", "--no-progress-bar", "--max-concurrency", f"{AT_ONCE}"],
            env={**os.environ, **quiet, "OPENAI_API_KEY": running.keys["DEEPSEEK_API_KEY"],
                 "PROMPTFOO_CONFIG_DIR": folder},
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        results = json.loads(told.read_text())["results"]["results"]
    return sum((result.get("response") or {}).get("output") is not None for result in results)


def _asked(number: int) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"{number}"}]


def _threads(call: Callable[[int], object], calls: int) -> int:
    def answered(number: int) -> bool:
        try:
            call(number)
        except Exception:  # noqa: BLE001 - whatever a peer raises, the caller has no answer
            return False
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(answered, range(calls)))


PEERS: Final[Mapping[str, Peer]] = {
    "tunedesk": _tunedesk,
    "openai": _openai,
    "litellm": _litellm,
    "qianfan": _qianfan,
    "promptfoo": _promptfoo,
}


def _installed(name: str) -> bool:
    return (
        name == "tunedesk"
        or importlib.util.find_spec(name) is not None
        or shutil.which(name) is not None
    )


def _row(name: str, calls: int) -> str:
    received: list[dict[str, Any]] = []
    limits = Limits(requests=_PER_MINUTE, tokens=10**9)
    with emulators.start(["qianfan", "deepseek"], limits=limits, log=received.append,
                         tokens_per_second=10.0, answer=answer) as running:  # fmt: skip
        kept = PEERS[name](running, calls)
    made = [row for row in received if "token" not in row["path"]]
    refused = sum(row["outcome"] == "refused" for row in made)
    seconds = max(row["ended"] for row in made) - min(row["started"] for row in made)
    answers = [row["ended"] - row["started"] for row in made if row["outcome"] == "ok"]
    # Of who lost calls it says nothing that it was quick.
    ratio = f"{seconds / best(calls, sorted(answers)[len(answers) // 2]):10.3f}"
    shown = ratio if kept == calls else f"{'-':>10}"
    return f"{name:10} {refused:8} {calls - kept:8} {seconds:10.1f} {shown}"


def main() -> int:
    """Print a row for each peer that is installed, and name the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    calls = parser.parse_args().calls
    sys.stdout.write(f"{'':10} {'refused':>8} {'lost':>8} {'seconds':>10} {'× best':>10}\n")
    for name in PEERS:
        row = _row(name, calls) if _installed(name) else f"{name:10} not installed"
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
