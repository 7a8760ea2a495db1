"""The same work by other programs, each as it comes: refusals, lost calls and time.

`python -m bench.pacing_peers [--calls N]` runs whatever of openai, litellm and qianfan is installed
against an emulator of 600 calls a minute, and names what is not. Ours runs in the same way. Each
run takes as long as its limit does: some two minutes for 1,450 calls. The figures of the field
notes: openai loses 60 % of the calls as it comes, qianfan takes 1.33-1.64 × the best time,
promptfoo 1.13-1.79 × with 8 refusals.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import emulators
from bench.pacing_real import AT_ONCE, CALLS, answer, client, made_by
from emulators.limits import Limits

Call = Callable[[int], object]
_PER_MINUTE: Final = 600


def _openai(running: emulators.Emulators) -> Call:
    made = importlib.import_module("openai").OpenAI(
        base_url=running.environment["DEEPSEEK_BASE_URL"], api_key=running.keys["DEEPSEEK_API_KEY"]
    )
    return lambda number: made.chat.completions.create(
        model="deepseek-chat", messages=[{"role": "user", "content": f"{number}"}]
    )


def _litellm(running: emulators.Emulators) -> Call:
    complete = importlib.import_module("litellm").completion
    return lambda number: complete(
        model="openai/deepseek-chat",
        api_base=running.environment["DEEPSEEK_BASE_URL"],
        api_key=running.keys["DEEPSEEK_API_KEY"],
        messages=[{"role": "user", "content": f"{number}"}],
    )


def _qianfan(running: emulators.Emulators) -> Call:
    sdk = importlib.import_module("qianfan")
    sdk.get_config().BASE_URL = running.environment["QIANFAN_BASE_URL"]
    chat = sdk.ChatCompletion(ak=running.keys["QIANFAN_AK"], sk=running.keys["QIANFAN_SK"])
    return lambda number: chat.do(
        endpoint="ernie_speed", messages=[{"role": "user", "content": f"{number}"}]
    )


PEERS: Final[Mapping[str, Callable[[emulators.Emulators], Call]]] = {
    "openai": _openai,
    "litellm": _litellm,
    "qianfan": _qianfan,
}


def _answered(call: Call, number: int) -> bool:
    try:
        call(number)
    except Exception:  # noqa: BLE001 - whatever a peer raises, the caller has no answer
        return False
    return True


def _run(name: str, calls: int) -> str:
    """One row: what the emulator refused and the caller lost, and the seconds it took."""
    received: list[dict[str, Any]] = []
    limits = Limits(requests=_PER_MINUTE, tokens=10**9)
    with emulators.start(["qianfan", "deepseek"], limits=limits, log=received.append,
                         tokens_per_second=10.0, answer=answer) as running:  # fmt: skip
        began = time.monotonic()
        if name == "tunedesk":
            kept = sum(call.state == "ok" for call in made_by(client(running), calls))
        else:
            call = PEERS[name](running)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                kept = sum(pool.map(lambda number: _answered(call, number), range(calls)))
        seconds = time.monotonic() - began
    refused = sum(row["outcome"] == "refused" for row in received)
    return f"{name:10} {refused:6} refused {calls - kept:6} lost {seconds:8.1f} s"


def main() -> int:
    """Print a row for each peer that is installed, and name the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    calls = parser.parse_args().calls
    for name in ("tunedesk", *PEERS):
        found = name == "tunedesk" or importlib.util.find_spec(name) is not None
        row = _run(name, calls) if found else f"{name:10} not installed"
        sys.stdout.write(row + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
