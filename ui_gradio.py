"""The Gradio app: chat, comparison and usage at a glance, with their settings on the left.

Layout and wiring only. Entry of a Hugging Face Space, and `python ui_gradio.py --port 7860`.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, cast

# First: it switches gradio's analytics off, which gradio reads when it is imported.
import wiring  # isort: skip
import gradio as gr
from fastapi import FastAPI

from backends import Call, NotRead
from experiments import scoreboard, votes
from gate import GRADIO, Gate, Policy, serve
from panels import gradio_details, gradio_keys, gradio_page, gradio_sessions
from panels.compare import Cast, NotRecorded
from panels.gradio_chat_page import ChatPage
from panels.gradio_compare_events import Events
from panels.gradio_compare_page import ComparePage
from panels.gradio_compare_return import Return
from panels.gradio_events import QUIET, visitor
from panels.gradio_flights import Flights
from panels.gradio_page import word
from panels.gradio_scoreboard import scoreboard_panel
from panels.gradio_seats import Hall
from panels.gradio_sidebar import Sidebar
from panels.gradio_tab import here
from panels.gradio_usage import Glance, UsagePanel, drawn, unread, usage_panel
from panels.gradio_usage_rows import call_rows, error_rows, limit_rows
from panels.own_keys import own_keys
from panels.scoreboard import Board, Boards, Standing
from panels.usage_cards import card_texts
from panels.usage_classes import meaning
from panels.usage_view import KINDS
from panels.words import Lang, pick, usage_words
from usage import Store, Trouble, frames, search
from usage.charts_limits import headroom_over_time
from usage.charts_tokens import tokens_over_time
from usage.filters import Filter
from usage.limits import headroom, whose
from usage.series import View
from usage.summary import summary

_GLANCE, _LATEST = timedelta(days=7), 8
# Seconds between two looks at uploaded files, and their age at which they go.
_UPLOADS_KEPT = (3600, 86400)


def build(desk: wiring.Desk, full_usage: str | None = None, hall: Hall | None = None) -> gr.Blocks:
    """The whole app over a desk; `full_usage` is the address of Streamlit's usage page.

    `hall` bounds how many answers are drawn at once.
    """
    hall = hall or Hall()
    with gr.Blocks(
        title=gradio_page.TITLE,
        fill_height=True,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=_UPLOADS_KEPT,
    ) as demo:
        sidebar = Sidebar(
            desk.client,
            lambda provider: desk.emulated(provider, here()),
            own_keys(desk),
        )
        sidebar.draw()
        with gr.Tabs():
            with gr.Tab(word("page_chat"), id="chat", scale=1) as chat:
                come_back = _chat_page(demo, desk, sidebar, hall)
            with gr.Tab(word("page_compare"), id="compare") as compare:
                _compare_page(demo, desk, sidebar, compare, hall)
            with gr.Tab(word("page_usage"), id="usage") as page:
                panel = usage_panel(full_usage, own=wiring.policy().strangers)
        _wire_usage(desk, sidebar.language, panel, (chat, compare), page)
        come_back()
    hall.queue(demo)
    with demo:
        gradio_sessions.bounded(demo)
    return cast(gr.Blocks, demo)


def _chat_page(
    demo: gr.Blocks, desk: wiring.Desk, sidebar: Sidebar, hall: Hall
) -> Callable[[], None]:
    """Draws it; what is returned connects what a page shows that is loaded anew."""
    which = gradio_details.answer_list()
    flights = Flights(gone=desk.typed.forget)
    page = ChatPage(
        demo, sidebar, desk.client, desk.store.find, flights, hall, files=wiring.policy().uploads
    )
    chat = page.draw(which)
    gradio_details.wire(gradio_details.details_panel(which), desk.store.find, sidebar.language)
    return partial(page.come_back, chat, which)


def _compare_page(
    demo: gr.Blocks, desk: wiring.Desk, sidebar: Sidebar, tab: Any, hall: Hall
) -> None:
    page = ComparePage(sidebar, desk.client, desk.prices.cost, caster(desk.store), hall)
    page.draw()
    board = scoreboard_panel()
    voted = Events(page).wire(demo, tab)
    board.wire(partial(boards, desk.store), sidebar.language, voted)
    gradio_details.wire(page.details, desk.store.find, sidebar.language)
    returned = Return(page).wire(demo, tab)
    page.view.diff.wire(page.view.held, sidebar.language, [*voted, returned])


def caster(store: Store) -> Cast:
    """What stores a vote."""

    def cast(left: Call, right: Call, winner: str, blind: bool) -> None:
        try:
            votes.cast(store, left, right, winner, blind=blind, user=left.user)
        except votes.VoteRefused as refused:
            raise NotRecorded(refused.message) from None

    return cast


def boards(store: Store) -> Boards:
    """What the votes come to."""
    found = votes.read(store)
    drawn = tuple(
        Board(
            kind,
            tuple(Standing(**asdict(row)) for row in board.ratings.rows),
            board.ratings.warnings,
            tuple(scoreboard.notes(board)),
        )
        for kind, board in scoreboard.boards(found).items()
    )
    return Boards(drawn, sum(vote.kind == "mixed" for vote in found))


def _wire_usage(
    desk: wiring.Desk, language: Any, panel: UsagePanel, others: tuple[Any, ...], page: Any
) -> None:
    """Drawn when the page is looked at, and again whenever the store's calls changed."""
    seen = gr.State(None)

    as_it_is = [gr.skip() for _ in (seen, *panel.outputs)]

    strangers = wiring.policy().strangers

    def look(request: gr.Request, lang: Lang, last: Sequence[int] | None = None) -> list[Any]:
        try:
            change = frames.last_change(desk.store)
            if last is not None and tuple(last) == change:
                return as_it_is
            reader = visitor(request) if strangers else None
            return [change, *drawn(glance(desk, lang, reader), lang)]
        except NotRead as trouble:
            return [None, *unread(panel, pick(trouble.message, lang))]

    def tick(request: gr.Request, last: Sequence[int] | None, lang: Lang) -> list[Any]:
        return look(request, lang, last)

    page.select(look, language, [seen, *panel.outputs], **QUIET)
    page.select(lambda: gr.Timer(active=True), None, panel.timer, **QUIET)
    for other in others:
        other.select(lambda: gr.Timer(active=False), None, panel.timer, **QUIET)
    panel.timer.tick(tick, [seen, language], [seen, *panel.outputs], **QUIET)


