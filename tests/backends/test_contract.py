"""The contract of a provider, run over every model there is."""

from __future__ import annotations

from typing import Any

import pytest

from backends import CATALOGUE, Call, ModelSpec, account
from tests.backends.settings import EDGES, leaves, settings
from tests.conftest import MODELS, REMOTE, SPECS, Rig

# Words that frame the parameters in some body, and so stand before a wire name's path.
FRAMES = ("parameter.chat.",)
# Values that a document allows, so that its emulator must take them too.
SWALLOWING = ("chatglm/", "chatglm3/")  # short answers come as nothing from these
DOCUMENTED = ("minimum", "maximum", "neutral")


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("model", MODELS)
def test_answers_and_is_accounted_for(rig: Rig, model: str, stream: bool) -> None:
    call = rig.call(model, params=_short(SPECS[model]), stream=stream)

    assert call.state in ("ok", "length"), call.error
    assert call.text
    assert call.emulated is (model in REMOTE)
    assert call.usage is None or call.usage.total_tokens == _sum(call)
    assert call.time_to_first_token is not None and call.total_time is not None
    assert 0 < call.time_to_first_token <= call.total_time
    assert call.chunks[0][0] == pytest.approx(call.time_to_first_token, abs=0.002)
    assert sum(text for _, text, _ in call.chunks) == len(call.text)
    assert sum(reasoning for _, _, reasoning in call.chunks) == len(call.reasoning)
    assert len(call.chunks) == 1 or stream
    assert (call.phase, call.error) == ("end", None)
    assert call.billed == ("yes" if model in REMOTE else "no")


@pytest.mark.parametrize("model", REMOTE)
def test_the_row_is_open_before_the_request_leaves(rig: Rig, model: str) -> None:
    call = rig.call(model, params=_short(SPECS[model]))

    [(opened, row)] = rig.ledger.opened
    assert row.id == call.id and row.state == "sent"
    assert opened <= rig.chats()[0]["started"]
    assert [closed.id for _, closed in rig.ledger.closed] == [call.id]


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("model", REMOTE)
def test_every_setting_arrives_as_the_account_says_or_is_explained(
    rig: Rig, model: str, edge: str
) -> None:
    """Every parameter of the catalogue at once, whether the model takes it or not.

    Those that cannot be sent are refused one by one; the others arrive, and nothing else does.
    """
    wanted = settings(SPECS[model], edge)
    outcomes = {trace.name: trace.outcome for trace in account(SPECS[model], wanted)}
    assert set(outcomes) == set(CATALOGUE), "a setting is neither sent nor explained"
    while (name := _first_refused(model, wanted)) is not None:
        refused = rig.call(model, params=_beside_what_it_needs(model, name, wanted))
        del wanted[name]
        assert (refused.state, refused.billed) == ("refused", "no"), name
        assert refused.error is not None and refused.error.kind == "InvalidParam"
        assert name in refused.error.message.zh and name in refused.error.message.en
    assert rig.received == []

    call = rig.call(model, params=wanted)
    arrived = _parameters(rig, model)
    assert arrived == _sent(call)
    claimed = SPECS[model].status != "unknown"
    if edge in DOCUMENTED and claimed and not model.startswith(SWALLOWING):
        # One token may be too few for a word, which is no refusal.
        assert call.state in ("ok", "length") or _empty(call), call.error
    assert all(trace.reason.zh and trace.reason.en for trace in call.params)
    for trace in call.params:
        asked = trace.name in wanted and SPECS[model].param(trace.name) is not None
        assert (trace.outcome == "sent") is asked, trace
        assert not asked or trace.sent == _as_sent(wanted[trace.name]), trace


@pytest.mark.parametrize("model", REMOTE)
def test_what_is_off_is_not_sent_and_is_explained(rig: Rig, model: str) -> None:
    call = rig.call(model)

    assert _parameters(rig, model) == {}
    assert {trace.name for trace in call.params} == {spec.name for spec in SPECS[model].params}
    assert all(trace.outcome in ("off", "provider default") for trace in call.params)
    assert all(trace.reason.zh and trace.reason.en for trace in call.params)


@pytest.mark.parametrize("model", MODELS)
def test_the_wire_record_holds_no_secret(rig: Rig, model: str) -> None:
    call = rig.call(model, params=_short(SPECS[model]))

    shown = repr(call)
    assert not [name for name, value in rig.running.keys.items() if value in shown]


@pytest.mark.parametrize("model", MODELS)
def test_every_fact_names_its_document(model: str) -> None:
    spec = SPECS[model]
    assert spec.source.startswith("https://")
    for param in spec.params:
        assert param.source.startswith("https://"), param.name
        assert param.wire_name, param.name
        assert param.kind != "choice" or param.choices, param.name


def _first_refused(model: str, wanted: dict[str, Any]) -> str | None:
    traces = account(SPECS[model], wanted)
    return next((trace.name for trace in traces if trace.outcome == "out of range"), None)


def _beside_what_it_needs(model: str, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
    spec = SPECS[model].param(name)
    assert spec is not None
    needed = {} if spec.needs is None else {spec.needs[0]: wanted.get(spec.needs[0])}
    known = {other: value for other, value in needed.items() if value is not None}
    return {**known, name: wanted[name]}


def _empty(call: Call) -> bool:
    return call.error is not None and call.error.code == "empty"


def _short(model: ModelSpec) -> dict[str, Any]:
    return {"max_output_tokens": 20} if model.param("max_output_tokens") else {}


def _parameters(rig: Rig, model: str) -> dict[str, Any]:
    """Of the body that came last, what a body without any parameter does not have."""
    body = rig.chats()[-1]["body"]
    plain = _plain_body(rig, model)
    found = leaves(body)
    return {
        _unframed(path): value
        for path, value in found.items()
        if path not in plain or plain[path] != value
    }


_PLAIN: dict[str, dict[str, Any]] = {}


def _plain_body(rig: Rig, model: str) -> dict[str, Any]:
    if model not in _PLAIN:
        before = len(rig.chats())
        rig.call(model)
        _PLAIN[model] = leaves(rig.chats(least=before + 1)[-1]["body"])
    return _PLAIN[model]


def _unframed(path: str) -> str:
    for frame in FRAMES:
        path = path.removeprefix(frame)
    return path


def _sent(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for trace in call.params:
        if trace.outcome == "sent":
            found |= leaves(trace.sent, trace.wire_name or "")
    return found


def _as_sent(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _sum(call: Call) -> int:
    assert call.usage is not None
    return (call.usage.input_tokens or 0) + (call.usage.output_tokens or 0)
