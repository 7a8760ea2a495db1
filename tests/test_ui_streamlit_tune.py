"""The Tune page without a browser: nothing starts unseen, what is set is planned and kept."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from experiments import designs
from experiments.journal import Journal, Run
from experiments.plan import as_form, plan_of
from tests.test_ui_streamlit import run, texts

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
NGRAM, SPEED = "handbook/ngram", "qianfan/ernie-speed-8k"
SMALL = {
    "name": "small",
    "question": "Which?",
    "models": [NGRAM],
    "prompts": [{"id": "a", "prompt": "What is temperature?"}, {"id": "b", "prompt": "And top_p?"}],
    "factors": {"temperature": [0.2, 1.2]},
    "params": {"seed": 7},
    "scores": [{"kind": "length"}],
}

Open = Callable[..., AppTest]


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
    def opened(lang: str = "en", **query: str) -> AppTest:
        app = AppTest.from_file(ENTRY, default_timeout=30)
        app.query_params["lang"] = lang
        run(app)
        for name, value in query.items():
            app.query_params[name] = value
        return run(app.switch_page("pages/tune.py"))

    return opened


def planned(desk: wiring.Desk, **changes: Any) -> Run:
    """A study on record that nobody works at."""
    plan = plan_of({**SMALL, **changes})
    settings = designs.settings(plan)
    journal = Journal(desk.store)
    run_id = journal.create(plan, settings, designs.cells(plan, range(len(settings))))
    return found(desk, run_id)


def found(desk: wiring.Desk, run_id: str) -> Run:
    study = Journal(desk.store).find(run_id)
    assert study is not None
    return study


def over(desk: wiring.Desk, run_id: str) -> None:
    """Wait until this process no longer works at a study."""
    deadline = time.monotonic() + 60
    while desk.works.going(run_id):
        assert time.monotonic() < deadline, "the study does not end"
        time.sleep(0.02)


def ended(desk: wiring.Desk, study: Run) -> Run:
    """Work at a study until nothing is left."""
    desk.works.start(study.id)
    over(desk, study.id)
    return found(desk, study.id)


def fill(app: AppTest, **levels: str) -> None:
    """The least that a study needs, and parameters with what is typed for each."""
    app.text_area(key="tune-lines").set_value("What is temperature?\tA number.\nAnd top_p?")
    app.multiselect(key="tune-models").set_value([NGRAM])
    run(app)
    for name, text in levels.items():
        app.selectbox(key="tune-add-factor").set_value(name)
        run(app)
        app.text_input(key=f"tune-levels-{name}").set_value(text)
    run(app)


def add_score(app: AppTest, kind: str) -> None:
    app.selectbox(key="tune-add-score").set_value(kind)
    run(app)


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click()
    run(app)


def opened_run(app: AppTest) -> str:
    found = app.query_params["run"]
    return found if isinstance(found, str) else found[0]


def test_an_empty_form_says_what_it_needs_and_goes_no_further(page: Open) -> None:
    app = page()
    assert "No prompts yet." in texts(app) and "No models yet." in texts(app)
    assert app.button(key="tune-check").disabled
    fill(app)
    assert "1 setting × 2 prompts × 3 repeats = 6 calls**" in texts(app)
    assert "2 prompts, 1 with a reference answer" in texts(app)
    assert not app.button(key="tune-check").disabled


def test_nothing_is_sent_before_its_button_is_pressed(page: Open, desk: wiring.Desk) -> None:
    app = page()
    press(app, "tune-example")
    press(app, "tune-check")
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Calls at most"] == "32"
    assert "Every model will honour every parameter." in app.success[0].value
    assert list(desk.store.each()) == [] and Journal(desk.store).latest() == []
    press(app, "tune-back")
    assert app.text_input(key="tune-levels-temperature").value == "0.2, 1.2"
    press(app, "tune-check")
    press(app, "tune-start")
    study = found(desk, opened_run(app))
    over(desk, study.id)
    assert Journal(desk.store).counts(study.id)["done"] >= 16
    run(app)
    assert "finished" in texts(app)


def test_one_value_is_sent_with_every_call_and_several_are_compared(
    page: Open, desk: wiring.Desk
) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9", max_output_tokens="20")
    add_score(app, "length")
    press(app, "tune-check")
    press(app, "tune-start")
    study = found(desk, opened_run(app))
    assert [dict(setting.params) for setting in study.settings] == [
        {"max_output_tokens": 20, "temperature": 0.2},
        {"max_output_tokens": 20, "temperature": 0.9},
    ]
    prompts = Journal(desk.store).whole_plan(study).prompts
    assert [prompt.reference for prompt in prompts] == ["A number.", None]
    over(desk, study.id)


def test_what_cannot_be_read_is_said_and_stops_the_way_on(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, warm")
    assert "“warm” is no number." in app.warning[0].value
    assert app.button(key="tune-check").disabled
    app.text_input(key="tune-levels-temperature").set_value("")
    run(app)
    assert "temperature has no value yet." in texts(app)
    app.selectbox(key="tune-add-factor").set_value("system")
    run(app)
    assert "Persona has no value yet." in texts(app)


def test_the_sum_of_calls_is_true_and_says_how_many_of_them_are_made(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9")
    app.number_input(key="tune-repeats").set_value(1000)
    app.number_input(key="tune-budget").set_value(1)
    run(app)
    told = "2 settings × 2 prompts × 1,000 repeats = 4,000 calls"
    assert f"{told}, of which at most 1 is made" in texts(app)
    app.number_input(key="tune-budget").set_value(4000)
    run(app)
    assert f"{told}**" in texts(app)


def test_more_calls_than_a_study_can_hold_are_refused_where_they_are_set(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9")
    app.number_input(key="tune-repeats").set_value(999_999_999)
    run(app)
    assert "The plan comes to 3,999,999,996 calls" in texts(app)
    assert "Lower repeats" in texts(app)
    assert app.button(key="tune-check").disabled


def test_a_margin_of_nothing_is_refused_and_not_replaced_by_the_usual_one(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9")
    add_score(app, "contains")
    app.text_input(key="tune-score-value-1").set_value("a")
    app.number_input(key="tune-delta").set_value(0.0)
    run(app)
    assert "nothing is equivalent within 0" in texts(app)
    assert app.button(key="tune-check").disabled
    app.number_input(key="tune-delta").set_value(None)
    run(app)
    assert "nothing is equivalent within 0" not in texts(app)
    assert not app.button(key="tune-check").disabled


def test_what_a_model_will_not_honour_stands_on_the_page_before(page: Open) -> None:
    app = page()
    fill(app, temperature="0.5, 1.9")
    app.multiselect(key="tune-models").set_value([NGRAM, SPEED])
    run(app)
    press(app, "tune-check")
    said = texts(app)
    assert "Calls with these values will not be sent" in said and "correct them" in said
    assert "Choose a value in (0, 1]." in said and "switch" not in said
    assert "not like for like" not in said
    assert f"{SPEED}: answered by a local emulator." in said


def test_what_is_left_out_of_a_call_is_told_apart_from_what_stops_it(page: Open) -> None:
    app = page()
    fill(app, temperature="0.5, 1.9", top_k="3, 5")
    app.multiselect(key="tune-models").set_value([NGRAM, SPEED])
    run(app)
    press(app, "tune-check")
    assert "will not be sent" in app.error[0].value
    assert "not like for like" in app.warning[0].value
    stopped, ignored = (each.value for each in app.markdown if "| Parameter |" in each.value)
    assert "`temperature`" in stopped and "`top_k`" not in stopped
    assert "`top_k`" in ignored and "has no such parameter" in ignored


def test_a_cost_of_which_a_part_is_unknown_is_a_least_one(page: Open) -> None:
    app = page()
    fill(app)
    for models, cost in (([NGRAM, "ollama/own"], "≥ ¥0"), (["ollama/own"], "unknown")):
        app.multiselect(key="tune-models").set_value(models)
        run(app)
        press(app, "tune-check")
        figures = {metric.label: metric.value for metric in app.metric}
        assert figures["Cost"] == cost
        assert "No price is known of ollama/own" in texts(app)
        press(app, "tune-back")


def test_a_score_asks_for_what_it_needs(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9")
    add_score(app, "regex")
    assert "lacks its value" in texts(app) and app.button(key="tune-check").disabled
    app.text_input(key="tune-score-value-1").set_value("[0-9]")
    run(app)
    assert not app.button(key="tune-check").disabled
    add_score(app, "exact")
    assert "needs a reference answer" in texts(app)
    press(app, "tune-score-remove-2")
    assert not app.button(key="tune-check").disabled


def test_a_draft_is_kept_while_one_looks_at_another_page(page: Open) -> None:
    app = page()
    fill(app, temperature="0.2, 0.9")
    add_score(app, "length")
    run(app.switch_page("pages/usage.py"))
    run(app.switch_page("pages/tune.py"))
    assert (app.text_area(key="tune-lines").value or "").startswith("What is temperature?")
    assert app.multiselect(key="tune-models").value == [NGRAM]
    assert app.text_input(key="tune-levels-temperature").value == "0.2, 0.9"
    assert "2 settings × 2 prompts × 3 repeats = 12 calls" in texts(app)


def upload(app: AppTest, name: str, text: str) -> None:
    app.segmented_control(key="tune-source").set_value("file")
    run(app)
    app.file_uploader(key="tune-file").upload(name, text.encode())
    run(app)


def test_prompts_of_a_table_are_taken_and_kept(page: Open) -> None:
    app = page()
    fill(app)
    upload(app, "questions.csv", "id,question,answer\nx,Why?,Because.\ny,How?,\n")
    assert "questions.csv: 2 rows" in texts(app)
    app.selectbox(key="tune-column-prompt").set_value("question")
    app.selectbox(key="tune-column-reference").set_value("answer")
    run(app)
    assert app.selectbox(key="tune-column-id").value == "id"
    assert "2 prompts, 1 with a reference answer" in texts(app)
    run(app.switch_page("pages/usage.py"))
    run(app.switch_page("pages/tune.py"))
    assert "2 prompts, 1 with a reference answer" in texts(app)


def test_a_table_that_cannot_be_used_is_refused_with_its_line(page: Open) -> None:
    app = page()
    fill(app)
    upload(app, "twice.csv", "id,prompt\nx,Why?\nx,How?\n")
    assert "Rows 1 and 2 both have the id “x”." in app.error[0].value
    assert app.button(key="tune-check").disabled


def test_a_study_nobody_works_at_says_so_and_goes_on_when_asked(
    page: Open, desk: wiring.Desk
) -> None:
    study = planned(desk)
    app = page(run=study.id)
    assert "interrupted" in texts(app) and "The program that ran it has ended." in texts(app)
    press(app, "tune-resume")
    over(desk, study.id)
    run(app)
    assert Journal(desk.store).counts(study.id) == {"done": 4, "done:ok": 4}
    assert "finished" in texts(app)


def test_a_study_that_does_not_exist_is_said_to(page: Open) -> None:
    assert "There is no study nobody." in page(run="nobody").warning[0].value


def test_studies_are_listed_newest_first(page: Open, desk: wiring.Desk) -> None:
    planned(desk, name="older")
    ended(desk, planned(desk, name="newer"))
    app = page()
    app.segmented_control(key="tune-part").set_value("studies")
    run(app)
    table = app.dataframe[0].value
    assert list(table["Study"]) == ["newer", "older"]
    assert list(table["State"]) == ["finished", "interrupted"]
    assert list(table["Done"]) == ["4 / 4", "0 / 4"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_view_of_a_study_is_drawn(page: Open, desk: wiring.Desk, lang: str) -> None:
    study = ended(desk, planned(desk))
    for view in ("verdict", "plots", "answers", "plan"):
        app = page(lang, run=study.id, view=view)
        assert app.segmented_control(key="tune-view").value == view
        assert "Traceback" not in texts(app)


def test_a_study_has_the_figures_it_can_have(page: Open, desk: wiring.Desk) -> None:
    alone = ended(desk, planned(desk, factors={}))
    grid = {"temperature": [0.2, 0.6, 1.2], "top_p": [0.3, 0.6, 0.9]}
    wide = ended(desk, planned(desk, factors=grid))
    few = texts(page(run=alone.id, view="plots"))
    assert "What became of the calls" in few and "Timeline of calls" in few
    assert "Main effects" not in few and "Interaction" not in few
    app = page(run=wide.id, view="plots")
    for name in ("Main effects", "Interaction", "Heat map", "Fitted surface", "Quality, cost"):
        assert name in texts(app), name
    assert app.selectbox(key="tune-factor-across").options == ["temperature", "top_p"]
    app.selectbox(key="tune-factor-across").set_value("top_p")
    run(app)
    assert app.selectbox(key="tune-factor-lines").value == "temperature"


def test_verdicts_are_sentences_and_the_winner_is_measured_again(
    page: Open, desk: wiring.Desk
) -> None:
    promised = {"hypothesis": "Longer when hot.", "metric": "length", "n": 9}
    study = ended(desk, planned(desk, remeasure=1, preregistered=promised))
    said = texts(page(run=study.id))
    assert "length: temperature=0.2" in said and "temperature=1.2" in said
    assert "What each factor does" in said and "whether temperature matters" in said
    assert "Longer when hot." in said
    assert any("9 prompts were declared" in each for each in said.splitlines())
    assert "not its score. Measured again," in said and "the very prompts that chose it" in said


def test_a_finished_study_says_what_to_do_about_settings_that_never_scored(
    page: Open, desk: wiring.Desk
) -> None:
    study = ended(desk, planned(desk, models=[SPEED], factors={"temperature": [0.5, 1.9]}))
    said = texts(page(run=study.id))
    assert "have no scores to compare: no prompt has a score of both." in said
    assert "correct the value or the score, and ask in a new study." in said
    assert "do not show what temperature does. If the study is over, correct values" in said
    assert "Wait for more" not in said and "compare yet" not in said
    assert "Calls without an answer that could be scored: 2 (50.0%)." in said
    assert "under *Plots*" in said and "What became of the calls" in said
    assert "图表" in texts(page("zh", run=study.id))


def test_the_answers_to_a_prompt_stand_side_by_side(page: Open, desk: wiring.Desk) -> None:
    study = ended(desk, planned(desk))
    app = page(run=study.id, view="answers", prompt="b")
    assert app.selectbox(key="tune-prompt").value == "b"
    assert [each.value for each in app.text][:1] == ["And top_p?"]
    table = app.dataframe[0].value
    assert sorted(table["Setting"]) == ["temperature=0.2", "temperature=1.2"]
    assert set(table["Outcome"]) == {"whole"} and table["Begins"].str.len().min() > 0


FULL = {
    "question": "Everything?",
    "name": "Everything?",
    "prompts": [{"prompt": "One\nand two\t", "reference": "三"}, {"prompt": "Next"}],
    "models": [NGRAM, SPEED],
    "params": {"max_output_tokens": 20, "stop": ["###"]},
    "factors": {
        "temperature": {"minimum": 0.1, "maximum": 0.9},
        "system": ["", "You are\n\na poet.", "惜字如金。"],
        "response_format": ["json_object", "text"],
        "top_k": [3, 5],
    },
    "design": "sobol",
    "points": 5,
    "repeats": 2,
    "budget_calls": 7,
    "concurrency": 3,
    "delta": 0.25,
    "remeasure": 0,
    "stop_early": False,
    "seed": 11,
    "scores": [
        {"kind": "contains", "value": "a"},
        {"kind": "length", "unit": "words", "primary": True},
    ],
    "preregistered": {"hypothesis": "h", "metric": "length", "delta": 0.25, "n": 2},
}


@pytest.mark.parametrize("plan", [SMALL | {"name": "Which?"}, FULL])
def test_a_new_study_from_an_old_one_is_the_same_study(
    page: Open, desk: wiring.Desk, plan: dict[str, Any]
) -> None:
    prompts = [{**each, "id": str(n)} for n, each in enumerate(plan["prompts"], 1)]
    study = planned(desk, **{**plan, "prompts": prompts})
    app = page(run=study.id, view="plan")
    press(app, "tune-again")
    assert "run" not in app.query_params
    press(app, "tune-check")
    press(app, "tune-start")
    again = found(desk, opened_run(app))
    assert again.id != study.id
    journal = Journal(desk.store)
    before, after = as_form(journal.whole_plan(study)), as_form(journal.whole_plan(again))
    assert after == before
    over(desk, again.id)


def test_the_plan_that_is_shown_runs_again(page: Open, desk: wiring.Desk) -> None:
    study = planned(desk)
    app = page(run=study.id, view="plan")
    again = plan_of(tomllib.loads(app.code[0].value))
    assert again == Journal(desk.store).whole_plan(study)
