"""Runs over emulators: what is called, what is kept, and what is called again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

import emulators
from backends import Access, Call, ChatRequest, Client, Message, Provider, Secret
from experiments import measured
from experiments.runner import Runner
from tests.conftest import Rig
from tests.experiments.rigs import MODEL, Desk, small
from usage.owners import is_dead
from usage.prices import Prices

pytestmark = pytest.mark.databases

# A process id beyond what this machine gives: its owner is certainly dead.
NOBODY = f"{socket.gethostname()[:32]}:4194999:cafe"


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer, as the emulators take it."""

    text: str
    logprob: float = 0.0
    finish_reason: str | None = None


def _calls(desk: Desk) -> list[Call]:
    return list(desk.store.each())


def test_every_cell_is_called_once_and_scored(desk: Desk) -> None:
    scores = [{"kind": "contains", "value": "茶"}, {"kind": "length", "primary": True}]
    run = desk.create(small(repeats=2, scores=scores))
    assert desk.work(run) == "run"
    cells, calls = desk.cells(run), {call.id: call for call in _calls(desk)}
    assert len(calls) == 12 and len({cell.call_id for cell in cells}) == 12
    for cell in cells:
        call = calls[cell.call_id or ""]
        assert (call.run, call.cell, call.tag) == (run, cell.number, "study")
        assert cell.outcome == call.state
        assert cell.state == "done"
        # A truncated answer is an outcome of its own, and has no score.
        assert (cell.scores.get("length") == len(call.text)) is (call.state == "ok")


def test_what_is_asked_is_the_setting_with_its_examples(desk: Desk, rig: Rig) -> None:
    plan = small(
        factors={"system": ["你是诗人"]}, examples=[["一加一？", "二"]], prompts=["二加二？"]
    )
    desk.work(desk.create(plan))
    [entry] = rig.chats()
    assert entry["body"]["max_tokens"] == 12
    assert [turn["content"] for turn in entry["body"]["messages"]] == [
        "你是诗人",
        "一加一？",
        "二",
        "二加二？",
    ]


def test_a_paused_run_goes_on_with_what_is_missing(desk: Desk) -> None:
    run = desk.create(small(repeats=6, concurrency=2))
    runner = desk.runner(run, told=lambda _: desk.journal.want(run, "pause"))
    assert runner.work() == "pause"
    done = [cell for cell in desk.cells(run) if cell.state == "done"]
    assert 0 < len(done) < 36
    assert {cell.state for cell in desk.cells(run)} == {"done", "waiting"}
    desk.journal.want(run, "run")
    assert desk.work(run) == "run"
    assert [cell.call_id for cell in desk.cells(run) if cell in done] == [c.call_id for c in done]
    # What waited for its turn when the run was paused was never sent.
    assert len([call for call in _calls(desk) if call.wire is not None]) == 36
    assert {call.billed for call in _calls(desk) if call.wire is None} <= {"no"}


def test_stop_cuts_what_is_under_way(desk: Desk, rig: Rig) -> None:
    rig.running.fault = "stall"
    run = desk.create(small())
    runner = desk.runner(run)
    ended: list[str] = []
    worker = threading.Thread(target=lambda: ended.append(runner.work()))
    worker.start()
    deadline = time.monotonic() + 10
    while not _calls(desk):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    desk.journal.want(run, "stop")
    worker.join(10)
    assert ended == ["stop"]
    assert {call.state for call in _calls(desk)} == {"cancelled"}
    assert {cell.state for cell in desk.cells(run)} == {"waiting"}
    # Those that were on record but had to wait for the others were never sent.
    sent = [call for call in _calls(desk) if call.wire is not None]
    assert len(sent) <= 4
    assert all(call.billed == "no" for call in _calls(desk) if call not in sent)


def test_a_dead_workers_answers_are_kept_and_its_cut_calls_made_again(desk: Desk) -> None:
    run = desk.create(small())
    cells = desk.cells(run)
    desk.journal.claim(run, NOBODY, 3)
    answered = desk.client.start(_request(run, 0)).result(10)
    cut = replace(answered, id="c" * 32, cell=1, state="sent", text="")
    desk.store.open(cut)
    assert desk.work(run) == "run"
    after = desk.cells(run)
    assert len(after) == len(cells) and {cell.state for cell in after} == {"done"}
    assert after[0].call_id == answered.id
    assert after[1].call_id != cut.id
    found = desk.store.find(cut.id)
    assert found is not None and (found.state, found.billed) == ("interrupted", "possible")
    [event] = desk.find(run).events
    assert (event["kind"], event["calls"]) == ("interrupted", 1)


