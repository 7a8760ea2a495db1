"""Gradio's comparison without a browser: what is asked, shown, hidden and recorded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

import ui_gradio
import wiring
from backends import Call, CallInFlight, ChatRequest, Delta
from experiments import votes
from panels import gradio_setups
from panels.compare import MOST, Column, Comparison, Round
from panels.gradio_compare_events import Events
from panels.gradio_compare_page import ComparePage
from panels.gradio_diff import diff_html
from panels.gradio_setups import Setup
from panels.gradio_sidebar import Sidebar
from panels.gradio_tab import session_name
from panels.own_keys import own_keys

SPEED, SPARK, NGRAM = "qianfan/ernie-speed-8k", "spark/generalv3.5", "handbook/ngram"
NASTY = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Desk]:
    store = tmp_path_factory.mktemp("compare") / "store.db"
    made = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{store}"}, tokens_per_second=500)
    yield made
    made.close()


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[wiring.Desk]:
    """The same at a reader's pace."""
    store = tmp_path_factory.mktemp("slow") / "store.db"
    made = wiring.Desk({"TUNEDESK_DB": f"sqlite:///{store}"}, tokens_per_second=12)
    yield made
    made.close()


def setup(model: str, system: str = "", **params: Any) -> Setup:
    return Setup(model, system, True, "stop", params)


@dataclass
class Visit:
    """The page as one visitor has it, without the browser."""

    desk: wiring.Desk
    page: ComparePage
    events: Events
    setups: list[Setup] = field(default_factory=lambda: [setup(SPEED), setup(SPARK)])
    chosen: int = 0
    blind: bool = False
    told: Any = -1
    held: Comparison | None = None
    shown: dict[Any, Any] = field(default_factory=dict)

    @property
    def tab(self) -> Any:
        return SimpleNamespace(session_hash="tab-1", headers={}, client=None)

    @property
    def inputs(self) -> list[Any]:
        """What the browser sends along: all columns, which one the panel shows, the panel."""
        panel = self.page.view.columns.settings.panel
        here = self.setups[self.chosen]
        sends = [name in here.params for name in panel.names]
        values = [here.params.get(name) for name in panel.names]
        own = [here.model, here.system, here.stream, here.overflow, *sends, *values]
        return [[each.kept for each in self.setups], self.chosen, *own]

    @property
    def usual(self) -> list[Any]:
        return [self.held, "en", self.blind, *self.inputs]

    async def follow(self, question: str) -> Any:
        """Ask; every update is handed out as the browser gets it."""
        asking = self.page.asking.ask(
            question, self.told, self.held, "en", self.blind, self.tab, *self.inputs
        )
        async for updates in asking:
            self.take(updates)
            yield updates

    def ask(self, question: str) -> list[dict[Any, Any]]:
        async def all_of_it() -> list[dict[Any, Any]]:
            return [updates async for updates in self.follow(question)]

        return asyncio.run(all_of_it())

    def take(self, updates: dict[Any, Any]) -> None:
        """Update the screen; whoever handles an event must not name a widget it may not change."""
        view = self.page.view
        may = {*view.outputs, *view.columns.outputs, self.page.told}
        assert updates.keys() <= may
        self.shown |= updates
        self.held = updates.get(self.page.view.held, self.held)

    def vote(self, winner: str) -> None:
        self.take(self.page.asking.vote(winner, *self.usual))

    def text(self, position: int) -> str:
        """Everything that stands in one place."""
        pane = self.page.view.panes.places[position]
        return "\n".join([str(self.shown.get(pane.head, "")), flat(self.shown[pane.chat])])

    def places(self) -> int:
        """How many places there are."""
        panes = self.page.view.panes.places
        return sum(self.shown[pane.place]["visible"] for pane in panes)

    def screen(self) -> str:
        return str(list(self.shown.values()))

    def calls(self) -> list[Call]:
        assert self.held is not None and self.held.last is not None
        return [flight.result(5) for flight in self.held.last.flights]


def flat(turns: list[dict[str, Any]]) -> str:
    return "\n".join(
        part
        for turn in turns
        for part in ((turn.get("metadata") or {}).get("title", ""), turn["content"][0]["text"])
    )


def visit(desk: wiring.Desk, *setups: Setup, **how: Any) -> Visit:
    with gr.Blocks() as demo, gr.Tabs(), gr.Tab("Compare") as tab:
        sidebar = Sidebar(desk.client, desk.emulated, own_keys(desk))
        sidebar.draw()
        page = ComparePage(sidebar, desk.client, desk.prices.cost, ui_gradio.caster(desk.store))
        page.draw()
        events = Events(page)
        events.wire(demo, tab)
    return Visit(desk, page, events, list(setups) or [setup(SPEED), setup(SPARK)], **how)


