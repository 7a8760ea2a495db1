"""Sizes, counts and errors: what is too much, and what is said when something goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest
from starlette.responses import PlainTextResponse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from gate import STREAMLIT, Gate, Limits, policy
from gate.crowd import Crowd
from tests.gate.conftest import KINDS, Site
from tests.gate.serving import served

Sites = Callable[[str, str], Site]

UPLOAD = {
    "gradio": ("/gradio_api/upload", "POST"),
    "streamlit": ("/_stcore/upload_file/a/b", "PUT"),
}
hello = PlainTextResponse("hello")
JOIN = "/gradio_api/queue/join"


def endless(counted: list[int], most: int = 80_000_000) -> Iterator[bytes]:
    """A body of no declared length; `counted` says how much of it was taken."""
    yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="x"\r\n\r\n'
    while sum(counted) < most:
        counted.append(1 << 16)
        yield b"x" * (1 << 16)


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_upload_is_refused_before_it_is_read(site: Sites, kind: str) -> None:
    path, method = UPLOAD[kind]
    there = site(kind, "local")
    for length in ("30000000", "1e9", "-1"):
        request = (
            f"{method} {path} HTTP/1.1\r\nHost: {there.host}\r\nContent-Length: {length}\r\n\r\n"
        )
        said = there.raw(request)
        assert b" 413 " in said or (length != "30000000" and b" 400 " in said), said
    taken: list[int] = []
    form = {"content_type": "multipart/form-data; boundary=b"} if kind == "gradio" else {}
    try:
        answer = there.ask(path, method, content=endless(taken), **form)
        assert answer.status_code == (413 if kind == "gradio" else 403)
    except httpx.WriteError:
        pass  # the connection was closed while it was still sending
    assert sum(taken) < 40_000_000


def test_a_large_request_and_a_large_message_are_refused(site: Sites) -> None:
    there = site("gradio", "space")
    body = json.dumps({"session_hash": "large", "data": ["x" * 3_000_000]}).encode()
    answer = there.ask(JOIN, "POST", content=body, accept_language="zh")
    assert answer.status_code == 413 and answer.json()["detail"] == (
        "发送的内容太大，上限是 2 MB。请减小后再发送。"
    )
    address = site("streamlit", "space").host
    with (
        connect(f"ws://{address}/_stcore/stream") as socket,
        pytest.raises(ConnectionClosed) as end,
    ):
        socket.send(b"x" * 3_000_000)
        while True:
            socket.recv(timeout=20)
    assert end.value.rcvd is not None and end.value.rcvd.code == 1009


@pytest.mark.parametrize("kind", KINDS)
def test_a_space_takes_no_files(site: Sites, kind: str) -> None:
    path, method = UPLOAD[kind]
    answer = site(kind, "space").ask(path, method, content=b"x", accept_language="en")
    assert answer.status_code == 403 and "takes no files" in answer.json()["error"]


def test_what_a_visitor_says_of_its_own_address_does_not_count(site: Sites) -> None:
    """A proxy on this machine is believed in a Space; on a laptop there is none."""
    there = site("gradio", "local")
    assert there.ask("/config", x_forwarded_for="203.0.113.9").is_success
    forged = there.ask("/", x_forwarded_host="evil.example", x_forwarded_proto="https")
    assert "evil.example" not in forged.text and "strict-transport-security" not in forged.headers
    behind = site("gradio", "space").ask(
        "/", x_forwarded_proto="https", x_forwarded_for="203.0.113.9"
    )
    assert behind.headers["strict-transport-security"]
    assert behind.headers["set-cookie"].startswith("__Host-tunedesk-visitor=")
    assert {"HttpOnly", "SameSite=Lax", "Secure"} <= set(behind.headers["set-cookie"].split("; "))


def test_one_address_cannot_take_everything() -> None:
    few = Limits(requests=30, uploads=0, open_streams=1)
    gate = Gate(hello, framework=STREAMLIT, policy=replace(policy("space"), limits=few))
    with served(gate) as address, httpx.Client(base_url=address, trust_env=False) as client:

        def get(path: str, **headers: str) -> httpx.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return client.get(path, headers=named)

        statuses = [
            get("/_stcore/health", x_forwarded_for="2.2.2.2").status_code for _ in range(99)
        ]
        assert statuses[:30] == [200] * 30 and 429 in statuses
        asked = (
            get("/", x_forwarded_for="2.2.2.2", accept="text/html", accept_language="zh")
            for _ in range(99)
        )
        refused = next(answer for answer in asked if answer.is_error)
        assert refused.status_code == 429 and 1 <= int(refused.headers["retry-after"]) <= 60
        assert "请求太多" in refused.text
        # Whoever adds addresses in front of its own is still itself.
        forged = [get("/", x_forwarded_for="8.8.8.8, 2.2.2.2") for _ in range(99)]
        assert 429 in {answer.status_code for answer in forged}
        assert get("/", x_forwarded_for="3.3.3.3").status_code == 200


def test_what_comes_from_an_address_is_counted_by_the_minute() -> None:
    now = [0.0]
    crowd = Crowd(policy("space"), lambda: now[0])
    assert [crowd.wait("a") for _ in range(1_200)] == [0.0] * 1_200
    assert 0 < crowd.wait("a") <= 0.05 and crowd.wait("b") == 0.0
    now[0] = 1.0
    assert [crowd.wait("a") for _ in range(20)] == [0.0] * 20 and crowd.wait("a") > 0
    assert crowd.wait("a", upload=True) > 0


def test_what_is_kept_of_strangers_is_bounded() -> None:
    limits = Limits(requests=2, uploads=0, open_streams=1, addresses=3)
    crowd = Crowd(replace(policy("space"), limits=limits))
    for place in range(50):
        crowd.wait(str(place))
        crowd.owns(f"session-{place}", "somebody")
    assert not crowd.owns("session-49", "else") and crowd.owns("session-0", "else")
    assert [crowd.wait("49"), crowd.wait("49") > 0, crowd.wait("0")] == [0.0, True, 0.0]


def test_the_whole_house_has_its_own_bound() -> None:
    crowd = Crowd(replace(policy("local"), streams=2))
    with crowd.stream("a"), crowd.stream("b"):
        assert crowd.full()
    assert not crowd.full()


def test_one_address_keeps_so_many_connections_open(site: Sites) -> None:
    there = site("streamlit", "space")
    url, mine = f"ws://{there.host}/_stcore/stream", {"X-Forwarded-For": "203.0.113.7"}
    with ExitStack() as tabs:
        for _ in range(24):
            tabs.enter_context(connect(url, additional_headers=mine))
        with pytest.raises(InvalidStatus, match="403"), connect(url, additional_headers=mine):
            pass
        page = there.ask("/", x_forwarded_for="203.0.113.7", accept="text/html")
        assert page.status_code == 429 and "Close some tabs" in page.text
        assert there.ask("/", x_forwarded_for="203.0.113.8").is_success
    with connect(url, additional_headers=mine):
        pass


def test_outside_a_laptop_an_error_has_a_number_and_no_detail(site: Sites) -> None:
    wrong = json.dumps({"data": "no list", "session_hash": "s", "fn_index": "no number"}).encode()
    headers = {"content_type": "application/json"}
    local = site("gradio", "local").ask(JOIN, "POST", content=wrong, **headers)
    assert local.status_code == 422 and "fn_index" in local.text
    there = site("gradio", "space")
    answer = there.ask(JOIN, "POST", content=wrong, **headers)
    assert answer.status_code == 422 and "fn_index" not in answer.text
    assert answer.json()["id"] in answer.json()["detail"]
    # The rotating log stands beside the store.
    logged = (there.log.parent / "tunedesk" / "tunedesk.log").read_text()
    assert f"{answer.json()['id']}: POST {JOIN} answered 422" in logged
    for path in ("/gradio_api/file=/etc/passwd", "/gradio_api/file=ui_gradio.py"):
        refused = there.ask(path)
        assert refused.status_code in (403, 404) and "passwd" not in refused.text


def test_a_session_belongs_to_the_visitor_who_began_it(site: Sites) -> None:
    there = site("gradio", "space")
    alice, bob = ("tunedesk-visitor=" + name * 20 for name in ("a", "b"))
    body = json.dumps({"session_hash": "alice1", "event_id": "x", "fn_index": 0}).encode()
    sent = {"content_type": "application/json"}
    cancel = "/gradio_api/cancel"
    assert there.ask(cancel, "POST", content=body, cookie=alice, **sent).is_success
    for cookie in (bob, ""):
        answer = there.ask(cancel, "POST", content=body, cookie=cookie, **sent)
        assert answer.status_code == 403 and "another visitor" in answer.text
        data = there.ask("/gradio_api/queue/data?session_hash=alice1", cookie=cookie)
        assert data.status_code == 403
        assert there.ask("/gradio_api/heartbeat/alice1", cookie=cookie).status_code == 403
    assert there.ask(cancel, "POST", content=body, cookie=alice, **sent).is_success


def test_a_page_that_is_open_has_room_for_its_stream() -> None:
    """Else it would ask, and could not hear the answer."""
    limits = Limits(requests=1_000, uploads=0, open_streams=4)
    crowd = Crowd(replace(policy("space"), limits=limits, streams=8))
    with ExitStack() as open_pages:
        for address in ("a", "a", "b", "b"):
            assert not crowd.full(2) and not crowd.crowded(address, 2)
            open_pages.enter_context(crowd.stream(address, per_page=True))
        assert crowd.full(2) and crowd.crowded("a", 2) and crowd.crowded("b", 2)
        for address in ("a", "a", "b", "b"):
            assert not crowd.full() and not crowd.crowded(address)
            open_pages.enter_context(crowd.stream(address))
        assert crowd.full() and crowd.crowded("a")
    assert not crowd.full(2) and not crowd.crowded("a", 2)