def test_cut_calls_are_left_alone_where_that_is_wanted(desk: Desk) -> None:
    run = desk.create(small())
    desk.journal.claim(run, NOBODY, 1)
    answered = desk.client.start(_request(run, 0)).result(10)
    desk.store.open(replace(answered, id="c" * 32, started_at=answered.started_at, state="sent"))
    assert desk.work(run, again=False) == "run"
    assert len(_calls(desk)) == 7


def test_a_live_worker_keeps_its_cells(desk: Desk) -> None:
    run = desk.create(small())
    taken = desk.journal.claim(run, "elsewhere:1:cafe", 2)
    assert desk.work(run, steers=False) == "run"
    states = {cell.number: cell.state for cell in desk.cells(run)}
    assert all(states[cell.number] == "running" for cell in taken)
    assert not is_dead("elsewhere:1:cafe")


def test_two_workers_share_a_run(desk: Desk, rig: Rig) -> None:
    run = desk.create(small(repeats=8, concurrency=3))
    second = desk.runner(run, steers=False)
    worker = threading.Thread(target=second.work)
    worker.start()
    assert desk.work(run) == "run"
    worker.join(10)
    assert len(rig.chats(least=48)) == len(_calls(desk)) == 48


def test_as_many_go_at_once_as_planned_and_never_more(desk: Desk) -> None:
    going, most, lock = 0, 0, threading.Lock()

    def answer(_text: str, _system: str, _sampling: object) -> Iterator[Token]:
        nonlocal going, most
        with lock:
            going += 1
            most = max(most, going)
        yield Token("春")
        with lock:
            going -= 1
        yield Token("茶", finish_reason="stop")

    with emulators.start(["deepseek"], tokens_per_second=40, answer=answer) as running:
        client = Client(desk.client.catalogue, _access(running), desk.store)
        run = desk.create(small(repeats=6, concurrency=5))
        assert Runner(client, desk.journal, desk.find(run), Prices.load()).work() == "run"
    assert most == 5


def test_a_run_finds_places_for_all_that_it_has_under_way(desk: Desk, rig: Rig) -> None:
    # Half of them are a run's: as many as go at once, and those that are being recorded.
    client = Client(rig.client.catalogue, rig.access, desk.store, most_in_flight=20)
    run = desk.create(small(repeats=6, concurrency=5))
    assert Runner(client, desk.journal, desk.find(run), Prices.load()).work() == "run"
    assert {call.state for call in _calls(desk)} <= {"ok", "length"}


def test_the_budget_is_kept_and_the_rest_given_up(desk: Desk) -> None:
    run = desk.create(small(repeats=4, budget_calls=7))
    assert desk.work(run) == "run"
    assert len(_calls(desk)) == 7
    assert desk.journal.counts(run)["dropped"] == 24 - 7


@pytest.mark.parametrize("scores", [[], [{"kind": "judge", "model": MODEL}]], ids=["", "judged"])
def test_a_refusal_for_the_rate_waits_and_is_a_row_of_its_own(
    desk: Desk, scores: list[dict[str, str]]
) -> None:
    limits = emulators.Limits(requests=4, window_seconds=1.0)
    with emulators.start(["deepseek"], tokens_per_second=5000, limits=limits) as running:
        client = Client(desk.client.catalogue, _access(running), desk.store)
        run = desk.create(small(repeats=2, scores=scores))
        runner = Runner(client, desk.journal, desk.find(run), Prices.load())
        assert runner.work() == "run"
    calls = _calls(desk)
    refused = [call for call in calls if call.error and call.error.kind == "RateLimit"]
    again = [call for call in calls if call.retry_of is not None]
    assert refused and {call.retry_of for call in again} <= {call.id for call in refused}
    assert {cell.outcome for cell in desk.cells(run)} <= {"ok", "length"}


