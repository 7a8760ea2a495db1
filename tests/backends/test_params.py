"""The parameter account on its own."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import CATALOGUE, PROVIDERS, Catalogue, ProviderError, account, parse_value, span
from backends.account import wire_params
from backends.params import TEMPERATURE

CATALOGUE_OF_MODELS = Catalogue(PROVIDERS)
SPEED = CATALOGUE_OF_MODELS.find("qianfan/ernie-speed-8k")[1]


@given(
    st.dictionaries(
        st.sampled_from(list(CATALOGUE)),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=5),
            st.lists(st.text(max_size=30), max_size=6),
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
        assert len(wire_params(traces)) == len(sent)
        for trace in sent:
            spec = model.param(trace.name)
            assert spec is not None
            if spec.kind != "strings" and spec.maximum is not None:
                assert trace.sent <= spec.maximum


@pytest.mark.parametrize("value", [0.0, 0])
def test_zero_survives_where_it_is_allowed(value: float) -> None:
    trace = next(t for t in account(SPEED, {"top_p": value}) if t.name == "top_p")
    assert (trace.outcome, trace.sent) == ("sent", 0)
    assert wire_params([trace]) == {"top_p": 0}


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
