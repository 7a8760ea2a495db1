"""What the gate goes by before it reads a body: names, origins, paths; and what it answers with."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.browser.conftest import ROOT, command, free_port
from tests.gate.conftest import KINDS, Site, environment, listen

Sites = Callable[[str, str], Site]

PAGES = {"gradio": ("/",), "streamlit": ("/", "/compare", "/usage")}
DATA = {"gradio": "/config", "streamlit": "/_stcore/health"}
CLOSED = {
    "gradio": (
        "/gradio_api/deep_link?session_hash=x",
        "/monitoring",
        "/monitoring/summary",
        "/gradio_api/runs",
        "/gradio_api/run-history/records",
        "/gradio_api/proxy=http://127.0.0.1:1/",
        "/gradio_api/openapi.json",
        "/gradio_api/queue/status",
        "/gradio_api/vibe-code",
        "/gradio_api/mcp/sse",
        "/gradio_api/user",
        "/gradio_api/token",
        "/gradio_api/dev/reload",
        "/gradio_api/custom_component/1/client/component/x.js",
        "/gradio_api/call/chat/1",
        "/login_check",
        "/docs",
        "/openapi.json",
        "/x/y",
    ),
    "streamlit": (
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback/x",
        "/component/x/y",
        "/_stcore/bidi-components/x/y",
        "/app/static/ui_streamlit.py",
        "/.env",
    ),
}
BAD_HOSTS = (
    "evil.example",
    "evil.example:7860",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "localhost:x",
    "127.0.0.2",
    "desk.example.evil",
)
GOOD_HOSTS = (
    "localhost",
    "LOCALHOST:1",
    "127.0.0.1:9",
    "[::1]:7860",
    "desk.example",
    "desk.example.",
)


def both(mode: str = "local") -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind in KINDS])


def every() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("kind", "mode"), [(kind, mode) for kind in KINDS for mode in ("local", "space")]
    )


@every()
def test_every_answer_says_what_may_load_and_who_may_frame_it(
    site: Sites, kind: str, mode: str
) -> None:
    there = site(kind, mode)
    asset = re.search(r'src="\./((?:assets|static)/[^"]+\.js)"', there.ask("/").text)
    assert asset is not None
    paths = [*PAGES[kind], DATA[kind], f"/{asset[1]}", CLOSED[kind][0]]
    for answer in [*map(there.ask, paths), there.ask("/", host="evil.example")]:
        told = answer.headers
        policy = told["content-security-policy"]
        assert told["x-content-type-options"] == "nosniff", answer.url
        assert told["referrer-policy"] == "no-referrer"
        assert "default-src 'self'" in policy or "default-src 'none'" in policy
        assert "frame-ancestors" in policy and "http:" not in policy
        assert "'unsafe-inline'" not in re.sub(r"style-src [^;]+", "", policy)
        assert not [name for name in told if name.startswith("access-control-")]
        if answer.url.path != f"/{asset[1]}":
            assert told["cache-control"] == "no-store"
    framed = there.ask("/").headers["content-security-policy"]
    assert ("https://huggingface.co" in framed) == (mode == "space")


@both()
def test_a_page_s_own_inline_scripts_run_and_no_others(site: Sites, kind: str, mode: str) -> None:
    answer = site(kind, mode).ask("/")
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", answer.text, re.S)
    allowed = {
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in scripts
    }
    named = set(re.findall(r"'sha256-[^']+'", answer.headers["content-security-policy"]))
    assert scripts and named == allowed


@both()
def test_a_page_that_is_asked_for_again_comes_whole(site: Sites, kind: str, mode: str) -> None:
    """An answer *unchanged* would be read under the policy of another answer."""
    first = site(kind, mode).ask("/")
    again = site(kind, mode).ask(
        "/", if_none_match=first.headers.get("etag", "*"), range="bytes=0-10", accept_encoding="br"
    )
    assert again.status_code == 200 and len(again.content) == len(first.content)


@every()
def test_it_is_reached_under_its_own_names_alone(site: Sites, kind: str, mode: str) -> None:
    there = site(kind, mode)
    for host in BAD_HOSTS:
        for path in ("/", DATA[kind], CLOSED[kind][0]):
            assert there.ask(path, host=host).status_code == 400, host
    assert there.ask("/", "POST", host="evil.example").status_code == 400
    for host in GOOD_HOSTS:
        assert there.ask(DATA[kind], host=host).status_code == 200, host


@both()
def test_a_page_of_another_site_can_neither_drive_nor_read_it(
    site: Sites, kind: str, mode: str
) -> None:
    there = site(kind, mode)
    act, method = {
        "gradio": ("/gradio_api/queue/join", "POST"),
        "streamlit": ("/_stcore/upload_file/a/b", "PUT"),
    }[kind]
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://x@{there.host}"):
        refused = there.ask(act, method, content=b"{}", origin=origin)
        assert (refused.status_code, refused.json()["code"]) == (403, "foreign_page"), origin
        assert there.ask(act, "OPTIONS", origin=origin).status_code == 403
    assert there.ask(DATA[kind], sec_fetch_site="cross-site", sec_fetch_mode="cors").is_error
    assert there.ask("/", sec_fetch_site="cross-site", sec_fetch_mode="navigate").is_success
    own = there.ask(act, method, content=b"{}", origin=there.address)
    assert "foreign" not in own.text


def test_a_websocket_of_another_site_does_not_open(site: Sites) -> None:
    there = site("streamlit", "local")
    url = f"ws://{there.host}/_stcore/stream"
    with connect(url, origin=Origin(there.address)):
        pass
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}):
        with pytest.raises(InvalidStatus, match="403"), connect(url, additional_headers=headers):
            pass
    with pytest.raises(InvalidStatus, match="403"), connect(f"ws://{there.host}/_stcore/other"):
        pass
    handshake = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert b" 403 " in there.raw(handshake)


@every()
def test_what_no_page_needs_is_closed(site: Sites, kind: str, mode: str) -> None:
    there = site(kind, mode)
    for path in CLOSED[kind]:
        for method in ("GET", "POST", "DELETE"):
            answer = there.ask(path, method)
            assert answer.status_code == 404 and answer.json()["code"] == "closed", path
    assert there.ask("/", "POST").status_code == 404
    assert there.ask("/", "TRACE").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_local_mode_does_not_listen_beyond_this_machine(kind: str, tmp_path: Path) -> None:
    for mode, address, said in (
        ("local", "0.0.0.0", "only this machine is served, so not on 0.0.0.0"),
        ("local", "::", "only this machine is served"),
        ("laptop", "127.0.0.1", "Set it to local, team or space"),
    ):
        ended = subprocess.run(
            [*command(kind, free_port()), *listen(kind, address)],
            cwd=ROOT,
            env=environment(tmp_path, TUNEDESK_MODE=mode),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ended.returncode == 2 and said in ended.stderr, ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_refusal_is_a_page_for_people_in_their_language(site: Sites) -> None:
    there = site("streamlit", "local")
    chinese = there.ask(
        "/", host="evil.example", accept="text/html", accept_language="zh-CN,zh;q=0.9"
    )
    assert chinese.headers["content-type"].startswith("text/html")
    assert chinese.text.index("这里不叫") < chinese.text.index("This place is not called")
    english = there.ask("/nothing/here", accept="text/html", accept_language="de")
    assert english.status_code == 404 and '<html lang="en">' in english.text
    assert there.ask("/", host="<b>x", accept="text/html").text.count("<b>") == 0
