"""Every fault of the catalogue that a provider can cause, in every protocol, streamed and whole.

What is expected follows the catalogue: the state, whether it may be billed, who counted, how many
attempts were made, and what the user reads. An answer that was cut is never *ok*.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest

import emulators
from backends import Call, Deadlines, iflytek
from backends.providers import qianfan, qianfan_v1
from backends.wire.idle import idle
from emulators import faults_rows
from emulators.faults import Fault
from tests.conftest import Rig, ask
from tests.emulators.wire import saying
from tests.shell import ROOT

WORDS = ("温度越高答案", "越", "多样。", "World", " end.", "再见。", "完")
ANSWER = "".join(WORDS)
MODELS = {
    "qianfan": "qianfan/ernie-speed-8k",
    "deepseek": "deepseek/deepseek-chat",
    "spark-http": "spark-http/generalv3.5",
    "chatglm3": "chatglm3/chatglm3-6b",
    "qianfan-v1": "qianfan-v1/ernie_speed",
    "spark": "spark/generalv3.5",
    "chatglm": "chatglm/stream",
}
SPEAKS = {
    "sse": ("qianfan", "deepseek", "spark-http", "chatglm3"),
    "v1": ("qianfan-v1",),
    "ws": ("spark",),
    "chatglm": ("chatglm",),
    "token": ("qianfan-v1",),
}
# ChatGLM's servers count nothing where they stream.
UNCOUNTED = {("chatglm", True), ("chatglm", False), ("chatglm3", True)}


@dataclass(frozen=True)
class Told:
    """What a call comes to; `says` is the class of its error or how its sentence begins.

    `usage` "counted" is the provider's where it counts at all. `text`: all of the answer, some of
    it, or none.
    """

    state: str
    billed: str
    usage: Literal["counted", "estimate", "any"] | None
    says: str | None = None
    text: Literal["all", "some", "none"] = "none"
    attempts: int = 1
    note: str | None = None


OK = Told("ok", "yes", "counted", None, "all")
GUESSED = replace(OK, usage="estimate")


def cut(says: str) -> Told:
    return Told("partial", "possible", "estimate", says, "some")


def torn(says: str) -> Told:
    """Something is missing, though the end and what it cost arrived."""
    return Told("partial", "yes", "counted", says, "some")


def lost(says: str) -> Told:
    return Told("unknown", "possible", None, says)


def no(says: str, attempts: int = 1) -> Told:
    return Told("failed", "no", None, says, attempts=attempts)


def unsent(says: str) -> Told:
    return Told("refused", "no", None, says)


TOKENS = "Baidu's token service is down"
DROPPED, SILENT = "The connection dropped", "The provider sent nothing new"
SENSELESS, TOO_MUCH = "The reply breaks", "The provider sent too much"
PAGE, NO_SOCKET = "What came is a web page", "There is no WebSocket service"
CLOSED, UNREACHED = "The connection closed", "The provider could not be reached"
REDIRECTED, OVER = "The provider redirected", "The answer is over four times"
ODD = "the reported usage cannot be right"

# Fault → what a stream and what a whole answer come to, and where a protocol differs. A socket
# always streams, so there a whole answer comes to the same. None: it has no effect there.
Row = tuple[Told, Told | None, Mapping[str, Told | None]]
BEFORE: Row = (lost(DROPPED), lost(DROPPED), {"spark": no(UNREACHED, 3)})
MID: Row = (cut(DROPPED), lost(DROPPED), {})
FINE: Row = (OK, OK, {})
FINE_STREAM: Row = (OK, None, {})
CLOSE: Row = (cut(CLOSED), None, {})
LIMITED: Row = (no("RateLimit"), no("RateLimit"), {"chatglm3": None, "chatglm": None})
UNCERTAIN: Row = (lost("Unavailable"), lost("Unavailable"), {})
BROKEN_ONE: Row = (torn(SENSELESS), lost(SENSELESS), {"chatglm3 stream": cut(SENSELESS)})
FLAGGED: Row = (replace(OK, note=ODD), replace(OK, note=ODD), {})
NO_COUNT: Row = (replace(GUESSED, note=ODD), replace(GUESSED, note=ODD), {})
ROWS: Mapping[str, Row] = {
    "reset_before_headers": BEFORE,
    "close_before_headers": BEFORE,
    "close_after_answer": FINE,
    "silent": (lost(SILENT), lost(SILENT), {"spark": no(SILENT)}),
    "slow_headers": (lost("Timeout"), lost("Timeout"), {"spark": no("Timeout")}),
    "slow_first_token": FINE,
    "stall": (cut(SILENT), lost(SILENT), {}),
    "pings_only": (cut("Timeout"), lost("Timeout"), {}),
    "drip": (cut("The answer had not ended"), lost("Timeout"), {"spark whole": cut("Timeout")}),
    "reset": MID,
    "cut": MID,
    "cut_in_chunk": MID,
    "short_body": MID,
    "unframed_cut": (cut(SENSELESS), lost(SENSELESS), {
        "chatglm stream": cut("This stream has no end"),
    }),
    "reset_after_end": FINE,
    "no_done": (OK, None, {"spark-http": torn(SENSELESS)}),
    "no_end": (torn(SENSELESS), None, {"chatglm3": cut(SENSELESS)}),
    "final_twice": FINE_STREAM,
    "frames_twice": (replace(OK, note="a frame came more than once"), None, {}),
    "frames_swapped": (replace(OK, note="frames came out of order"), None, {}),
    "late_frames": (OK, None, {}),
    "half_frame": (cut(SENSELESS), lost(SENSELESS), {}),
    "broken_frame": (torn(SENSELESS), None, {"chatglm3": cut(SENSELESS)}),
    "single_bytes": FINE,
    "bad_utf8": (OK, OK, {"spark": lost(SENSELESS)}),
    "line_separators": FINE,
    "crlf_cut": FINE_STREAM,
    "bom": FINE,
    "no_space": FINE_STREAM,
    "data_lines": FINE_STREAM,
    "sse_fields": FINE_STREAM,
    "bare_cr": FINE_STREAM,
    "no_charset": FINE_STREAM,
    "error_in_200": (no("service_unavailable"), no("service_unavailable"), {
        "qianfan": no("Unavailable"), "qianfan-v1": no("Unavailable"), "spark-http": no("10008"),
        "chatglm3": lost(SENSELESS),
    }),
    "error_mid_stream": (cut("Unavailable"), lost("Unavailable"), {
        "deepseek stream": cut("service_unavailable"), "chatglm3 stream": cut(DROPPED),
        "chatglm stream": cut(DROPPED), "qianfan-v1 whole": no("Unavailable"),
    }),
    "content_filter": (torn("ContentFilter"), torn("ContentFilter"), {
        "spark-http stream": cut("ContentFilter"), "spark-http whole": no("ContentFilter"),
        "spark": no("ContentFilter"), "chatglm3": None,
    }),
    "no_usage": (GUESSED, GUESSED, {}),
    "usage_often": (OK, None, {"chatglm3": replace(OK, usage="any")}),
    "usage_negative": NO_COUNT,
    "usage_text": NO_COUNT,
    "usage_fraction": NO_COUNT,
    "usage_nan": NO_COUNT,
    "usage_infinite": NO_COUNT,
    # v1 is read as total less prompt, for what it calls completion differs between its dialects.
    "usage_wrong_total": (replace(OK, note=ODD), replace(OK, note=ODD), {}),
    "usage_too_low": FLAGGED,
    "usage_too_big": NO_COUNT,
    "long_line": (cut(TOO_MUCH), lost(TOO_MUCH), {}),
    "endless_line": (cut(TOO_MUCH), lost(TOO_MUCH), {}),
    "endless": (cut(OVER), lost(TOO_MUCH), {"spark whole": cut("The answer is too long")}),
    "gzip_bomb": (cut(TOO_MUCH), lost(TOO_MUCH), {}),
    "deep_json": BROKEN_ONE,
    "duplicate_keys": BROKEN_ONE,
    "odd_characters": FINE,
    "retry_after_seconds": LIMITED,
    "retry_after_date": LIMITED,
    "rate_limited": LIMITED,
    "retry_after_day": LIMITED,
    "retry_after_garbage": LIMITED,
    "quota": (no("Quota"), no("Quota"), {"chatglm3": None, "chatglm": None}),
    "expired_token": (no("Authentication"), no("Authentication"), {
        "qianfan-v1": no("ExpiredCredential", 2), "chatglm3": None, "chatglm": None,
    }),
    "token_refused": (unsent("Authentication"), unsent("Authentication"), {}),
    "token_down": (unsent(TOKENS), unsent(TOKENS), {}),
    "clock_skew": (replace(OK, attempts=2), None, {}),
    "redirect": (no(REDIRECTED), no(REDIRECTED), {"spark": no(NO_SOCKET)}),
    "html": (lost(PAGE), lost(PAGE), {"spark": no("Unavailable")}),
    "html_ok": (lost(PAGE), lost(PAGE), {"spark": no(NO_SOCKET)}),
    "other_form": (replace(OK, usage="any"), replace(OK, usage="any"), {}),
    "error_500": UNCERTAIN,
    "error_500_empty": UNCERTAIN,
    "unavailable": (lost("Unavailable"), lost("Unavailable"), {
        "qianfan-v1": no("Unavailable"), "spark": no("Unavailable"),
    }),
    "too_long": (no("ContextLength"), no("ContextLength"), {
        "deepseek": no("InvalidRequest"), "chatglm3": None,
    }),
    "bad_param": (no("InvalidParam"), no("InvalidParam"), {
        "deepseek": no("InvalidRequest"), "chatglm3": None,
    }),
    "handshake_401": (no("Authentication"), None, {}),
    "handshake_403": (no("Authentication"), None, {}),
    "handshake_429": (no("RateLimit"), None, {}),
    "handshake_503": (no("Unavailable"), None, {}),
    "bad_accept": (no(NO_SOCKET), None, {}),
    "no_upgrade": (no(NO_SOCKET), None, {}),
    "close_1000": CLOSE,
    "close_1001": CLOSE,
    "close_1008": CLOSE,
    "close_1011": CLOSE,
    "close_1013": (replace(lost(CLOSED), attempts=2), None, {}),
    "close_4001": CLOSE,
    "no_pong": (cut("Timeout"), None, {}),
    "fragments": FINE,
    "huge_frame": (cut(TOO_MUCH), None, {}),
    "masked_frame": FINE,
    "reserved_bits": (cut(SENSELESS), None, {}),
    "marker_in_answer": FINE,
}  # fmt: skip
# Faults that only a deadline ends; all others have time.
WAITING = {"silent", "slow_headers", "stall", "pings_only", "drip", "no_pong"}


def expected(fault: Fault, protocol: str, *, stream: bool) -> Told | None:
    streamed, whole, differs = ROWS[fault.name]
    form = "stream" if stream else "whole"
    if not stream and not fault.whole and fault.name != "other_form":
        return None
    usual = streamed if stream or protocol == "spark" else whole
    told = differs.get(f"{protocol} {form}", differs.get(protocol, usual))
    if told is None or (protocol, stream) not in UNCOUNTED or fault.name == "other_form":
        return told
    guess: Any = "estimate" if told.usage == "counted" else told.usage
    return replace(told, usage=guess, note=None)


CASES = [
    pytest.param(fault, protocol, stream, told,
                 id=f"{fault.name}-{protocol}-{'stream' if stream else 'whole'}")
    for fault in faults_rows.ROWS
    for speaks in fault.on
    for protocol in SPEAKS[speaks]
    for stream in (True, False)
    if (told := expected(fault, protocol, stream=stream))
]  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Iterator[Rig]:
    """A rig whose providers say a few words, and whose first token is late by a blink."""
    late = dataclasses.replace(faults_rows.BY_NAME["slow_first_token"], delay=0.05)
    faults_rows.BY_NAME["slow_first_token"], usual = (
        late, faults_rows.BY_NAME["slow_first_token"],
    )  # fmt: skip
    received: list[dict[str, Any]] = []
    limits = emulators.Limits(requests=10**6, tokens=10**9)
    only = ["qianfan", "deepseek", "spark-http", "chatglm3", "spark", "chatglm"]
    with emulators.start(
        only, tokens_per_second=float("inf"), log=received.append, limits=limits,
        answer=saying(*WORDS),
    ) as running:  # fmt: skip
        rig = Rig(running, received)
        for model in MODELS.values():
            rig.call(model)
        yield rig
    faults_rows.BY_NAME["slow_first_token"] = usual


def called(desk: Rig, fault: Fault, protocol: str, *, stream: bool) -> Call:
    """One call under a fault; the rows it made are in the ledger."""
    patient = Deadlines(first=20, gap=20, total=40)
    hasty = Deadlines(first=0.5, gap=0.3, total=0.8 if fault.name == "drip" else 9)
    client = desk.client_with(hasty if fault.name in WAITING else patient)
    model = MODELS[protocol]
    if protocol == "chatglm" and not stream:
        model = "chatglm/api"
    if "token" in fault.on:
        qianfan_v1.QIANFAN_V1._tokens._tokens.clear()
        qianfan.QIANFAN._tokens._tokens.clear()
    elif protocol == "qianfan-v1":
        desk.running.fault = None
        desk.call(model)
    # What one fault left behind, a clock or a connection about to be reset, is not the next one's.
    iflytek._ahead.clear()
    idle.clear()
    desk.ledger.closed.clear()
    desk.running.fault = fault.name
    params = {"max_output_tokens": 20} if fault.name == "endless" else {}
    try:
        return client.start(ask(model, stream=stream, params=params)).result(30)
    finally:
        desk.running.fault = None


@pytest.mark.parametrize(("fault", "protocol", "stream", "told"), CASES)
def test_a_fault(desk: Rig, fault: Fault, protocol: str, stream: bool, told: Told) -> None:
    call = called(desk, fault, protocol, stream=stream)

    assert (call.state, call.billed) == (told.state, told.billed), call.error
    assert len(desk.ledger.closed) == told.attempts
    counter = call.usage and call.usage.source
    if told.usage != "any":
        assert counter == ("provider" if told.usage == "counted" else told.usage)
    if told.says is None:
        assert call.error is None
    else:
        assert call.error is not None and call.error.message.zh
        message = call.error.message.en
        assert told.says in (call.error.kind, call.error.code) or message.startswith(told.says)
    assert told.note is None or told.note in call.extras["notes"]
    _check_text(call.text, fault, told)


def _check_text(text: str, fault: Fault, told: Told) -> None:
    if told.text == "none":
        assert not text
    elif told.text == "some":
        assert text.startswith((WORDS[0], "坏"))
    else:
        # Half a surrogate pair and NUL are shown escaped, bytes that are no text marked.
        said = fault.says.replace("\ud83d", "\\ud83d").replace("\0", "\\u0000")
        assert text == said.replace(faults_rows.NO_UTF8, "\ufffd\ufffd") + ANSWER


@pytest.mark.parametrize("fault", ["broken_frame", "deep_json", "duplicate_keys"])
@pytest.mark.parametrize("protocol", ["qianfan", "qianfan-v1", "spark"])
def test_what_comes_after_a_senseless_frame_is_kept(desk: Rig, fault: str, protocol: str) -> None:
    call = called(desk, faults_rows.BY_NAME[fault], protocol, stream=True)
    assert call.text.startswith(WORDS[0]) and call.text.endswith(WORDS[-1])


@pytest.mark.parametrize(
    ("fault", "low", "high"),
    [
        ("retry_after_seconds", 2, 2),
        ("retry_after_date", 0.5, 3),
        ("retry_after_day", 86400, 86400),
        ("retry_after_garbage", None, None),
    ],
)
def test_how_long_to_wait_is_read_in_every_form(
    desk: Rig, fault: str, low: float | None, high: float | None
) -> None:
    call = called(desk, faults_rows.BY_NAME[fault], "qianfan", stream=True)
    assert call.error is not None
    waits = call.error.retry_after
    assert waits is None if low is None or high is None else low <= (waits or 0) <= high
    assert call.rate_limit is not None and "retry-after" in {
        name.lower() for name in call.rate_limit.headers
    }


def test_a_script_gives_each_request_its_fault(desk: Rig) -> None:
    desk.running.fault = "html,ok,rate_limited,ok"
    states = [desk.call(MODELS["deepseek"]).state for _ in range(5)]
    desk.running.fault = None
    assert states == ["unknown", "ok", "failed", "ok", "ok"]


def test_every_mode_is_expected_somewhere_and_every_row_of_the_catalogue_has_one() -> None:
    assert set(ROWS) == set(faults_rows.BY_NAME)
    assert {case.values[0].name for case in CASES} == set(ROWS)  # type: ignore[union-attr]
    numbers = {number for fault in faults_rows.ROWS for number in fault.numbers}
    assert numbers | set(faults_rows.ELSEWHERE) == set(range(1, 75))
    assert not numbers & set(faults_rows.ELSEWHERE)
    assert all((ROOT / test).exists() for _, test in faults_rows.ELSEWHERE.values())