def test_every_column_is_asked_with_its_own_settings(desk: wiring.Desk) -> None:
    page = visit(
        desk,
        setup(SPEED, "be brief", temperature=0.2),
        setup(SPEED, temperature=0.9, stop="完\n终"),
        setup(SPARK),
    )
    page.ask("What is temperature?")
    bodies = [dict(call.wire.body) for call in page.calls() if call.wire is not None]
    assert [body.get("temperature") for body in bodies[:2]] == [0.2, 0.9]
    assert bodies[1]["stop"] == ["完", "终"]
    assert [call.system for call in page.calls()] == ["be brief", "", ""]
    assert [call.state for call in page.calls()] == ["ok"] * 3
    assert all(
        call.user == session_name("tab-1") and call.tag == "compare" for call in page.calls()
    )
    for position in range(3):
        assert "emulated" in page.text(position) and "tokens/s" in page.text(position)
        assert "first token" in page.text(position).lower()


def test_follow_ups_are_told_their_own_answers_or_those_of_one_column(desk: wiring.Desk) -> None:
    page = visit(desk, setup(SPEED, max_output_tokens=5), setup(SPEED, max_output_tokens=9))
    page.ask("One?")
    page.ask("Two?")
    first, second = ([turn.content for turn in call.messages] for call in page.calls())
    assert first[0] == second[0] == "One?" and first[1] != second[1]
    assert len(page.shown[page.page.view.panes.places[0].chat]) >= 6
    page.told = 1
    page.ask("Three?")
    told = [[turn.content for turn in call.messages] for call in page.calls()]
    assert told[0] == told[1] and told[0][1] == second[1]


def test_one_answer_is_stopped_and_the_other_ends_by_itself(slow: wiring.Desk) -> None:
    page = visit(slow)

    async def ask_and_stop() -> None:
        stopped = False
        async for _ in page.follow("Tell me a long story."):
            assert page.held is None or page.held.last is not None
            last = page.held.last if page.held else None
            if not stopped and last and last.flights[0].completion().text:
                page.page.asking.stop_one(0, page.held)
                page.page.asking.stop_one(MOST, page.held)
                stopped = True

    asyncio.run(ask_and_stop())
    assert [call.state for call in page.calls()] == ["cancelled", "ok"]
    assert "stopped" in page.text(0) and "stopped" not in page.text(1)
    assert page.shown[page.page.view.box]["submit_btn"] is True


@pytest.mark.parametrize("leave", ["stop", "close"])
def test_nobody_pays_for_answers_that_nobody_waits_for(slow: wiring.Desk, leave: str) -> None:
    page = visit(slow)

    async def ask_and_leave() -> None:
        answers = page.follow("Tell me a long story.")
        async for _ in answers:
            assert page.held is not None and page.held.last is not None
            if all(flight.completion().text for flight in page.held.last.flights):
                if leave == "stop":
                    await page.page.asking.stop(page.tab)
                else:
                    break
        await answers.aclose()

    asyncio.run(ask_and_leave())
    assert [call.state for call in page.calls()] == ["cancelled", "cancelled"]
    assert not page.page.asking.flights.busy("tab-1")


NAMES = ("ernie", "qianfan", "spark", "generalv3.5", "ngram", "0.37")


def test_a_blind_round_tells_no_names_before_the_vote(desk: wiring.Desk) -> None:
    page = visit(desk, setup(SPEED, temperature=0.37), setup(SPARK), setup(NGRAM), blind=True)
    page.take(page.events._set_right(*page.usual))
    for updates in page.ask("How are you?"):
        seen = str([value for key, value in updates.items() if key is not page.page.view.held])
        told = [name for name in NAMES if name in seen.lower()]
        assert not told, seen
        assert not any(call.id in seen for call in page.calls())
    assert "Answer A" in page.text(0) and "Answer B" in page.text(1)
    view = page.page.view
    assert page.places() == 2
    page.vote("left")
    assert page.held is not None and page.held.last is not None
    for position, call in enumerate(page.calls()):
        assert f"{call.provider}/{call.model}" in page.text(position)
        assert "first token" in page.text(position)
    assert "You chose A" in page.shown[view.votes.said]
    assert page.shown[view.votes.row]["visible"] is False
    kept = votes.read(desk.store)[-1]
    assert (kept.winner, kept.blind, kept.user) == ("left", True, session_name("tab-1"))
    assert [kept.left.call_id, kept.right.call_id] == [call.id for call in page.calls()]


