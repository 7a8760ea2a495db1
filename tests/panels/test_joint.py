"""One panel of parameters for several models."""

from __future__ import annotations

import pytest

from backends import ModelSpec, not_honoured
from panels.joint import caption, joint
from panels.knobs import knobs
from tests.conftest import SPECS

SPEED, SPARK, NGRAM = "qianfan/ernie-speed-8k", "spark/generalv3.5", "handbook/ngram"


def models(*names: str) -> list[ModelSpec]:
    return [SPECS[name] for name in names]


def test_of_one_model_it_is_that_model() -> None:
    (speed,) = models(SPEED)
    assert joint([speed]) is speed


def test_it_takes_what_any_of_them_takes() -> None:
    given = models(SPEED, SPARK, NGRAM)
    both = {spec.name for spec in joint(given).params}
    assert both == {spec.name for model in given for spec in model.params}
    enabled = {knob.name for knob in knobs(joint(given)) if knob.enabled}
    assert enabled == both


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_value_a_model_takes_lies_within_the_joint_range(name: str) -> None:
    both = joint(models(SPEED, SPARK, name))
    for spec in SPECS[name].params:
        wide = both.param(spec.name)
        assert wide is not None and set(spec.choices) <= set(wide.choices)
        numbers = (spec.default, spec.minimum, spec.maximum)
        for value in (each for each in numbers if isinstance(each, int | float)):
            # An end that is excluded is no value it takes.
            if not not_honoured(SPECS[name], {spec.name: value}):
                assert wide.minimum is None or value >= wide.minimum
                assert wide.maximum is None or value <= wide.maximum


def test_below_a_knob_stands_what_each_model_documents() -> None:
    given = models(SPEED, SPARK)
    knob = next(each for each in knobs(joint(given)) if each.name == "penalty_score")
    said = caption(given)(knob, "en").splitlines()
    assert len(said) == 2
    assert "[1, 2]" in said[0] and "not taken" in said[1]
