"""What a Gradio page is told of its asking, before and after its stream ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from panels.gradio_stream import STREAM_SCRIPT

# The far end: a stream that does as it is told, an asking that is taken at once, no clock.
_FAR_JS = """() => {
    window.setTimeout = (act) => { window.late = act; };
    window.fetch = async (what) => what.endsWith("/queue/join")
        ? Response.json({event_id: "second"})
        : new Response(new ReadableStream({start: (far) => { window.far = far; }}));
    window.say = (text) => far.enqueue(new TextEncoder().encode(text));
}"""
_LISTEN_JS = """async () => {
    const stream = await fetch("http://far.test/queue/data");
    window.near = stream.body.getReader();
    say('{"event_id": "first"}');
    await near.read();
}"""
_ASK_JS = """() => {
    window.told = false;
    fetch("http://far.test/queue/join").then(() => { window.told = true; });
}"""
# Whatever can happen without anything from outside has happened after so many turns.
_TOLD_JS = """async () => {
    for (let turn = 0; turn < 50 && !told; turn += 1)
        await new Promise((go) => {
            const {port1, port2} = new MessageChannel();
            port1.onmessage = go;
            port2.postMessage(null);
        });
    return told;
}"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page()
    opened.evaluate(_FAR_JS)
    opened.evaluate(STREAM_SCRIPT.removeprefix("<script>").removesuffix("</script>"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "news",
    [
        """near.read(); say('{"event_id": "second"}')""",
        "far.close()",
        "far.error(new DOMException('', 'AbortError'))",
        "near.cancel()",
        "late()",
    ],
    ids=["heard of", "ended", "cut", "not read on", "nothing for a second"],
)
def test_a_page_is_told_that_its_asking_was_taken_once_it_is_clear_where_it_hears_of_it(
    page: Page, news: str
) -> None:
    page.evaluate(_LISTEN_JS)
    page.evaluate(_ASK_JS)
    assert not page.evaluate(_TOLD_JS)
    page.evaluate(f"() => {{ {news} }}")
    assert page.evaluate(_TOLD_JS)


def test_it_is_told_at_once_without_a_stream_and_of_what_the_stream_has_brought_already(
    page: Page,
) -> None:
    page.evaluate(_ASK_JS)
    assert page.evaluate(_TOLD_JS)
    page.evaluate(_LISTEN_JS)
    page.evaluate("""async () => { say('{"event_id": "second"}'); await near.read(); }""")
    page.evaluate(_ASK_JS)
    assert page.evaluate(_TOLD_JS)