def test_one_votes_while_the_answers_come(slow: wiring.Desk) -> None:
    page = visit(slow, blind=True)
    named: list[str] = []

    async def ask_and_vote() -> None:
        voted = False
        async for updates in page.follow("Tell me a long story."):
            last = page.held.last if page.held else None
            assert last is not None
            if voted:
                named.append(page.text(0))
            elif last.votable:
                assert all(
                    updates[button]["interactive"] for button in page.page.view.votes.buttons
                )
                page.vote("both bad")
                voted = last.running
                assert page.shown[page.page.view.box]["submit_btn"] is True

    asyncio.run(ask_and_vote())
    assert named and all("/" in text for text in named)
    assert votes.read(slow.store)[-1].winner == "both bad"
    assert [call.state for call in page.calls()] == ["ok", "ok"]
    page.vote("left")
    assert votes.read(slow.store)[-1].winner == "both bad"


def test_after_a_vote_the_next_question_waits_for_no_answer(slow: wiring.Desk) -> None:
    page = visit(slow, blind=True)

    async def vote_and_ask() -> list[Call]:
        async for _ in page.follow("Tell me a long story."):
            assert page.held is not None and page.held.last is not None
            if page.held.last.votable:
                page.vote("tie")
                before = page.held.last
                async for _ in page.follow("Another?"):
                    pass
                return [flight.result(5) for flight in before.flights]
        raise AssertionError("there was no vote")

    assert {call.state for call in asyncio.run(vote_and_ask())} <= {"cancelled", "ok"}
    assert [call.messages[-1].content for call in page.calls()] == ["Another?"] * 2
    assert "Another?" in page.text(0) and "long story" not in page.text(0)


def test_while_answers_come_a_question_stays_in_its_box(slow: wiring.Desk) -> None:
    page = visit(slow)

    async def ask_twice() -> list[dict[Any, Any]]:
        async for _ in page.follow("One?"):
            if page.held is not None and page.held.running:
                again = page.page.asking.ask("Two?", -1, *page.usual[:3], page.tab, *page.inputs)
                refused = [updates async for updates in again]
                await page.page.asking.stop(page.tab)
                return refused
        raise AssertionError("nothing was asked")

    refused = asyncio.run(ask_twice())
    assert page.page.view.box not in refused[-1]
    assert "still being answered" in str(refused)
    assert page.held is not None and len(page.held.rounds) == 1
    assert len(page.ask("   ")) == 1 and len(page.held.rounds) == 1


def test_a_column_added_while_answers_come_stays(slow: wiring.Desk) -> None:
    page = visit(slow)

    async def ask_and_add() -> None:
        async for _ in page.follow("Tell me a story."):
            if len(page.setups) == 2:
                page.take(page.events._add(*page.usual))
                page.setups = [*page.setups, setup(SPEED)]
                page.take(page.events._remove(*page.usual))
                assert "still being answered" in str(page.shown[page.page.view.trouble])

    asyncio.run(ask_and_add())
    assert page.places() == 3
    page.ask("And this?")
    assert len(page.calls()) == 3


def test_blind_and_open_rounds_take_turns(desk: wiring.Desk) -> None:
    page = visit(desk, setup(SPEED), setup(SPARK), setup(NGRAM))
    page.take(page.events._set_right(*page.usual))
    page.ask("One?")
    page.blind = True
    page.take(page.events._set_right(*page.usual))
    assert page.places() == 3 and "One?" in page.text(2)
    assert "begins anew" in str(page.shown[page.page.view.note])
    page.ask("Two?")
    assert page.places() == 2 and "Answer B" in page.text(1) and "One?" not in page.text(0)
    page.take(page.page.asking.reveal(*page.usual))
    assert "without a vote" in page.shown[page.page.view.votes.said]
    page.blind = False
    page.ask("Three?")
    assert page.places() == 3 and SPEED in page.text(0)
    page.take(page.page.asking.clear(*page.usual))
    assert page.held is not None and not page.held.rounds and "Three?" not in page.text(0)


@pytest.mark.parametrize(
    "junk",
    [
        None,
        [],
        "columns",
        [1, 2],
        [{"model": 1}, {"params": [NASTY]}],
        [{"params": {"temperature": {"a": [None]}, "no such": 1}}] * 2,
        [{"model": SPEED}] * 50,
    ],
)
def test_whatever_a_browser_sends_is_answered(desk: wiring.Desk, junk: Any) -> None:
    page = visit(desk)
    inputs = page.inputs
    for chosen in (float("nan"), -1, 1e300, "0", None, 1):
        arrived = [junk, chosen, *inputs[2:]]
        asking = page.page.asking
        page.take(page.events._choose(chosen, None, "en", False, *arrived))
        page.take(page.events._changed(None, "en", True, *arrived))
        page.take(page.events._set_right(None, "en", False, *arrived))
        page.take(page.events._add(None, "en", False, *arrived))
        page.take(page.events._remove(None, "en", False, *arrived))
        page.take(asking.vote("neither", None, "en", True, *arrived))
        assert NASTY not in page.screen()

    async def ask() -> list[Any]:
        asked = asking.ask("Hello?", NASTY, None, "en", False, page.tab, *arrived)
        return [updates async for updates in asked]

    last = asyncio.run(ask())[-1]
    assert last[page.page.view.box]["submit_btn"] is True


