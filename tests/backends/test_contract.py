"""The contract of a provider, run over every model there is."""

from __future__ import annotations

import math
from typing import Any

import pytest

from backends import CATALOGUE, PROVIDERS, Call, Catalogue, ModelSpec, ParamSpec
from tests.conftest import MODELS, REMOTE, Rig

SPECS = {name: model for name, _, model in Catalogue(PROVIDERS)}


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("model", MODELS)
def test_answers_and_is_accounted_for(rig: Rig, model: str, stream: bool) -> None:
    call = rig.call(model, params=_short(SPECS[model]), stream=stream)

    assert call.state in ("ok", "length"), call.error
    assert call.text
    assert call.emulated is (model in REMOTE)
    assert call.usage is not None and call.usage.source == "provider"
    assert call.usage.total_tokens == _sum(call)
    assert call.time_to_first_token is not None and call.total_time is not None
    assert 0 < call.time_to_first_token <= call.total_time
    assert call.request_id or not call.emulated
    assert (call.phase, call.error) == ("end", None)
    assert call.billed == ("yes" if model in REMOTE else "no")


@pytest.mark.parametrize("model", REMOTE)
def test_the_row_is_open_before_the_request_leaves(rig: Rig, model: str) -> None:
    call = rig.call(model, params=_short(SPECS[model]))

    [(opened, row)] = rig.ledger.opened
    assert row.id == call.id and row.state == "sent"
    assert opened <= rig.chats()[0]["started"]
    assert [closed.id for _, closed in rig.ledger.closed] == [call.id]


@pytest.mark.parametrize("edge", ["minimum", "maximum", "neutral"])
@pytest.mark.parametrize("model", REMOTE)
def test_what_is_set_is_what_arrives(rig: Rig, model: str, edge: str) -> None:
    values = {
        spec.name: value for spec in SPECS[model].params if (value := _edge(spec, edge)) is not None
    }
    call = rig.call(model, params=values)

    account = {trace.name: trace for trace in call.params}
    arrived = _params(rig.chats()[0]["body"])
    for name, value in values.items():
        trace = account[name]
        assert trace.outcome == "sent"
        assert arrived[trace.wire_name or ""] == trace.sent == _as_sent(value)
    assert len(arrived) == len(values), "something arrived that was not asked for"


@pytest.mark.parametrize("model", REMOTE)
def test_what_is_off_is_not_sent_and_is_explained(rig: Rig, model: str) -> None:
    call = rig.call(model)

    assert _params(rig.chats()[0]["body"]) == {}
    assert {trace.name for trace in call.params} == {spec.name for spec in SPECS[model].params}
    assert all(trace.outcome in ("off", "provider default") for trace in call.params)
    assert all(trace.reason.zh and trace.reason.en for trace in call.params)


@pytest.mark.parametrize("model", REMOTE)
def test_what_the_model_does_not_take_is_left_out_and_says_so(rig: Rig, model: str) -> None:
    alien = {name: 1 for name in CATALOGUE if SPECS[model].param(name) is None}
    call = rig.call(model, params=alien)

    assert call.state in ("ok", "length")
    assert _params(rig.chats()[0]["body"]) == {}
    told = {trace.name: trace.outcome for trace in call.params}
    assert all(told[name] == "not supported" for name in alien)


@pytest.mark.parametrize("model", MODELS)
def test_a_value_out_of_range_sends_nothing(rig: Rig, model: str) -> None:
    for spec in SPECS[model].params:
        for value in _outside(spec):
            call = rig.call(model, params={spec.name: value})
            assert (call.state, call.billed) == ("refused", "no"), (spec.name, value)
            assert call.error is not None and call.error.kind == "InvalidParam"
            assert spec.name in call.error.message.zh and spec.name in call.error.message.en
    assert rig.received == []


@pytest.mark.parametrize("model", MODELS)
def test_the_wire_record_holds_no_secret(rig: Rig, model: str) -> None:
    call = rig.call(model, params=_short(SPECS[model]))

    shown = repr(call)
    assert not [name for name, value in rig.running.keys.items() if value in shown]


def _short(model: ModelSpec) -> dict[str, Any]:
    return {"max_output_tokens": 20} if model.param("max_output_tokens") else {}


def _edge(spec: ParamSpec, edge: str) -> Any:
    if spec.kind == "strings":
        return {"minimum": (), "maximum": ("a" * 20,), "neutral": None}[edge]
    if edge == "neutral":
        return spec.neutral if _inside(spec, spec.neutral) else None
    bound = spec.minimum if edge == "minimum" else spec.maximum
    if edge == "minimum" and bound is not None and spec.exclusive_minimum:
        bound += spec.step or 0.01
    return int(bound) if spec.kind == "int" and bound is not None else bound


def _inside(spec: ParamSpec, value: Any) -> bool:
    low, high = spec.minimum, spec.maximum
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _outside(spec: ParamSpec) -> list[Any]:
    if spec.kind == "strings":
        return ["text", [1]]
    values: list[Any] = [math.nan, math.inf, "many", True]
    if spec.minimum is not None:
        values.append(spec.minimum if spec.exclusive_minimum else spec.minimum - 1)
    if spec.maximum is not None:
        values.append(spec.maximum + 1)
    return values


def _as_sent(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _params(body: dict[str, Any]) -> dict[str, Any]:
    """Of a received body, the parameters alone."""
    chat = body["parameter"]["chat"] if "parameter" in body else body
    frame = ("model", "messages", "stream", "stream_options", "system", "domain")
    return {name: value for name, value in chat.items() if name not in frame}


def _sum(call: Call) -> int:
    assert call.usage is not None
    return (call.usage.input_tokens or 0) + (call.usage.output_tokens or 0)
