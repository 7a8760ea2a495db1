"""The Batch page without a browser: nothing starts unseen, every row is asked, failures alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import wiring
from experiments import batch as batches
from experiments.batch import plan_batch
from experiments.journal import Journal, Run
from experiments.tabular.tables import Table
from tests.experiments.test_tables import workbook
from tests.test_ui_streamlit import run, texts

ROOT = Path(__file__).resolve().parents[1]
ENTRY = str(ROOT / "ui_streamlit.py")
NGRAM, SPEED, SPARK = "handbook/ngram", "qianfan/ernie-speed-8k", "spark-http/lite"
REVIEWS = Table(("id", "text", "Answer"), ((1, "good", "x"), (2, None, "y"), (3, "{bad}", None)))
CSV = "id,text,Answer\n1,good,x\n2,,y\n3,{bad},\n"

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
        return run(app.switch_page("pages/batch.py"))

    return opened


def upload(app: AppTest, name: str = "reviews.csv", data: str | bytes = CSV) -> None:
    content = data.encode() if isinstance(data, str) else data
    app.file_uploader(key="batch-file").upload(name, content)
    run(app)


def fill(app: AppTest, template: str = "Good or bad? {text}", *models: str) -> None:
    """A table, a template, and who is asked."""
    upload(app)
    app.text_area(key="batch-template").set_value(template)
    app.multiselect(key="batch-models").set_value(list(models) or [NGRAM])
    run(app)


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click()
    run(app)


def started(app: AppTest, desk: wiring.Desk) -> Run:
    """Go on from a filled form until every row is done."""
    press(app, "batch-check")
    press(app, "tune-start")
    found = app.query_params["run"]
    return over(desk, found if isinstance(found, str) else found[0])


def over(desk: wiring.Desk, run_id: str) -> Run:
    deadline = time.monotonic() + 60
    while desk.works.going(run_id):
        assert time.monotonic() < deadline, "the batch does not end"
        time.sleep(0.02)
    found = Journal(desk.store).find(run_id)
    assert found is not None
    return found


def planned(desk: wiring.Desk, table: Table = REVIEWS, **form: Any) -> str:
    """A batch on record that nobody works at."""
    batch = plan_batch(table, "Good or bad? {text}", "reviews.csv", {"models": [NGRAM], **form})
    return batches.create(Journal(desk.store), batch)


def test_the_form_says_what_it_needs_one_thing_after_the_other(page: Open) -> None:
    app = page()
    assert "No table yet." in texts(app) and app.button(key="batch-check").disabled
    upload(app)
    assert "**reviews.csv**: 3 rows, 3 columns" in texts(app)
    assert "No template yet." in texts(app)
    app.multiselect(key="batch-models").set_value([])
    app.text_area(key="batch-template").set_value("{text}")
    run(app)
    assert "No model yet." in texts(app) and app.button(key="batch-check").disabled
    app.multiselect(key="batch-models").set_value([NGRAM, SPEED])
    run(app)
    assert "3 rows × 2 models = 6 calls" in texts(app)
    assert not app.button(key="batch-check").disabled


def test_a_click_on_a_column_writes_it_and_the_questions_are_shown(page: Open) -> None:
    app = page()
    upload(app)
    app.text_area(key="batch-template").set_value("Good or bad? ")
    run(app)
    app.button_group(key="batch-field").set_value("text")
    run(app)
    assert app.text_area(key="batch-template").value == "Good or bad? {text}"
    # A value with braces is shown as it is.
    shown = [each.value for each in app.text]
    assert shown == ["Good or bad? good", "Good or bad?", "Good or bad? {bad}"]
    assert "no value: text" in texts(app)


def test_a_template_that_does_not_fit_is_said_to(page: Open) -> None:
    app = page()
    fill(app, "{review}")
    assert "{review}" in app.error[0].value and "id, text, Answer" in app.error[0].value
    assert app.button(key="batch-check").disabled


def test_nothing_is_sent_before_its_button_is_pressed(page: Open, desk: wiring.Desk) -> None:
    app = page()
    fill(app, "Good or bad? {text}", NGRAM, SPEED)
    press(app, "batch-check")
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Calls at most"] == "6"
    said = texts(app)
    assert "Nothing in “text” on row 2 (1 in all)" in said
    assert f"{SPEED}: answered by a local emulator." in said
    assert list(desk.store.each()) == [] and Journal(desk.store).latest() == []
    press(app, "tune-back")
    assert app.text_area(key="batch-template").value == "Good or bad? {text}"
    found = started(app, desk)
    assert Journal(desk.store).counts(found.id)["done"] == 6
    run(app)
    assert "finished" in texts(app)


def test_what_is_set_is_what_every_row_is_asked(page: Open, desk: wiring.Desk) -> None:
    app = page()
    fill(app, "{text}", SPEED)
    app.text_area(key="batch-persona-text").set_value("Be brief.")
    app.slider(key="batch-value-temperature-0.01-1.0").set_value(0.3)
    press(app, "batch-use-3")
    assert "Example 1 lacks" in texts(app)
    (answer,) = [each for each in app.text_area if each.label == "Example 1: answer"]
    answer.set_value("bad")
    run(app)
    found = started(app, desk)
    assert found.plan.examples == (("{bad}", "bad"),)
    calls = list(desk.store.each())
    assert len(calls) == 3
    for call in calls:
        assert call.system == "Be brief."
        assert [turn.content for turn in call.messages[:2]] == ["{bad}", "bad"]
        sent = {trace.name: trace.sent for trace in call.params if trace.outcome == "sent"}
        assert sent == {"temperature": 0.3}


def test_the_answers_stand_beside_what_was_asked(page: Open, desk: wiring.Desk) -> None:
    app = page()
    fill(app, "Good or bad? {text}", SPEED)
    started(app, desk)
    run(app)
    table = app.dataframe[0].value
    # The table's own column of that name is told apart.
    assert list(table.columns)[:4] == ["Row", "text", "Answer", "State"]
    assert list(table["Answer ⊞"])[:2] == ["x", "y"]
    assert table["Answer"].str.len().min() > 0
    assert all("emulated" in state for state in table["State"])
    calls = list(desk.store.each())
    tokens = sum(call.usage.input_tokens or 0 for call in calls if call.usage)
    assert f"Tokens: {tokens:,} in" in texts(app)
    assert "Emulators answered some of these calls" in texts(app)


def test_failures_are_asked_again_alone(page: Open, desk: wiring.Desk) -> None:
    # A text that no model takes: refused before anything is sent.
    rows = ((1, "good", None), (2, "x" * 30_000, None), (3, "bad", None))
    run_id = planned(desk, Table(REVIEWS.columns, rows), models=[SPEED])
    desk.works.start(run_id)
    over(desk, run_id)
    app = page(run=run_id)
    assert app.button(key="batch-retry").label == "Retry the failed ones (1)"
    app.segmented_control(key="batch-shown").set_value("failed")
    run(app)
    table = app.dataframe[0].value
    assert list(table["Row"]) == [2] and table["Error"].str.len().min() > 0
    before = len(list(desk.store.each()))
    press(app, "batch-retry")
    over(desk, run_id)
    assert len(list(desk.store.each())) == before + 1


def test_the_second_half_of_a_double_click_on_retry_puts_nothing_off(
    page: Open, desk: wiring.Desk
) -> None:
    run_id = planned(desk, Table(REVIEWS.columns, ((1, "x" * 30_000, None),)), models=[SPEED])
    desk.works.start(run_id)
    over(desk, run_id)
    app = page(run=run_id)
    journal = Journal(desk.store)
    # What the first half has done, when nobody has come to the row yet.
    batches.retry_failed(journal, run_id)
    press(app, "batch-retry")
    assert journal.counts(run_id)["waiting"] == 1


def test_what_was_put_off_can_be_resumed(page: Open, desk: wiring.Desk) -> None:
    run_id = planned(desk)
    journal = Journal(desk.store)
    journal.drop(run_id)
    app = page(run=run_id)
    assert "paused" in texts(app)
    press(app, "tune-resume")
    over(desk, run_id)
    assert journal.counts(run_id)["done"] == 3


def test_a_draft_is_kept_while_one_looks_at_another_page(page: Open) -> None:
    app = page()
    fill(app)
    press(app, "batch-example-add")
    run(app.switch_page("pages/usage.py"))
    run(app.switch_page("pages/batch.py"))
    assert app.text_area(key="batch-template").value == "Good or bad? {text}"
    assert "**reviews.csv**" in texts(app) and "Example 1 lacks" in texts(app)


def test_a_sheet_is_chosen_and_a_broken_file_is_said_to(page: Open) -> None:
    app = page()
    upload(app, "broken.xlsx", b"PK\x03\x04")
    assert "broken.xlsx is no XLSX file" in app.error[0].value
    upload(app, "two.xlsx", workbook(first=[["a"], ["1"]], second=[["b", "c"], [2, 3], [4, 5]]))
    assert "1 rows, 1 columns" in texts(app)
    (sheet,) = [each for each in app.selectbox if each.label == "Sheet"]
    sheet.set_value("second")
    run(app)
    assert "2 rows, 2 columns" in texts(app)


def test_batches_are_listed_and_others_are_not(page: Open, desk: wiring.Desk) -> None:
    run_id = planned(desk)
    app = page()
    app.segmented_control(key="batch-part").set_value("list")
    run(app)
    table = app.dataframe[0].value
    assert list(table["Table"]) == ["reviews.csv"] and list(table["Done"]) == ["0 / 3"]
    # A link to none leads to the list that its sentence speaks of.
    lost = page(run=f"x{run_id}")
    assert f"There is no batch x{run_id}" in lost.warning[0].value
    assert list(lost.dataframe[0].value["Table"]) == ["reviews.csv"]


def test_where_strangers_come_each_finds_their_own_batches(
    page: Open, desk: wiring.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = page(), page()
    fill(mine)
    started(mine, desk)
    press(mine, "batch-back")
    monkeypatch.setenv("TUNEDESK_MODE", "space")
    assert len(run(mine).dataframe) == 1
    other.segmented_control(key="batch-part").set_value("list")
    assert not run(other).dataframe and "No batch yet" in texts(other)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_example_runs_as_it_is(page: Open, desk: wiring.Desk, lang: str) -> None:
    app = page(lang)
    press(app, "batch-fill-example")
    found = started(app, desk)
    assert Journal(desk.store).counts(found.id)["done"] == 6
    run(app)
    assert len(app.dataframe[0].value) == 6
