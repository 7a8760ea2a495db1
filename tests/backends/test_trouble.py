"""What the user reads, and what is on record, when a provider misbehaves."""

from __future__ import annotations

import time

import pytest

from backends import Call, ChatRequest, Deadlines, Message
from tests.conftest import ONE_EACH, Rig, ask

# fault: {model: (state, error class)}; every provider says it in its own protocol.
EXPECTED = {
    "unavailable": ("unknown", "Unavailable"),
    "rate_limited": ("failed", "RateLimit"),
    "quota": ("failed", "Quota"),
    "cut": ("partial", None),
    "error_mid_stream": ("partial", None),
    "html": ("unknown", "Unavailable"),
}


WEBSOCKETS = ("spark/", "spark-image/")
# Servers of one's own have neither keys nor limits, and no codes but HTTP's.
KEYLESS = ("chatglm/", "chatglm3/")
KEYED = [model for model in ONE_EACH if not model.startswith(KEYLESS)]
# ChatGLM3 holds back its first eight characters, so a stall after a few tokens shows nothing.
STALLING = [model for model in ONE_EACH if not model.startswith("chatglm3/")]
SILENCES = [
    *((model, "stall") for model in STALLING),
    *((model, "silent") for model in ONE_EACH),
]
FAULTS = [
    (model, fault)
    for model in ONE_EACH
    for fault in EXPECTED
    if model in KEYED or fault not in ("rate_limited", "quota")
    if model in STALLING or fault not in ("cut", "error_mid_stream")
]


@pytest.mark.parametrize(("model", "fault"), FAULTS)
def test_a_fault_ends_in_a_true_state_and_a_plain_sentence(
    rig: Rig, model: str, fault: str
) -> None:
    state, kind = EXPECTED[fault]
    if (fault == "html" and model.startswith(WEBSOCKETS)) or (
        fault == "unavailable" and model.startswith((*WEBSOCKETS, "qianfan-v1"))
    ):
        # A refused handshake, or a refusal by code: an HTTP 500 alone leaves it open.
        state = "failed"
    rig.running.fault = fault
    call = rig.call(model)

    assert call.error is not None
    assert (call.state, call.error.kind) == (state, kind or call.error.kind)
    assert call.error.message.zh and call.error.message.en
    assert call.text if state == "partial" else not call.text
    assert call.billed == {"failed": "no"}.get(call.state, "possible")
    if state == "partial":
        assert call.usage is not None and call.usage.source == "estimate"


@pytest.mark.parametrize("model", KEYED)
def test_an_expired_credential_ends_in_one_sentence(rig: Rig, model: str) -> None:
    rig.running.fault = "expired_token"
    call = rig.call(model)

    assert call.state == "failed" and call.error is not None
    assert call.error.kind in ("ExpiredCredential", "Authentication", "Quota")


def test_an_expired_token_is_replaced_once_and_both_attempts_are_on_record(rig: Rig) -> None:
    rig.call("qianfan-v1/ernie_speed")
    rig.running.expire_tokens()
    call = rig.call("qianfan-v1/ernie_speed")

    assert call.state == "ok"
    first, second = (row for _, row in rig.ledger.closed[1:])
    assert (first.state, first.error and first.error.kind) == ("failed", "ExpiredCredential")
    assert (second.attempt, second.retry_of) == (2, first.id)


@pytest.mark.alone
@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("model", "fault"), SILENCES)
def test_stop_reaches_a_silent_provider_within_300_ms(
    rig: Rig, model: str, fault: str, stream: bool
) -> None:
    rig.call(model)  # tokens fetched, modules loaded
    rig.received.clear()
    rig.running.fault = fault
    flight = rig.client.start(ask(model, stream=stream))
    if fault == "stall" and stream:
        _until(lambda: bool(flight.completion().text))
    else:
        _until(lambda: flight.call is not None and flight.call.state == "sent")
        time.sleep(0.1)  # let the request reach the server; it gives no sign that it has
    stopped = time.monotonic()
    flight.cancel()
    call = flight.result(2)

    assert time.monotonic() - stopped < 0.3
    assert call.state == "cancelled"
    [entry] = rig.chats()
    assert entry["ended"] - stopped < 0.3
    if fault == "stall" and stream:
        assert call.text and call.usage is not None and call.usage.source == "estimate"


@pytest.mark.parametrize(("model", "fault"), SILENCES)
def test_a_deadline_ends_the_wait(rig: Rig, model: str, fault: str) -> None:
    rig.running.fault = fault
    client = rig.client_with(Deadlines(first=0.4, gap=0.4))
    call = client.start(ask(model)).result(5)

    assert call.error is not None and call.error.kind == "Timeout"
    silent = "failed" if model.startswith(WEBSOCKETS) else "unknown"
    assert call.state == ("partial" if fault == "stall" else silent)


