"""The Streamlit compare page without a browser: what reaches the wire, what is said and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from backends import Call
from experiments import votes
from tests.conftest import Rig

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
SPEED, SPARK, NGRAM = "qianfan/ernie-speed-8k", "spark/generalv3.5", "handbook/ngram"
QUESTION = "温度是什么？"

Open = Callable[..., AppTest]


@pytest.fixture
def desk(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Desk]:
    """A desk whose providers are emulators that tell what they received."""
    made = wiring.Desk(
        {
            "TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}",
            **rig.running.environment,
            **rig.running.keys,
        }
    )
    monkeypatch.setattr(wiring, "desk", lambda: made)
    yield made
    made.close()


@pytest.fixture
def page(desk: wiring.Desk) -> Open:
    def opened(*models: str, lang: str = "en") -> AppTest:
        app = AppTest.from_file(ENTRY, default_timeout=30)
        app.query_params["lang"] = lang
        if models:
            app.query_params["models"] = ",".join(models)
        app.switch_page("pages/compare.py")
        return run(app)

    return opened


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def ask(app: AppTest, question: str = QUESTION) -> None:
    app.chat_input[0].set_value(question)
    run(app)


def click(app: AppTest, key: str) -> None:
    app.button(key=key).click()
    run(app)


def choose(app: AppTest, part: str) -> None:
    app.segmented_control(key="compare-more").set_value(part)
    run(app)


def blind(app: AppTest) -> None:
    app.toggle(key="compare-blind").set_value(True)
    run(app)


def open_settings(app: AppTest, place: int) -> None:
    app.session_state[f"compare-{place}-settings"] = True
    run(app)


def calls(desk: wiring.Desk) -> list[Call]:
    return list(desk.store.each())


def names(found: list[Call]) -> list[str]:
    return [f"{call.provider}/{call.model}" for call in found]


def sent(call: Call) -> dict[str, Any]:
    return {trace.name: trace.sent for trace in call.params if trace.outcome == "sent"}


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.info, app.error, app.header)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


@pytest.mark.parametrize(("lang", "title"), [("en", "What would you"), ("zh", "比较什么")])
def test_before_the_first_question_there_is_a_way_to_begin(
    page: Open, desk: wiring.Desk, lang: str, title: str
) -> None:
    app = page(lang=lang)
    assert title in texts(app)
    click(app, "compare-ex-1")
    assert len(calls(desk)) == 2
    assert title not in texts(app)


def test_one_question_goes_to_every_column_and_the_figures_stand_below(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK, NGRAM)
    ask(app)
    made = calls(desk)
    assert sorted(names(made)) == sorted([SPEED, SPARK, NGRAM])
    assert {call.tag for call in made} == {"compare"}
    assert len({call.user for call in made}) == 1
    shown = texts(app)
    for letter, call in zip("ABC", sorted(made, key=lambda each: names(made)), strict=True):
        assert f"{letter} · " in shown and call.text[:10] in shown
    assert shown.count("first token") == 3 and shown.count("tokens/s") >= 1


def test_a_link_opens_the_same_models_also_one_twice(page: Open) -> None:
    app = page(SPARK, SPARK, "nobody/nothing", NGRAM)
    assert "nobody" in texts(app)
    assert [app.selectbox(key=f"compare-{place}-model").value for place in range(3)] == [
        SPARK,
        SPARK,
        NGRAM,
    ]
    app.selectbox(key="compare-1-model").set_value(SPEED)
    run(app)
    assert app.query_params["models"] == f"{SPARK},{SPEED},{NGRAM}"


def test_settings_are_those_of_one_column_until_used_for_all(page: Open, desk: wiring.Desk) -> None:
    app = page(SPEED, SPEED)
    open_settings(app, 0)
    app.toggle(key="compare-0-send-temperature").set_value(True)
    app.selectbox(key="compare-0-persona").set_value("concise")
    run(app)
    ask(app)
    first, second = calls(desk)
    by_persona = {bool(call.system): sent(call) for call in (first, second)}
    assert by_persona == {True: {"temperature": 0.95}, False: {}}
    open_settings(app, 0)
    click(app, "compare-0-for-all")
    ask(app)
    third, fourth = calls(desk)[2:]
    assert sent(third) == sent(fourth) == {"temperature": 0.95}
    assert third.system == fourth.system != ""


def test_above_its_column_stands_what_a_model_will_not_honour(page: Open) -> None:
    app = page(NGRAM, NGRAM)
    open_settings(app, 0)
    app.toggle(key="compare-0-send-top_k").set_value(True)
    run(app)
    open_settings(app, 0)
    click(app, "compare-0-for-all")
    app.selectbox(key="compare-1-model").set_value(SPEED)
    run(app)
    captions = [str(caption.value) for caption in app.caption]
    assert any("Not honoured" in caption and "top_k" in caption for caption in captions)
    assert any("All honoured" in caption for caption in captions)


def test_follow_ups_are_told_what_was_chosen(page: Open, desk: wiring.Desk, rig: Rig) -> None:
    app = page(SPEED, SPARK)
    ask(app, "温度是什么？")
    answers = {name: call.text for name, call in zip(names(calls(desk)), calls(desk), strict=True)}
    ask(app, "那 top_p 呢？")
    own = calls(desk)[2:]
    for name, call in zip(names(own), own, strict=True):
        assert call.messages[1].content == answers[name]
    app.selectbox(key="compare-history").set_value(1)
    run(app)
    ask(app, "还有吗？")
    shared = calls(desk)[4:]
    assert {call.messages[1].content for call in shared} == {answers[SPARK]}


def test_a_blind_round_names_nobody_until_the_vote_which_is_stored(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK)
    blind(app)
    ask(app)
    shown = texts(app)
    assert "Answer A" in shown and "Answer B" in shown
    # The letters are the answers' own: no head has one.
    heads = [app.selectbox(key=f"compare-{place}-model").label for place in range(2)]
    assert heads == ["Model 1", "Model 2"]
    assert "drawn by lot" in shown
    # The heads above name the models to draw from; nothing says which is which.
    for tell in (SPEED, SPARK, "first token", "tokens/s", "cost"):
        assert tell not in shown
    click(app, "vote-left")
    (vote,) = votes.read(desk.store)
    assert (vote.winner, vote.blind, vote.kind) == ("left", True, "live")
    assert {vote.left.call_id, vote.right.call_id} == {call.id for call in calls(desk)}
    shown = texts(app)
    assert f"A · {vote.left.label}" in shown and f"B · {vote.right.label}" in shown
    assert "first token" in shown and "You chose A" in shown


def test_a_vote_ends_the_conversation_and_a_follow_up_before_it_does_not(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK)
    blind(app)
    ask(app)
    ask(app, "还有吗？")
    assert {len(call.messages) for call in calls(desk)[2:]} == {3}
    click(app, "vote-tie")
    ask(app, "新的问题？")
    assert {len(call.messages) for call in calls(desk)[4:]} == {1}
    assert len(votes.read(desk.store)) == 1


def test_of_three_models_two_are_asked_blind(page: Open, desk: wiring.Desk) -> None:
    app = page(SPEED, SPARK, NGRAM)
    blind(app)
    ask(app)
    assert len(calls(desk)) == 2


def test_trouble_on_one_side_leaves_no_vote_but_a_way_on(
    page: Open, desk: wiring.Desk, rig: Rig
) -> None:
    rig.running.fault = "rate_limited"
    app = page(SPEED, NGRAM)
    blind(app)
    ask(app)
    assert "nothing to vote on" in texts(app)
    click(app, "vote-left")
    assert "A vote needs text on both sides" in texts(app)
    assert votes.read(desk.store) == []
    click(app, "vote-reveal")
    shown = texts(app)
    assert f"{SPEED}" in shown and "Revealed without a vote" in shown


def test_details_of_a_blind_answer_wait_for_the_vote(page: Open) -> None:
    app = page(SPEED, SPARK)
    blind(app)
    ask(app)
    choose(app, "details")
    assert "Shown after the vote" in texts(app)
    click(app, "vote-left")
    assert "Shown after the vote" not in texts(app)
    assert any("curl" in code.value for code in app.code)


def test_starting_anew_clears_the_page_and_forgets_nothing_on_record(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK)
    ask(app)
    click(app, "compare-new")
    assert "What would you like to compare?" in texts(app)
    ask(app)
    assert [len(call.messages) for call in calls(desk)] == [1, 1, 1, 1]


def test_the_differences_of_any_two_answers_are_shown(page: Open) -> None:
    app = page(SPEED, SPEED, NGRAM)
    choose(app, "scoreboard")
    assert "No votes yet" in texts(app)
    ask(app)
    choose(app, "compare_diff")
    app.segmented_control(key="compare-to").set_value(0)
    run(app)
    assert "the same, word for word" in texts(app)


def test_the_scoreboard_counts_the_votes_and_says_how_few_they_are(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK)
    blind(app)
    ask(app)
    click(app, "vote-left")
    choose(app, "scoreboard")
    shown = texts(app)
    (vote,) = votes.read(desk.store)
    assert f"| 1 | {vote.left.label} |" in shown.replace("\\", "")
    assert "Only 1 votes" in shown
    assert "Of the votes with a winner the left took 1/1" in shown


def test_what_was_compared_is_there_after_a_look_at_another_page(
    page: Open, desk: wiring.Desk
) -> None:
    app = page(SPEED, SPARK, NGRAM)
    open_settings(app, 1)
    app.toggle(key="compare-1-send-temperature").set_value(True)
    app.selectbox(key="compare-1-persona").set_value("concise")
    run(app)
    ask(app)
    app.switch_page("pages/usage.py")
    run(app)
    app.switch_page("pages/compare.py")
    run(app)
    assert QUESTION in texts(app)
    ask(app)
    again = next(call for call in calls(desk)[3:] if f"{call.provider}/{call.model}" == SPARK)
    assert "temperature" in sent(again) and again.system
    assert len(again.messages) == 3
