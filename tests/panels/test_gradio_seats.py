"""Who finds no seat is told so at once, and whoever leaves gives a seat back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import gradio as gr

from backends import PROVIDERS, Catalogue, Client
from panels.gradio_seats import Hall, Seats


async def growing(begun: list[str], who: str) -> AsyncIterator[str]:
    begun.append(who)
    try:
        while True:
            yield f"an answer for {who}"
    finally:
        begun.remove(who)


def test_so_many_are_seated_and_one_visitor_has_a_share() -> None:
    async def scene() -> None:
        begun: list[str] = []
        seats = Seats(most=3, each=2)

        def come(who: str) -> AsyncIterator[str]:
            return seats.seated(who, growing(begun, who), "full")

        sitting = [come("a"), come("a"), come("b")]
        assert [await anext(each) for each in sitting[:2]] == ["an answer for a"] * 2
        assert [told async for told in come("a")] == ["full"]
        assert await anext(sitting[2]) == "an answer for b"
        assert [told async for told in come("c")] == ["full"] and begun == ["a", "a", "b"]
        # A reader who leaves in the middle.
        await sitting[0].aclose()  # type: ignore[attr-defined]
        assert begun == ["a", "b"]
        later = come("c")
        assert await anext(later) == "an answer for c"
        for each in (*sitting[1:], later):
            await each.aclose()  # type: ignore[attr-defined]
        assert begun == []

    asyncio.run(scene())


def test_the_queue_has_room_for_all_who_have_a_seat_and_seats_for_all_calls() -> None:
    hall = Hall()
    with gr.Blocks(analytics_enabled=False) as demo:
        pass
    hall.queue(demo)
    assert demo._queue.max_thread_count > hall.asking.most + hall.watching.most
    assert demo.max_threads == 200
    client = Client(Catalogue(PROVIDERS), access=lambda provider: None, ledger=None)  # type: ignore[arg-type,return-value]
    assert hall.asking.most >= client._places._most