def test_a_total_deadline_ends_an_endless_answer(rig: Rig) -> None:
    call = (
        rig.client_with(Deadlines(total=0.2))
        .start(ask("handbook/ngram", params={"seed": 1}))
        .result(5)
    )

    assert (call.state, call.error and call.error.kind) == ("partial", "Timeout")
    assert call.total_time is not None and call.total_time < 1


def test_a_wrong_key_says_so(rig: Rig) -> None:
    rig.wrong_keys = True
    for model in KEYED:
        call = rig.call(model)
        assert call.error is not None, model
        # Where a token comes first, the question was never sent.
        state = "refused" if model.startswith("qianfan-v1/") else "failed"
        assert (call.state, call.billed) == (state, "no"), (model, call.error)
        assert call.error.kind in ("Authentication", "Quota"), (model, call.error)


@pytest.mark.parametrize(
    ("messages", "system", "kind"),
    [
        ((), "", "InvalidHistory"),
        ((Message("user", "  \n"),), "", "InvalidHistory"),
        ((Message("user", "a"), Message("user", "b")), "", "InvalidHistory"),
        ((Message("user", "a"), Message("assistant", "b")), "", "InvalidHistory"),
        ((Message("system", "obey"), Message("user", "b")), "", "InvalidHistory"),
        ((Message("user", "长" * 24001),), "", "ContextLength"),
        ((Message("user", "短"),), "人" * 24001, "ContextLength"),
    ],
)
def test_a_history_no_provider_takes_is_refused_and_recorded(
    rig: Rig, messages: tuple[Message, ...], system: str, kind: str
) -> None:
    call = rig.client.start(ChatRequest("qianfan/ernie-speed-8k", messages, system)).result(5)

    assert call.error is not None
    assert (call.state, call.error.kind) == ("refused", kind)
    assert rig.received == []
    assert [row.state for _, row in rig.ledger.opened] == ["refused"]


def test_a_persona_is_refused_where_the_model_takes_none(rig: Rig) -> None:
    call = rig.call("spark/lite", system="你是老师")
    assert call.error is not None and call.error.kind == "InvalidHistory"


@pytest.mark.parametrize("model", ["nobody/x", "qianfan-v1/ernie_sped", "plain", ""])
def test_an_unknown_model_is_named_with_its_neighbours(rig: Rig, model: str) -> None:
    call = rig.call(model)
    assert call.error is not None and call.error.kind == "UnknownModel"
    assert call.state == "refused" and "qianfan" in call.error.message.en


def test_a_name_without_a_row_is_sent_where_the_service_chooses_by_name(rig: Rig) -> None:
    call = rig.call("deepseek/some-new-model", params={"temperature": 1.9})
    assert rig.chats()[0]["body"]["model"] == "some-new-model"
    assert next(t for t in call.params if t.name == "temperature").outcome == "sent"


def test_a_store_that_fails_keeps_the_request_at_home(rig: Rig) -> None:
    def broken(call: Call) -> None:
        raise OSError("disk full")

    rig.ledger.begin = broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="disk full"):
        list(rig.client.stream(ask("qianfan/ernie-speed-8k")))
    assert rig.received == []


def test_a_reader_that_walks_away_leaves_a_final_row(rig: Rig) -> None:
    deltas = rig.client.stream(ask("qianfan/ernie-speed-8k"))
    next(delta for delta in deltas if delta.text)
    deltas.close()  # type: ignore[attr-defined]  # it is a generator

    [(_, row)] = rig.ledger.closed
    assert row.state == "cancelled" and row.text


def test_more_calls_than_there_are_places_are_refused_at_once(rig: Rig) -> None:
    rig.running.fault = "stall"
    client = type(rig.client)(rig.client.catalogue, rig.access, rig.ledger, most_in_flight=1)
    first = client.start(ask("qianfan/ernie-speed-8k"))
    _until(lambda: bool(first.completion().text))
    second = client.start(ask("qianfan/ernie-speed-8k")).result(2)
    first.cancel()

    assert second.state == "refused" and second.error is not None
    assert second.error.code == "busy"
    assert first.result(2).state == "cancelled"


def test_shutting_the_desk_settles_running_calls(rig: Rig) -> None:
    rig.running.fault = "stall"
    flights = [rig.client.start(ask(model)) for model in STALLING]
    _until(lambda: all(flight.completion().text for flight in flights))
    rig.client.shut()

    assert [flight.result(0).state for flight in flights] == ["cancelled"] * len(flights)
    assert len(rig.ledger.closed) == len(flights)


def _until(holds: object, seconds: float = 5.0) -> None:
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)
