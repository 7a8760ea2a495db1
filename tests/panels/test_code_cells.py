"""A study's cells as code, over every protocol: what is copied sends what the cell sent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import emulators
from backends import Call, account
from experiments.plan import plan_of
from panels.code import curl, python
from tests.backends.settings import value
from tests.conftest import ONE_EACH, SPECS, Rig
from tests.emulators.wire import saying
from tests.experiments.rigs import Desk
from tests.shell import NO_KEYS, ROOT
from usage import Store

QUESTION = "引号 ' \" `whoami` $HOME \\n\nJSON\n$(id) %3A \u2028 end"
EXAMPLES = [["2 + 2?", "4"], ["it's `5`?", 'no, "4"']]


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    received: list[dict[str, Any]] = []
    with emulators.start(
        tokens_per_second=1e6,
        log=received.append,
        answer=saying("你好", "，世界", "。", "再见。" * 5),
    ) as running:
        yield Rig(running, received)


@pytest.fixture(scope="module")
def desk(rig: Rig, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('study')}/store.db")
    yield Desk(rig, store)
    store.shut()


def everything(model: str) -> dict[str, Any]:
    """A value for every parameter that the model takes, nested ones and lists among them."""
    spec = SPECS[model]
    wanted = {each.name: value(each, "maximum") for each in spec.params}
    # Where no maximum is documented, one token would be all.
    wanted |= {
        each.name: 500 for each in spec.params if each.kind == "int" and each.maximum is None
    }
    # The built-in model takes its time for each.
    wanted |= {"max_output_tokens": 60} if spec.param("max_output_tokens") else {}
    kept: dict[str, Any] = {}
    for name, setting in wanted.items():
        # One by one: some are refused beside others, or need another to be set.
        traces = {trace.name: trace.outcome for trace in account(spec, {**kept, name: setting})}
        if traces[name] == "sent" and "out of range" not in traces.values():
            kept[name] = setting
    return kept


def cell(desk: Desk, model: str) -> Call:
    """The call of the one cell of a study with examples, a persona and every parameter."""
    form = {
        "models": [model],
        "prompts": [QUESTION],
        "params": everything(model),
        "examples": EXAMPLES,
        "system": "简短 $回答。" if SPECS[model].takes_system else "",
    }
    run = desk.create(plan_of(form))
    assert desk.work(run) == "run"
    found = desk.journal.last_call(run, 0)
    assert found is not None
    return found


def ran(rig: Rig, code: str, command: list[str], tmp_path: Path) -> str:
    """What code prints that is run with nothing but the keys in its environment."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **NO_KEYS,
        **rig.running.environment,
        **rig.running.keys,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": str(ROOT),
        "TUNEDESK_DB": f"sqlite:///{tmp_path}/store.db",
        "XDG_DATA_HOME": str(tmp_path),
        "LANG": "C.UTF-8",
    }
    script = tmp_path / "code"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [*command, str(script)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def chat(rig: Rig) -> Mapping[str, Any]:
    """The one chat that the emulators received; its row is written at its end."""
    deadline = time.monotonic() + 5
    while not (found := [row for row in rig.received if row.get("body")]):
        assert time.monotonic() < deadline, "nothing was received"
        time.sleep(0.01)
    [row] = found
    rig.received.clear()
    return row


@pytest.mark.parametrize("model", [name for name in ONE_EACH if name != "spark-image/imagev3"])
def test_a_cell_of_every_protocol_is_sent_again_as_it_was(
    rig: Rig, desk: Desk, model: str, tmp_path: Path
) -> None:
    rig.received.clear()
    made = cell(desk, model)
    assert made.state == "ok", made.error
    sent = chat(rig)
    ways = {"python": (python(made), [sys.executable]), "curl": (curl(made), ["sh"])}
    if model == "spark/generalv3.5":
        note, _ = ways.pop("curl")
        assert all(line.startswith("#") for line in note.splitlines())
    for code, command in ways.values():
        assert "世界" in ran(rig, code, command, tmp_path)
        again = chat(rig)
        assert again["body"] == sent["body"]
        assert (again["method"], again["path"]) == (sent["method"], sent["path"])


def test_a_cell_of_the_built_in_model_is_asked_again_with_its_examples(
    rig: Rig, desk: Desk, tmp_path: Path
) -> None:
    made = cell(desk, "handbook/ngram")
    assert made.wire is None and len(made.messages) == 5
    for code, command in ((python(made), [sys.executable]), (curl(made), ["sh"])):
        ran(rig, code, command, tmp_path)
    store = Store(f"sqlite:///{tmp_path}/store.db")
    for again in store.each():
        assert (again.messages, again.system) == (made.messages, made.system)
        assert [(p.name, p.sent) for p in again.params] == [(p.name, p.sent) for p in made.params]
    assert len(list(store.each())) == 2
    store.shut()


def test_a_cell_that_was_refused_is_refused_again(rig: Rig, desk: Desk, tmp_path: Path) -> None:
    """Pictures cannot go with a study's prompts, and this model answers nothing without one."""
    rig.received.clear()
    made = cell(desk, "spark-image/imagev3")
    assert made.state == "refused" and made.error is not None
    assert made.error.message.en in ran(rig, python(made), [sys.executable], tmp_path)
    assert rig.received == []
