"""What a run says of its factors, from its own cells."""

from __future__ import annotations

import json

from experiments.factors_of import Factors
from experiments.results import exported
from tests.experiments.rigs import MODEL, Desk, small

LENGTH = [{"kind": "length"}]


def test_a_run_tells_of_every_factor_and_every_two(desk: Desk) -> None:
    plan = small(
        factors={"temperature": [0.2, 0.6, 1.0], "system": ["", "短"]}, params={}, scores=LENGTH
    )
    run = desk.create(plan)
    desk.work(run)
    told = Factors(desk.journal, desk.find(run))
    assert [each.factor for each in told.effects] == ["temperature", "system"]
    assert [each.factors for each in told.interactions] == [("temperature", "system")]
    said = [words.en for words in told.sentences()]
    assert len(said) == 4 and all(each.startswith("length: ") for each in said)
    assert "predicted best at temperature=" in said[-1]
    form = json.loads(exported(desk.journal, desk.find(run), "json"))
    assert [len(each["levels"]) for each in form["effects"]] == [3, 2]
    assert form["effects"][0]["word"] in ("matters", "does not matter", "cannot tell")
    assert [each["model"] for each in form["predicted"]] == [MODEL]


def test_a_run_without_a_score_or_without_a_factor_says_nothing(desk: Desk) -> None:
    unscored = desk.create(small())
    desk.work(unscored)
    told = Factors(desk.journal, desk.find(unscored))
    assert (told.effects, told.interactions, told.optima) == ([], [], [])
    plan = small(factors={}, models=[MODEL, "deepseek/deepseek-reasoner"], scores=LENGTH)
    models = desk.create(plan)
    assert list(Factors(desk.journal, desk.find(models)).sentences()) == []


def test_before_the_first_prompt_is_complete_nothing_is_claimed(desk: Desk) -> None:
    run = desk.create(small(factors={"temperature": [0.2, 0.6, 1.0]}, scores=LENGTH))
    told = Factors(desk.journal, desk.find(run))
    (effect,) = told.effects
    assert (effect.word, effect.difference) == ("cannot tell", None)
    assert told.optima == []
