"""The usage page without a browser: a link is a view, and the view is a link."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from backends import Call, CallError, Message, ParamTrace, RateLimit, Usage, Words
from pages import usage_calls
from panels.words import t
from tests.conftest import PICTURE
from usage.filters import Filter

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
SECTIONS = ("overview", "tokens", "limits", "speed", "errors", "cost", "calls")

Open = Callable[..., AppTest]
count = iter(range(10**6))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Desk]:
    made = wiring.Desk(
        {"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"}, tokens_per_second=1000
    )
    monkeypatch.setattr(wiring, "desk", lambda: made)
    yield made
    made.close()


@pytest.fixture
def page(desk: wiring.Desk) -> Open:
    def opened(lang: str = "en", **params: str | list[str]) -> AppTest:
        """The page as a link with these parameters opens it."""
        app = AppTest.from_file(ENTRY, default_timeout=60)
        app.query_params["lang"] = lang
        run(app)
        app.switch_page("pages/usage.py")
        # As a browser has it: what stood in the address of another page is gone.
        app.query_params.clear()
        app.query_params["lang"] = lang
        for name, value in params.items():
            app.query_params[name] = value
        return run(app)

    return opened


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def made(question: str = "温度是什么？", text: str = "0.7", **fields: Any) -> Call:
    number = next(count)
    return Call(
        **{
            "id": f"{number:032x}",
            "attempt": 1,
            "retry_of": None,
            "started_at": datetime.now(UTC) - timedelta(minutes=200 - number % 200),
            "provider": "qianfan",
            "model": "ernie-speed-8k",
            "emulated": True,
            "state": "ok",
            "messages": (Message("user", question),),
            "text": text,
            "billed": "yes",
            "time_to_first_token": 0.2,
            "total_time": 1.0,
            "longest_gap": 0.1,
            "chunks": ((0.2, 1, 0), (1.0, 2, 0)),
            "usage": Usage(10, 20, 30),
            "tag": "chat",
            **fields,
        }
    )


def limited(remaining: int) -> RateLimit:
    headers = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": str(remaining),
    }
    return RateLimit(60, remaining, None, None, headers)


@pytest.fixture
def filled(desk: wiring.Desk) -> list[Call]:
    """Calls of every kind, one of each trouble."""
    refused = CallError("RateLimit", "336501", Words("限流。", "The rate limit."), "too many")
    calls = [
        made(rate_limit=limited(10)),
        made(state="failed", error=refused, usage=None, rate_limit=limited(0), billed="no"),
        made("怎样写诗？", rate_limit=limited(60)),
        made("100% sure?", "yes", provider="openai", model="gpt-4o", emulated=False, tag="cli"),
        made(provider="handbook", model="ngram", emulated=False, state="length"),
        made(provider="spark", model="lite", run="r1", user="me"),
    ]
    desk.store.take_over(calls)
    return calls


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.info, app.success, app.text, app.code)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def asked(app: AppTest) -> list[str]:
    """The questions of the call list, as it is shown."""
    return list(app.dataframe[0].value.iloc[:, 1])


def address(app: AppTest) -> dict[str, Any]:
    found = {name: value for name, value in app.query_params.items() if name != "lang"}
    return {name: value[0] if len(value) == 1 else value for name, value in found.items()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_store_without_calls_says_where_to_begin(page: Open, lang: Any) -> None:
    assert page(lang).info[0].value == t("usage_empty", lang)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_says_what_it_is_and_when_nothing_matches(
    page: Open, filled: list[Call], section: str
) -> None:
    app = page(view=section)
    assert t(f"usage_about_{section}", "en") in texts(app)
    nothing = page(view=section, tag="nobody")
    assert t("usage_nothing_matches", "en") in texts(nothing) or nothing.dataframe == []


def test_real_and_emulated_are_never_added_up(page: Open, filled: list[Call]) -> None:
    app = page()
    cards = [each.value for each in app.metric if each.label == "Calls"]
    assert cards == ["1", "4", "1"]  # live, emulated, built-in
    trouble = [each.value for each in app.metric if each.label == t("card_trouble", "en")]
    assert trouble == ["0", "1", "0"]
    assert list(app.dataframe[0].value["Source"]).count("Emulated") == 2


def test_the_filters_are_in_the_address_and_a_link_sets_them(
    page: Open, filled: list[Call]
) -> None:
    app = page(view="calls")
    app.multiselect(key="usage-provider").set_value(["qianfan", "openai"])
    app.selectbox(key="usage-tag").set_value("chat")
    run(app)
    assert address(app) == {"view": "calls", "provider": ["qianfan", "openai"], "tag": "chat"}
    shown = asked(app)
    assert shown == ["怎样写诗？", "温度是什么？", "温度是什么？"]
    again = page(view="calls", provider=["qianfan", "openai"], tag="chat")
    assert asked(again) == shown
    assert again.multiselect(key="usage-provider").value == ["qianfan", "openai"]
    assert again.selectbox(key="usage-tag").value == "chat"


def test_a_link_wins_over_what_was_looked_at_and_the_navigation_does_not(
    page: Open, filled: list[Call]
) -> None:
    app = page(view="calls", kind="live")
    app.switch_page("pages/chat.py")
    run(app)
    app.query_params.clear()
    app.switch_page("pages/usage.py")
    run(app)
    assert address(app) == {"view": "calls", "kind": "live"}
    app.query_params["kind"] = "built_in"
    run(app)
    assert app.selectbox(key="usage-kind").value == "built_in" and len(asked(app)) == 1


def test_what_is_filtered_is_told_and_can_be_cleared(page: Open, filled: list[Call]) -> None:
    app = page(view="calls", time="week", model="spark/lite", run="r1", user="me", state="ok")
    told = next(each.value for each in app.caption if each.value.startswith("Only:"))
    for part in ("Last 7 days", "spark/lite", "Run r1", "User me", "ok"):
        assert part in told
    assert len(asked(app)) == 1
    app.button(key="usage-clear").click()
    run(app)
    assert address(app) == {"view": "calls"} and len(asked(app)) == 6


def test_days_are_filtered_from_a_link(page: Open, filled: list[Call]) -> None:
    assert "No call" in texts(page(time="days", first="2020-01-01", last="2020-01-02"))
    assert len(asked(page(view="calls", time="days", first="2020-01-01"))) == 6


def test_search_finds_two_characters_and_takes_percent_literally(
    page: Open, filled: list[Call]
) -> None:
    app = page(view="calls")
    app.text_input(key="usage-q").set_value("写诗")
    run(app)
    assert asked(app) == ["怎样写诗？"] and address(app)["q"] == "写诗"
    app.text_input(key="usage-q").set_value("0%")
    run(app)
    assert asked(app) == ["100% sure?"]
    app.text_input(key="usage-q").set_value("role")
    run(app)
    assert app.info[0].value == t("usage_found_none", "en")


def test_the_opened_call_shows_everything_on_record(page: Open, desk: wiring.Desk) -> None:
    call = made(
        "What is it?",
        "A picture.",
        messages=(
            Message("user", "你好", (PICTURE,)),
            Message("assistant", "你好！"),
            Message("user", "What is it?"),
        ),
        system="Be brief",
        rate_limit=limited(7),
        request_id="as-77",
        reasoning="thinking",
    )
    desk.store.take_over([call])
    shown = texts(page(view="calls", call=call.id))
    for part in ("你好！", "What is it?", "A picture.", "Be brief", "thinking", "picture.png"):
        assert part in shown
    assert "as-77" in shown and "x-ratelimit-remaining-requests" in shown
    assert t("usage_timeline_caption", "en") in shown


def test_a_call_that_is_gone_is_one_sentence(page: Open, filled: list[Call]) -> None:
    app = page(view="calls", call="f" * 32)
    assert "There is no call" in app.warning[0].value and len(asked(app)) == 6


def test_an_odd_link_opens_the_page_all_the_same(page: Open, filled: list[Call]) -> None:
    app = page(view="nowhere", page="-1", time="never", state="fine", sort="colour", per="year")
    assert address(app) == {} and app.metric


def test_rate_limits_show_what_is_left_and_who_sends_none(page: Open, filled: list[Call]) -> None:
    app = page(view="limits")
    limits, none = app.dataframe[0].value, app.dataframe[1].value
    assert list(limits["Model"]) == ["qianfan/ernie-speed-8k (emulated)"]
    assert list(limits["Left"]) == [60] and list(limits["Lowest"]) == [0.0]
    assert list(limits["Refused"]) == [1] and limits["Seen to refill"][0].startswith("≤ 60.0 s")
    assert list(none["Model"]) == ["openai/gpt-4o", "spark/lite (emulated)"]
    assert t("usage_no_headers_caption", "en") in texts(app)


def test_the_limits_of_two_keys_stand_apart_and_of_one_without_its_name(
    page: Open, desk: wiring.Desk
) -> None:
    desk.store.take_over(
        [
            made(rate_limit=limited(10), credential="key-a"),
            made(rate_limit=limited(20), credential="key-b"),
            made(rate_limit=limited(30), model="lite", credential="key-a"),
        ]
    )
    app = page(view="limits")
    lines = ["qianfan/ernie-speed-8k · key-a", "qianfan/ernie-speed-8k · key-b", "qianfan/lite"]
    assert sorted(app.selectbox(key="usage-line").options) == lines
    told = app.dataframe[0].value.set_index("Model")["Left"].to_dict()
    assert told == {
        f"{line} (emulated)": left for line, left in zip(lines, (10, 20, 30), strict=True)
    }
    only = page(view="limits", credential="key-b")
    assert only.selectbox(key="usage-credential").value == "key-b"
    assert list(only.dataframe[0].value["Left"]) == [20] and "Key key-b" in texts(only)


def test_errors_have_a_sentence_and_a_cut_answer_is_none(page: Open, filled: list[Call]) -> None:
    app = page("zh", view="errors")
    assert "336501" in texts(app) and "请等到下一分钟再发送" in texts(app)
    cut = next(each for each in app.metric if each.label == t("usage_apart_length", "zh"))
    assert cut.value == "1"


def test_an_unknown_price_is_unknown_and_not_zero(page: Open, desk: wiring.Desk) -> None:
    desk.store.take_over(
        [
            made(provider="custom", model="mine", emulated=False),
            made(provider="openai", model="gpt-4o", emulated=False, usage=Usage(10**6, 0, 10**6)),
        ]
    )
    app = page(view="cost")
    cost = next(each.value for each in app.metric if each.label == "Cost")
    assert cost.startswith("≥ $")
    table = app.dataframe[0].value.set_index("Model")
    assert table.loc["custom/mine", "Currency"] == "unknown"
    assert table.loc["custom/mine", "Price unknown"] == 1
    assert table.loc["custom/mine", "Cost"] is None or table["Cost"].isna()["custom/mine"]


def test_a_budget_that_is_over_is_told(
    page: Open, desk: wiring.Desk, filled: list[Call], tmp_path: Path
) -> None:
    desk.budgets_file = tmp_path / "prices.toml"
    row = 'name = "mine"\nlimit = 2\nunit = "calls"\nper = "day"\nprovider = "openai"\n'
    desk.budgets_file.write_text(f"[[budget]]\n{row}")
    desk.store.take_over(
        [made(provider="openai", emulated=False, started_at=datetime.now(UTC)) for _ in range(2)]
    )
    warned = [each.value for each in page(view="cost").warning]
    assert any("mine" in each and "over the limit" in each for each in warned)
    desk.budgets_file.write_text("[[budget]]\nname = 1\n")
    assert "Correct it" in page().warning[0].value


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "免费额度今天已用 2 / 500"), ("en", "2 of 500 free")]
)
def test_a_free_tier_in_use_is_told_with_its_source(
    page: Open, desk: wiring.Desk, lang: str, said: str
) -> None:
    now = datetime.now(UTC)
    for emulated in (False, True):
        desk.store.take_over(
            [made(provider="iat", model="iat", emulated=emulated, started_at=now) for _ in range(2)]
        )
    bars = [each.text for each in page(lang, view="cost").get("progress")]
    assert [said in bar and "xfyun.cn" in bar for bar in bars] == [True]


def test_open_in_chat_takes_over_everything(page: Open, desk: wiring.Desk) -> None:
    trace = ParamTrace("temperature", 0.3, "temperature", 0.3, "sent", Words("发", "sent"))
    call = made(
        messages=(
            Message("user", "First"),
            Message("assistant", "One"),
            Message("user", "Second"),
        ),
        text="Two",
        provider="handbook",
        model="ngram",
        emulated=False,
        system="Be brief",
        params=(trace,),
    )
    desk.store.take_over([call])
    app = page(view="calls", call=call.id)
    app.button(key="call-usage_open_chat").click()
    run(app)
    for part in ("First", "One", "Second", "Two"):
        assert part in texts(app)
    assert app.selectbox(key="model").value == "handbook/ngram"
    assert app.text_area(key="persona-text").value == "Be brief"
    app.switch_page("pages/chat.py")  # where a browser already is
    run(app)
    app.chat_input[0].set_value("Third")
    run(app)
    newest = max(desk.store.each(), key=lambda each: each.started_at)
    assert [each.content for each in newest.messages] == ["First", "One", "Second", "Two", "Third"]
    assert newest.system == "Be brief"
    assert {each.name: each.sent for each in newest.params if each.outcome == "sent"} == {
        "temperature": 0.3
    }


def test_call_again_is_a_record_of_its_own_shown_beside(page: Open, desk: wiring.Desk) -> None:
    trace = ParamTrace("max_output_tokens", 8, "max_tokens", 8, "sent", Words("发", "sent"))
    call = made(provider="handbook", model="ngram", emulated=False, params=(trace,), text="Before")
    desk.store.take_over([call])
    app = page(view="calls", call=call.id)
    app.button(key="call-usage_again").click()
    run(app)
    again = next(each for each in desk.store.each() if each.tag == f"again:{call.id}")
    assert again.messages == call.messages and again.id != call.id
    assert {each.name: each.requested for each in again.params if each.outcome == "sent"} == {
        "max_output_tokens": 8
    }
    assert t("usage_again_beside", "en") in [each.value for each in app.subheader]
    assert again.text.strip()[:4] in texts(app) and "Before" in texts(app)


def test_a_refused_call_whose_picture_was_not_kept_cannot_be_repeated(
    page: Open, desk: wiring.Desk
) -> None:
    call = made(messages=(Message("user", "?", (PICTURE,)),), state="refused", text="")
    desk.store.take_over([call])
    app = page(view="calls", call=call.id)
    assert app.button(key="call-usage_again").disabled
    assert app.button(key="call-usage_open_chat").disabled


def test_a_conversation_can_be_deleted(page: Open, desk: wiring.Desk, filled: list[Call]) -> None:
    app = page(view="calls", call=filled[2].id)
    app.button(key="call-delete").click()
    run(app)
    assert desk.store.find(filled[2].id) is None and len(list(desk.store.each())) == 5
    assert address(app) == {"view": "calls"} and "怎样写诗？" not in asked(app)


def test_an_export_is_what_is_filtered_and_many_come_packed(
    desk: wiring.Desk, filled: list[Call]
) -> None:
    plain = usage_calls.exported(desk, Filter(tag="chat"), "温度", "jsonl")
    ids = [json.loads(line)["id"] for line in plain.splitlines()]
    assert ids == [filled[place].id for place in (0, 1, 4, 5)]
    packed = usage_calls.exported(desk, Filter(tag="chat"), "温度", "jsonl.gz")
    assert gzip.decompress(packed) == plain
    assert usage_calls.exported(desk, Filter(), "", "xlsx")[:2] == b"PK"
    assert usage_calls.exported(desk, Filter(), "", "parquet")[:4] == b"PAR1"


def test_the_command_beside_the_files_exports_the_same(page: Open, filled: list[Call]) -> None:
    app = page(view="calls", tag="chat", q="温度")
    assert app.code[-1].value == (
        "python desk.py usage export --tag chat --search '温度' --output calls.jsonl"
    )


@pytest.mark.parametrize(("lang", "words"), [("en", "is damaged"), ("zh", "已损坏")])
def test_a_store_that_cannot_be_read_is_told_in_place_of_the_page(
    desk: wiring.Desk, tmp_path: Path, lang: str, words: str
) -> None:
    # All of it: the writer may put a single page right again out of what it keeps in memory.
    store = tmp_path / "store.db"
    with store.open("r+b") as file:
        file.write(bytes(range(100)) * (store.stat().st_size // 100))
    desk.store._engine.dispose()

    def entry(lang: str) -> None:
        import streamlit as st

        import wiring
        from backends import NotRead
        from panels.streamlit_trouble import told

        st.session_state["lang"] = lang
        try:
            list(wiring.desk().store.each())
        except NotRead as unread:
            told(unread)

    [told] = run(AppTest.from_function(entry, args=(lang,))).error
    assert words in told.value