def glance(desk: wiring.Desk, lang: Lang, reader: str | None = None) -> Glance:
    """The calls of some days: what they come to, and the latest of them, of a `reader` alone where
    there is one."""
    # The clock of this machine: which one the reader's browser has is not told to us.
    here = datetime.now().astimezone().tzinfo or UTC
    which = Filter(since=datetime.now(UTC) - _GLANCE)
    view, words = View(desk.store, which), usage_words(lang)
    limits, errors = view.limits(), view.errors()
    tokens = tokens_over_time(view.tokens(), "kind", "hour", words, here)
    left, left_now = headroom_over_time(limits, words), headroom(limits)
    left_now = left_now.assign(whose=whose(left_now, words["key_unknown"]))
    latest = search.listing(desk.store, replace(which, user=reader)).rows[:_LATEST]
    return Glance(
        frames.last_change(desk.store)[0] > 0,
        {
            kind: card_texts(summary(part, desk.prices), lang)
            for kind in KINDS
            if not (part := View(desk.store, which.of_kind(kind, desk.built_in))).totals().empty
        },
        tokens if tokens.data else None,
        left if left.data else None,
        limit_rows(_rows(left_now.sort_values("share")), lang),
        error_rows(
            _rows(errors.head(_LATEST)),
            lambda name, kind, code: meaning(desk.catalogue, name, kind, code, lang),
            lang,
        ),
        call_rows(({**row, "at": _clock(row["started_ms"])} for row in latest), lang),
    )


def _rows(frame: Any) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], frame.to_dict("records"))


def _clock(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000).astimezone():%m-%d %H:%M:%S}"


def gated(
    desk: wiring.Desk, policy: Policy, full_usage: str | None = None, hall: Hall | None = None
) -> Gate:
    """The app behind its gate, to be served; `full_usage` and `hall` are as for `build`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route(gradio_keys.ROUTE, gradio_keys.receiver(own_keys(desk)), methods=["POST"])
    demo = build(desk, full_usage, hall)
    # Only an app that was launched checks that a file which a browser names was uploaded; any file
    # of this machine could be fetched from one that is mounted.
    demo.has_launched = True
    gr.mount_gradio_app(app, demo, path="/", **gradio_page.mount_options())
    return Gate(
        app,
        framework=GRADIO,
        policy=policy,
        first=gradio_page.first_script(),
    )


def main() -> None:
    """Serve until stopped: on this machine alone, in a Space for everyone."""
    parser = argparse.ArgumentParser(description="Tunedesk in Gradio")
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--address", help="where to listen; beyond this machine in team mode only")
    parser.add_argument("--streamlit-port", type=int, help="where Streamlit runs, for a link")
    options = parser.parse_args()
    beside = options.streamlit_port and f"http://127.0.0.1:{options.streamlit_port}/usage"
    try:
        policy, address = wiring.listening(options.address)
        desk = wiring.desk()
    except Trouble as trouble:
        parser.exit(2, f"{trouble.message.en}\n")
    # Ending in order lets the emulators and the store finish; Ctrl-C comes the same way.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            serve(gated(desk, policy, beside), address, options.port)
    except OSError as error:
        parser.exit(2, _not_listening(error, address, options.port))
    finally:
        desk.close()


def _not_listening(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken. Choose another: ui_gradio.py --port N\n"
    return f"{address} port {port} cannot be listened on ({error.strerror}). Choose another.\n"


if __name__ == "__main__":
    main()