def test_columns_are_copied_edited_and_removed_with_their_answers(desk: wiring.Desk) -> None:
    page = visit(desk)
    page.ask("One?")
    columns, panes = page.page.view.columns, page.page.view.panes.places
    page.take(page.events._add(*page.usual))
    assert [each["model"] for each in page.shown[columns.kept]] == [SPEED, SPARK, SPEED]
    assert page.shown[columns.shown] == 2
    page.setups, page.chosen = [*page.setups, setup(NGRAM)], 2
    page.take(page.events._changed(*page.usual))
    assert NGRAM in page.shown[panes[2].head] and 'class="head chosen"' in page.shown[panes[2].head]
    page.ask("Two?")
    assert "One?" in page.text(1) and "One?" not in page.text(2)
    spark = page.calls()[1].text
    page.chosen = 0
    page.take(page.events._remove(*page.usual))
    assert [each["model"] for each in page.shown[columns.kept]] == [SPARK, NGRAM]
    assert spark in page.text(0) and "One?" in page.text(0) and "One?" not in page.text(1)
    page.setups = [setup(SPARK), setup(NGRAM)]
    page.ask("Three?")
    assert [turn.content for turn in page.calls()[0].messages][2:4] == ["Two?", spark]
    assert len(page.calls()[1].messages) == 3
    page.take(page.events._remove(*page.usual))
    assert len(page.shown[columns.kept]) == 2, "two columns stay"


def test_what_a_model_will_not_honour_stands_above_its_column(desk: wiring.Desk) -> None:
    page = visit(desk, setup(SPEED, top_k=5, temperature=3.0), setup("nobody/x", NASTY, seed=1))
    page.take(page.events._set_right(*page.usual))
    heads = [str(page.shown[pane.head]) for pane in page.page.view.panes.places[:2]]
    assert "top_k" in heads[0] and "Not honoured" in heads[0] and "(0, 1]" in heads[0]
    assert "nobody" in heads[1] and NASTY not in heads[1]
    page.ask("Hello?")
    assert [call.state for call in page.calls()] == ["refused", "refused"]
    assert "not sent" in page.text(0).lower()


def test_the_panel_shows_what_a_column_holds(desk: wiring.Desk) -> None:
    page = visit(desk, setup(SPEED), setup(SPARK, "be brief", temperature=0.7, stop="a\nb"))
    page.take(page.events._choose(1, *page.usual))
    settings = page.page.view.columns.settings
    assert page.shown[settings.models.choose] == SPARK
    assert page.shown[settings.persona.text] == "be brief"
    panel = settings.panel
    at = panel.names.index("temperature")
    assert page.shown[panel.sends[at]]["value"] is True
    assert page.shown[panel.values[at]]["value"] == 0.7
    assert page.shown[panel.sends[panel.names.index("top_k")]]["value"] is False
    kept = gradio_setups.kept(
        settings, json.loads(json.dumps(page.shown[page.page.view.columns.kept]))
    )
    assert kept is not None and kept[1].params == {"temperature": 0.7, "stop": "a\nb"}


def test_differences_are_marked_and_never_html() -> None:
    column = Column(SPEED)
    texts = (f"One {NASTY} two three four.", "One two three four and five.", " ")
    flights = tuple(CallInFlight(ChatRequest(SPEED, ())) for _ in texts)
    for flight, text in zip(flights, texts, strict=True):
        flight.add(Delta(text=text))
    rounds = [Round("?", (column,) * 3, (0, 1, 2), flights)]
    # The first words of two answers may be alike, which says nothing of the whole.
    assert "two answers have ended" in diff_html(rounds, "0.0", "0.1", "en")
    for flight in flights:
        flight.finish()
    shown = diff_html(rounds, "0.0", "0.1", "en")
    assert "<del>" in shown and "<ins>" in shown and NASTY not in shown
    assert "The two answers are the same" in diff_html(rounds, "0.1", "0.1", "en")
    for key in (None, "7.7", NASTY, 3, "0.2"):
        assert "two answers have ended" in diff_html(rounds, key, "0.0", "en")
