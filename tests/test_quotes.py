"""A sentence says again what was typed, in brief, however long that was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from backends import (
    CATALOGUE,
    PROVIDERS,
    Attachment,
    Catalogue,
    ChatRequest,
    Message,
    ProviderError,
    Words,
    account,
    brief,
    check_attachments,
    check_history,
    listing,
)
from experiments import ready
from experiments.plan import plan_of, read_plan
from experiments.plan_values import PlanTrouble
from experiments.scoring.own_function import load_function
from experiments.scoring.scores import ScoreTrouble, check_scores
from experiments.tabular import template
from experiments.tabular.tables import prompts_of, read_table
from experiments.types import ScoreSpec
from gate import policy
from panels import tune_levels
from tests.conftest import Rig
from tests.shell import Shell
from usage import Trouble
from usage.prices import Prices

LONG = "長x" * 15_000
CATALOG = Catalogue(PROVIDERS)
LEAST: dict[str, Any] = {"models": ["handbook/ngram"], "prompts": ["你好"]}
TROUBLES = (ProviderError, PlanTrouble, ScoreTrouble, Trouble, tune_levels.LevelTrouble)


def quoted_in_brief(sentence: str) -> bool:
    """Whether what was typed is in it, and no more than what `brief` leaves."""
    runs = [len(run) for run in re.findall("[長x]{10,}", sentence)]
    return bool(runs) and max(runs) <= 80 and "…" in sentence and len(sentence) < 1500


def _asked(model: str, *messages: Message, system: str = "") -> None:
    request = ChatRequest(model, messages or (Message("user", "hi"),), system=system)
    check_attachments(request, CATALOG.find(model)[1])
    check_history(request, CATALOG.find(model)[1])


def _planned(**more: Any) -> None:
    ready.check(plan_of({**LEAST, **more}), CATALOG, local=True)


def _scored(**more: Any) -> None:
    spec = {"kind": "contains", "value": "x", **more}
    check_scores([ScoreSpec(**spec)], plan_of(LEAST).prompts)


def _table(text: str, name: str = "t.csv", *columns: str) -> None:
    prompts_of(read_table(text.encode(), name), *columns)


CASES: dict[str, Callable[[], object]] = {
    "a parameter's name": lambda: account(CATALOG.find("handbook/ngram")[1], {LONG: 1}),
    "a provider's name": lambda: CATALOG.find(LONG),
    "a model's name": lambda: CATALOG.find(f"qianfan-v1/{LONG}"),
    "who spoke": lambda: _asked("deepseek/deepseek-chat", Message(LONG, "hi")),  # type: ignore[arg-type]
    "a file for a model of any name": lambda: _asked(
        f"deepseek/{LONG}", Message("user", "hi", (Attachment(b"RIFF", "audio/wav", "a.wav"),))
    ),
    "an empty file": lambda: _asked(
        "spark-image/imagev3", Message("user", "hi", (Attachment(b"", "image/png", LONG),))
    ),
    "a plan's key": lambda: _planned(**{LONG: 1}),
    "a plan's value": lambda: _planned(repeats=LONG),
    "a key of a prompt": lambda: _planned(prompts=[{"prompt": "x", LONG: "y"}]),
    "a prompt's id": lambda: _planned(prompts=[{"prompt": "x", "id": LONG}]),
    "a factor": lambda: _planned(factors={LONG: [1, 2]}),
    "a plan's model": lambda: _planned(models=[LONG]),
    "what is traded off": lambda: _planned(against=LONG),
    "a score's kind": lambda: _scored(kind=LONG),
    "a score's name": lambda: _scored(name=LONG, value=None),
    "a score's option": lambda: _scored(options={LONG: 1}),
    "an option's value": lambda: _scored(options={"better": LONG}),
    "a language": lambda: _scored(kind="language", value=LONG),
    "a judge": lambda: _scored(kind="judge", value=None, options={"model": LONG}),
    "a pattern's name": lambda: _scored(kind="regex", value="(", name=LONG),
    "a function": lambda: load_function(LONG, Path()),
    "a table's name": lambda: _table("", LONG),
    "a column twice": lambda: _table(f"{LONG},{LONG}\n1,2\n"),
    "a column that is not there": lambda: _table("a\n1\n", "t.csv", LONG),
    "the columns that are": lambda: _table(f"{LONG}\n1\n", "t.csv", "b"),
    "a template's field": lambda: template.check("{" + LONG + "}", ["a"]),
    "the columns of a template": lambda: template.check("{a}", [LONG]),
    "a level": lambda: tune_levels.levels("float", LONG),
    "a whole level": lambda: tune_levels.levels("int", LONG),
    "a level of JSON": lambda: tune_levels.levels("json", f"[{LONG}"),
}


@contextmanager
def told() -> Iterator[list[Words]]:
    """The sentence of what goes wrong inside."""
    found: list[Words] = []
    with pytest.raises(TROUBLES) as raised:
        yield found
    found.append(getattr(raised.value, "message"))  # noqa: B009


@pytest.mark.parametrize("case", CASES)
def test_what_was_typed_is_quoted_in_brief(case: str) -> None:
    with told() as found:
        CASES[case]()
    for sentence in found[0]:
        assert quoted_in_brief(sentence), sentence[:500]


@pytest.mark.parametrize("kind", sorted({spec.kind for spec in CATALOGUE.values()}))
@pytest.mark.parametrize("value", [LONG, [LONG], {LONG: LONG}, 10**5000], ids=type)
def test_a_value_of_any_kind_is_quoted_in_brief(kind: str, value: Any) -> None:
    models = [model for _, _, model in CATALOG]
    found = [(spec, model) for model in models for spec in model.params if spec.kind == kind]
    spec, model = next(((s, m) for s, m in found if s.maximum is None), found[0])
    traces = account(model, {spec.name: value})
    reason = next(trace for trace in traces if trace.name == spec.name).reason
    assert all(len(sentence) < 500 for sentence in reason)
    assert not re.search("[長x]{81}", "".join(reason))


def test_what_an_operator_typed_is_quoted_in_brief(tmp_path: Path) -> None:
    for mode, proxies in ((LONG, []), ("team", [LONG])):
        with pytest.raises(ValueError) as raised:
            policy(mode, proxies=proxies)
        assert all(quoted_in_brief(sentence) for sentence in raised.value.args[0])
    refused = policy("local").refusal_to_listen(LONG)
    assert refused is not None and all(map(quoted_in_brief, refused))
    read: tuple[Callable[[Path], object], ...] = (Prices.load, read_plan)
    for reader in read:
        with told() as found:
            reader(Path(LONG[:200]))
        # A path is told to its end: that is where one differs from another.
        assert all(LONG[:200] in sentence for sentence in found[0])


@pytest.mark.parametrize(
    "words",
    [
        ["chat", "deepseek/deepseek-chat", "hi", "-p", LONG],
        ["chat", "deepseek/deepseek-chat", "hi", "-p", f"{LONG}=1"],
        ["chat", LONG, "hi"],
        ["explain", LONG, "1"],
        ["usage", "export", "--format", LONG],
        ["study", "export", LONG],
    ],
    ids=" ".join,
)
def test_the_command_line_quotes_in_brief(shell: Shell, words: list[str]) -> None:
    done = shell.run(*words)
    assert done.returncode == 2 and done.stdout == ""
    assert quoted_in_brief(done.stderr), done.stderr[:500]


def test_a_long_name_that_a_service_may_know_is_told_in_brief_by_us(rig: Rig) -> None:
    call = rig.call(f"deepseek/{LONG}")
    assert call.error is not None and call.state == "failed"
    assert all(len(sentence) < 500 for sentence in call.error.message)
    assert len(call.error.said) <= 500


def test_what_is_short_is_quoted_whole_and_what_is_ours_always_is() -> None:
    assert brief("x" * 80) == "x" * 80 and brief("x" * 81) == "x" * 80 + "…"
    assert brief(10**5000) == "…"
    assert listing(str(n) for n in range(30)).endswith("18, 19, …")
    words = Words("{a}", "{a}")
    assert words.format(a=LONG).en == LONG[:80] + "…" and words.whole(a=LONG).zh == LONG
    assert words.format(a=1.5).en == "1.5"