def test_an_adaptive_design_tries_as_many_settings_as_planned(desk: Desk) -> None:
    plan = small(
        design="adaptive",
        points=4,
        repeats=2,
        factors={"temperature": {"minimum": 0.1, "maximum": 0.9}, "system": ["", "短"]},
        scores=[{"kind": "length"}, {"kind": "tokens"}],
        params={},
        against="tokens",
    )
    run = desk.create(plan)
    assert desk.work(run) == "run"
    settings = desk.find(run).settings
    assert len(settings) == 4 and len({setting.label for setting in settings}) >= 3
    assert all(0.1 <= setting.params["temperature"] <= 0.9 for setting in settings)
    assert len(desk.cells(run)) == 4 * 3 * 2


def test_the_winner_is_measured_again_once(desk: Desk) -> None:
    plan = small(remeasure=2, scores=[{"kind": "length"}], params={}, stop_early=False)
    run = desk.create(plan)
    assert desk.work(run) == "run"
    confirm = [cell for cell in desk.cells(run) if cell.stage == "confirm"]
    [event] = [event for event in desk.find(run).events if event["kind"] == "winner"]
    assert {cell.setting for cell in confirm} == {0, event["setting"]}
    assert len(confirm) == len({0, event["setting"]}) * 3 * 2
    assert desk.work(run) == "run"
    assert len([cell for cell in desk.cells(run) if cell.stage == "confirm"]) == len(confirm)


def test_with_prompts_enough_the_winner_is_measured_on_those_that_did_not_choose_it(
    desk: Desk,
) -> None:
    prompts = [f"问题 {number}？" for number in range(8)]
    plan = small(prompts=prompts, remeasure=1, scores=[{"kind": "length"}], params={})
    run = desk.create(plan)
    desk.work(run)
    cells = desk.cells(run)
    assert {cell.prompt_id for cell in cells if cell.stage == "main"} == set("123456")
    assert {cell.prompt_id for cell in cells if cell.stage == "confirm"} == {"7", "8"}
    values = measured.scores(desk.journal, desk.find(run), "length", "confirm")
    assert values.shape == (2, 2, 1) and not np.isnan(values[0]).any()


def _access(running: emulators.Emulators) -> Callable[[Provider], Access]:
    def access(provider: Provider) -> Access:
        names = {name for group in provider.credentials for name in group}
        keys = {name: Secret(running.keys[name]) for name in names}
        urls = {name: running.environment[name] for name in provider.base_urls}
        return Access(urls=urls, keys=keys, emulated=True)

    return access


def _request(run: str, cell: int) -> ChatRequest:
    return ChatRequest(MODEL, (Message("user", "你好"),), run=run, cell=cell, tag="study")


def test_two_that_would_steer_agree_on_one(desk: Desk) -> None:
    plan = small(
        design="adaptive",
        points=4,
        repeats=2,
        factors={"temperature": {"minimum": 0.1, "maximum": 0.9}},
        scores=[{"kind": "length"}],
        params={},
        remeasure=1,
    )
    run = desk.create(plan)
    second = desk.runner(run)
    worker = threading.Thread(target=second.work)
    worker.start()
    assert desk.work(run) == "run"
    worker.join(20)
    assert desk.work(run) == "run"
    assert len(desk.find(run).settings) == 4
    assert [event["kind"] for event in desk.find(run).events] == ["winner"]
    assert len([cell for cell in desk.cells(run) if cell.stage == "main"]) == 4 * 3 * 2


def test_a_failure_of_our_own_ends_the_work_and_leaves_the_rest_waiting(desk: Desk) -> None:
    # No check has seen this plan: its pattern is none.
    run = desk.create(small(params={}, scores=[{"kind": "regex", "value": "("}]))
    with pytest.raises(Exception, match="missing"):
        desk.work(run)
    assert desk.journal.counts(run).get("running", 0) == 0
    assert desk.journal.counts(run)["waiting"] > 0


def test_a_pause_does_not_wait_for_a_rate_limit(desk: Desk, rig: Rig) -> None:
    rig.running.fault = "rate_limited"
    run = desk.create(small(repeats=4))
    runner = desk.runner(run)
    ended: list[str] = []
    worker = threading.Thread(target=lambda: ended.append(runner.work()))
    worker.start()
    deadline = time.monotonic() + 10
    while not _calls(desk):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    desk.journal.want(run, "pause")
    # The gate is closed for longer, and nothing is sent when it opens.
    worker.join(5)
    assert ended == ["pause"]
    assert desk.journal.counts(run)["waiting"] == 24
