"""One run in real time: 1,450 calls through the door against an emulator of 600 a minute.

`python -m bench.pacing_real` takes about two minutes; moments and refusals are the emulator's.
Exit code 1 if anything was refused, lost or answered twice, or it took longer than the bar.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import emulators
from backends import (
    PROVIDERS,
    Access,
    Call,
    Catalogue,
    ChatRequest,
    Client,
    Message,
    Provider,
    Secret,
    key_fields,
)
from emulators.limits import Limits

CALLS: Final = 1_450
AT_ONCE: Final = 64
_PER_MINUTE: Final = 600
_MODEL: Final = "qianfan-v1/ernie_speed"
_BAR: Final = 1.03


@dataclass(frozen=True, slots=True)
class _Token:
    """One token of an answer, as the emulators take it."""

    text: str
    logprob: float = 0.0
    finish_reason: str | None = None


def answer(question: str, system: str, sampling: object) -> Iterator[_Token]:
    """0.8 seconds of an answer that costs nothing to think up."""
    for _ in range(7):
        yield _Token("春")
    yield _Token("茶", finish_reason="stop")


class _Ledger:
    """Keeps nothing."""

    def begin(self, call: Call) -> None:
        """A call begins."""

    def keep(self, call: Call) -> None:
        """It goes on."""

    def close(self, call: Call, *, wait: bool) -> None:
        """It has ended."""


def client(running: emulators.Emulators) -> Client:
    """A client of the emulators that keeps no record."""

    def access(provider: Provider) -> Access:
        return Access(
            {name: running.environment[name] for name in provider.base_urls},
            {name: Secret(running.keys[name]) for name in key_fields(provider)},
            emulated=True,
        )

    return Client(Catalogue(PROVIDERS), access, _Ledger())


def made_by(client: Client, calls: int = CALLS) -> list[Call]:
    """Every question until it is answered; a refusal is a call of its own."""
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(calls):
        todo.put(number)
    made: list[Call] = []

    def work() -> None:
        while True:
            try:
                number = todo.get_nowait()
            except queue.Empty:
                return
            request = ChatRequest(_MODEL, (Message("user", f"{number}"),))
            made.append(client.start(request).result())
            if made[-1].state not in ("ok", "length"):
                todo.put(number)

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def best(calls: int, took: float) -> float:
    """Seconds of one who knows the windows: they begin with a request, all but the last are full,
    and the last takes what its calls take at once, each of them `took` seconds."""
    full, rest = divmod(calls, _PER_MINUTE)
    if not rest:
        full, rest = full - 1, _PER_MINUTE
    return full * Limits().window_seconds + rest / AT_ONCE * took


def main() -> int:
    """Make the run and print what came of it."""
    received: list[dict[str, Any]] = []
    limits = Limits(requests=_PER_MINUTE, tokens=10**9)
    with emulators.start(["qianfan"], limits=limits, log=received.append,
                         tokens_per_second=10.0, answer=answer) as running:  # fmt: skip
        began, processor = time.monotonic(), time.process_time()
        made = made_by(client(running))
        seconds, processor = time.monotonic() - began, time.process_time() - processor
    answered = Counter(call.messages[-1].content for call in made if call.state in ("ok", "length"))
    refused = sum("token" not in row["path"] and row["outcome"] != "ok" for row in received)
    took = sorted(call.total_time or 0.0 for call in made)[len(made) // 2]
    fewest = best(CALLS, took)
    once = len(answered) == CALLS and set(answered.values()) == {1}
    sys.stdout.write(
        f"{seconds:.1f} s, {seconds / fewest:.3f} × the best ({fewest:.1f} s); {refused} refused, "
        f"{CALLS - len(answered)} lost, {sum(answered.values()) - len(answered)} doubled; "
        f"{processor / len(made) * 1000:.1f} ms of processor a call, emulator included\n"
    )
    return int(bool(refused) or not once or seconds > _BAR * fewest)


if __name__ == "__main__":
    sys.exit(main())
