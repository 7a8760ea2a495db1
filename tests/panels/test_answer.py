"""Under every answer: figures that are known, and a dash where they are not."""

from __future__ import annotations

import json
import math

import pytest

from backends import PROVIDERS, CallError, ParamTrace, TokenLogprob, Usage, Words, account
from panels.answer import account_rows, error_here, error_text, footer, why_rows, wire_text
from tests.panels.calls import call, failed


def test_one_quiet_line() -> None:
    assert footer(call(), "en") == (
        "live · 1,234 → 100 tokens · first token 0.50 s · total 2.50 s · 50 tokens/s"
    )
    assert footer(call(emulated=True), "zh") == (
        "模拟 · 1,234 → 100 token · 首字 0.50 秒 · 总计 2.50 秒 · 50 token/s"
    )


def test_estimates_and_unknowns_are_told_apart() -> None:
    about = footer(call(usage=Usage(10, 8, 18, source="estimate")), "en")
    assert "≈10 → ≈8 tokens" in about and "≈4.0 tokens/s" in about
    unknown = footer(call(usage=None, time_to_first_token=None, total_time=None), "en")
    assert unknown == "live · – → – tokens · first token – · total –"
    assert "0 tokens" not in unknown
    waited = footer(call(waited=58.2), "en")
    assert "waited 58.2 s for the limit" in waited and "tokens/s" in waited
    assert "waited" not in footer(call(waited=0.01), "en")
    gone = call(state="cancelled", phase="waiting", waited=3.0, usage=None, total_time=None)
    assert footer(gone, "en").endswith("stopped · waited 3.00 s for the limit · nothing was sent")
    half = footer(call(usage=Usage(7, None, None)), "en")
    assert "7 → – tokens" in half and "tokens/s" not in half


def test_there_is_no_speed_where_none_was_seen() -> None:
    whole = call(stream=False, time_to_first_token=2.4999, longest_gap=None)
    assert "tokens/s" not in footer(whole, "en")
    assert "tokens/s" not in footer(call(usage=Usage(3, 0, 3)), "en")
    assert "tokens/s" not in footer(call(total_time=0.5), "en")


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"state": "length"}, "live · cut at the token limit · "),
        ({"state": "cancelled"}, "live · stopped · "),
        ({"state": "unknown"}, "live · outcome unknown · "),
        ({"provider": "handbook", "wire": None}, "built-in · "),
        ({"provider": "handbook", "emulated": True}, "emulated · "),
    ],
)
def test_the_line_names_origin_and_state(changes: dict[str, object], start: str) -> None:
    assert footer(call(**changes), "en").startswith(start)


def test_a_call_that_was_not_sent_has_no_figures_and_claims_no_origin() -> None:
    refused = failed(state="refused", time_to_first_token=None, total_time=None)
    assert footer(refused, "zh") == "未发送"
    assert footer(failed(state="refused", emulated=True), "en") == "emulated · not sent"


def test_an_error_names_cause_next_step_and_the_providers_words() -> None:
    assert error_text(failed(), "en") == "Limit reached. Wait. (336501: Rate limit reached)"
    assert error_text(failed(), "zh") == "已达上限。请稍候。（336501: Rate limit reached）"
    assert error_text(failed(code=None), "en") == "Limit reached. Wait. (Rate limit reached)"
    assert error_text(failed("", "18"), "en") == "Limit reached. Wait. (18)"
    assert error_text(failed("", None), "en") == "Limit reached. Wait."
    assert error_text(call(), "en") == ""


def test_where_the_key_is_the_trouble_the_way_on_is_a_key_of_ones_own() -> None:
    wrong = CallError("Authentication", "401", Words("密钥不对。", "The key is wrong."))
    assert error_here(failed(error=wrong), "en") == (
        "The key is wrong. (401)\n\n"
        "You can also give a key under “Keys of your own” in the sidebar and try again."
    )
    assert "自带密钥" in error_here(failed(error=wrong), "zh")
    assert error_here(failed(), "en") == error_text(failed(), "en")
    # No key was looked at.
    assert "own" not in error_here(failed(error=wrong, emulated=True), "en")


def test_the_account_line_by_line() -> None:
    model = PROVIDERS[0].models[0]
    rows = account_rows(
        account(model, {"temperature": 0.3, "top_k": 4, "stop": ["完", "end"]}), "en"
    )
    by_name = {row["Parameter"]: row for row in rows}
    assert by_name["temperature"] == {
        "Parameter": "temperature",
        "Requested": "0.3",
        "Wire name": "temperature",
        "Sent": "0.3",
        "Outcome": "sent",
        "Reason": "Sent as temperature.",
    }
    assert by_name["top_k"]["Outcome"] == "not supported" and by_name["top_k"]["Sent"] == "–"
    assert by_name["stop"]["Sent"] == '["完", "end"]'
    assert by_name["top_p"]["Outcome"] == "provider default"
    trace = ParamTrace("seed", "nan", "seed", None, "out of range", Words("太小", "too small"))
    assert account_rows(call(params=(trace,)), "zh")[0]["结果"] == "超出范围"
    assert account_rows(call(), "zh") == []


def test_the_wire_request_is_shown_without_secrets() -> None:
    shown = json.loads(wire_text(call()))
    assert list(shown) == ["method", "url", "headers", "body"]
    assert shown["headers"]["Authorization"] == "Bearer $QIANFAN_BEARER_TOKEN"
    assert "你好" in wire_text(call())
    assert wire_text(call(wire=None)) == ""


def test_why_this_word() -> None:
    tokens = (
        TokenLogprob(" the\n", math.log(0.25), ((" the\n", 0.25), (" a", 0.5)), 12),
        TokenLogprob("字", 0.0),
    )
    rows = why_rows(call(logprobs=tokens), "en")
    assert rows[0] == {
        "Token": "␠the⏎",
        "Log-probability": -1.386,
        "Probability": "25.0%",
        "Nucleus size": 12,
        "Rivals": "␠a 50.0%",
    }
    assert rows[1]["Nucleus size"] is None and rows[1]["Rivals"] == ""
    assert why_rows(call(), "zh") == []
