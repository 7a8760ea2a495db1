"""The parameter account on its own."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import CATALOGUE, PROVIDERS, Catalogue, ProviderError, account, parse_value, span
from backends.account import wire_params
from backends.params import TEMPERATURE
from backends.types import ParamSpec, ParamTrace
from tests.backends.settings import leaves

CATALOGUE_OF_MODELS = Catalogue(PROVIDERS)
SPEED = CATALOGUE_OF_MODELS.find("qianfan/ernie-speed-8k")[1]


# Without them hardly a choice, and so hardly a nested name, would ever be sent.
WORDS = sorted({word for spec in CATALOGUE.values() for word in spec.choices})


@given(
    st.dictionaries(
        st.sampled_from(list(CATALOGUE)),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=5),
            st.sampled_from(WORDS),
            st.lists(st.text(max_size=30), max_size=6),
            st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
        ),
    )
)
def test_every_request_is_accounted_for_and_only_sound_values_are_sent(
    requested: dict[str, object],
) -> None:
    for _, _, model in CATALOGUE_OF_MODELS:
        traces = account(model, requested)
        told = {trace.name for trace in traces}
        assert set(requested) <= told
        assert {spec.name for spec in model.params} <= told
        assert all(trace.reason.zh and trace.reason.en for trace in traces)
        sent = [trace for trace in traces if trace.outcome == "sent"]
        body = wire_params(traces)
        assert (leaves(body) if body else {}) == _expected(sent)
        for trace in sent:
            assert _at(body, trace.wire_name or "") == trace.sent
            spec = model.param(trace.name)
            assert spec is not None
            assert _sound(spec, trace.sent), trace


def _at(body: Any, wire_name: str) -> Any:
    for step in wire_name.split("."):
        body = body[step]
    return body


def _expected(sent: list[ParamTrace]) -> dict[str, Any]:
    found = [leaves(trace.sent, trace.wire_name or "") for trace in sent]
    merged = {path: value for values in found for path, value in values.items()}
    assert len(merged) == sum(map(len, found)), "two parameters share a place"
    return merged


def _sound(spec: ParamSpec, value: Any) -> bool:
    """Whether the row allows the value; written afresh, as the account must not judge itself."""
    if spec.kind == "bool":
        return isinstance(value, bool)
    if spec.kind == "choice":
        return value in spec.choices
    if spec.kind == "json":
        return value in spec.choices if isinstance(value, str) else _few(spec, value)
    if spec.kind == "strings":
        return _few(spec, value) and all(_within(spec, len(text)) for text in value)
    number = len(value) if spec.kind == "text" else value
    return _within(spec, number) and (spec.kind != "int" or number == int(number))


def _few(spec: ParamSpec, value: Any) -> bool:
    return spec.max_items is None or len(value) <= spec.max_items


def _within(spec: ParamSpec, number: float) -> bool:
    low = -math.inf if spec.minimum is None else spec.minimum
    high = math.inf if spec.maximum is None else spec.maximum
    if not math.isfinite(number) or not low <= number <= high:
        return False
    return not (
        (spec.exclusive_minimum and number == low) or (spec.exclusive_maximum and number == high)
    )


@pytest.mark.parametrize("value", [0.0, 0])
def test_zero_survives_where_it_is_allowed(value: float) -> None:
    trace = next(t for t in account(SPEED, {"top_p": value}) if t.name == "top_p")
    assert (trace.outcome, trace.sent) == ("sent", 0)
    assert wire_params([trace]) == {"top_p": 0}


def test_values_that_are_equal_and_written_otherwise_are_told_apart() -> None:
    values: list[Any] = [1, 1.0, True, 0.0, -0.0, "1"]
    traces = [account(SPEED, {"temperature": value}) for value in [*values, *values]]
    asked = [next(one for one in each if one.name == "temperature") for each in traces]
    assert [repr(one.requested) for one in asked] == [repr(value) for value in [*values, *values]]
    assert [one.outcome for one in asked[:3]] == ["sent", "sent", "out of range"]


def test_an_account_is_of_its_own_model() -> None:
    other = CATALOGUE_OF_MODELS.find("spark/lite")[1]
    outcomes = {
        model.name: [one.outcome for one in account(model, {"penalty_score": 1.2})
                     if one.name == "penalty_score"]
        for model in (SPEED, other)
    }  # fmt: skip
    assert outcomes == {SPEED.name: ["sent"], other.name: ["not supported"]}


def test_an_empty_list_survives() -> None:
    trace = next(t for t in account(SPEED, {"stop": []}) if t.name == "stop")
    assert (trace.outcome, trace.sent) == ("sent", [])


def test_a_misspelt_name_is_bad_input() -> None:
    with pytest.raises(ProviderError, match="temprature"):
        account(SPEED, {"temprature": 1})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"minimum": 0, "maximum": 1, "exclusive_minimum": True}, "(0, 1]"),
        ({"minimum": -2, "maximum": 2}, "[-2, 2]"),
        ({"minimum": 2}, "≥ 2"),
        ({"maximum": 2147483646}, "≤ 2147483646"),
        ({}, ""),
    ],
)
def test_span(changes: dict[str, float], text: str) -> None:
    assert span(dataclasses.replace(TEMPERATURE, **changes)) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0.5", 0.5),
        ("max_output_tokens", "20", 20),
        ("seed", "many", "many"),
        ("stop", "a,b", ("a", "b")),
        ("temperature", "0", 0),
    ],
)
def test_command_line_values(name: str, text: str, value: object) -> None:
    assert parse_value(name, text) == value


def test_every_fact_has_its_source() -> None:
    for name, _, model in CATALOGUE_OF_MODELS:
        assert model.source.startswith("https://"), name
        assert all(spec.source.startswith("https://") for spec in model.params), name
        assert all(spec.wire_name for spec in model.params), name
