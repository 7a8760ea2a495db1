"""What the tests speak with: plain libraries and an own signer, no client of Tunedesk."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
import websocket

from emulators import Emulators
from emulators.answers import Answer, TokenLike
from emulators.openai.rows import BY_NAME

CHAT = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/"
ASK = [{"role": "user", "content": "你好"}]


@dataclass(frozen=True)
class Word:
    """A token of a scripted answer."""

    text: str
    logprob: float = -0.5
    finish_reason: str | None = None


def saying(*words: str) -> Answer:
    """An answer of exactly these words, then the end."""

    def answer(question: str, system: str, sampling: object) -> Iterator[TokenLike]:
        for word in words:
            yield Word(word)
        yield Word("", finish_reason="stop")

    return answer


def endless(question: str, system: str, sampling: object) -> Iterator[TokenLike]:
    """An answer that never ends by itself."""
    while True:
        yield Word("字")


class Log:
    """Rows as they come, and a way to wait for the n-th."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._came = threading.Condition()

    def __call__(self, row: dict[str, Any]) -> None:
        with self._came:
            self.rows.append(row)
            self._came.notify_all()

    def wait(self, count: int = 1, seconds: float = 3.0) -> dict[str, Any]:
        """The `count`-th row; fails when it has not come in time."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.rows) >= count, seconds), self.rows
        return self.rows[count - 1]


class Http:
    """A session without proxies from the environment."""

    def __init__(self, running: Emulators) -> None:
        self.running = running
        self.session = requests.Session()
        self.session.trust_env = False

    def token(self) -> str:
        """A fresh v1 access token."""
        answer = self.oauth()
        return str(answer.json()["access_token"])

    def oauth(self, **changes: str) -> requests.Response:
        """Asks for a token, with some parameters changed."""
        keys = self.running.keys
        query = {"grant_type": "client_credentials", "client_id": keys["QIANFAN_AK"]}
        query |= {"client_secret": keys["QIANFAN_SK"]} | changes
        return self.session.post(self.running.urls["qianfan"] + "/oauth/2.0/token", params=query)

    def v1(
        self, body: Mapping[str, Any], endpoint: str = "ernie_speed", token: str | None = None
    ) -> requests.Response:
        """One v1 chat."""
        url = self.running.urls["qianfan"] + CHAT + endpoint
        query = {"access_token": token or self.token()}
        return self.session.post(url, params=query, json=dict(body))

    def v2(self, body: Mapping[str, Any], **headers: str) -> requests.Response:
        """One v2 chat with the permanent key."""
        key = {"Authorization": f"Bearer {self.running.keys['QIANFAN_BEARER_TOKEN']}"} | headers
        url = self.running.environment["QIANFAN_V2_BASE_URL"] + "/chat/completions"
        full = {"model": "ernie-speed-8k", "messages": ASK} | dict(body)
        return self.session.post(url, headers=key, json=full)

    def openai(
        self, body: Mapping[str, Any], service: str = "openai", key: str | None = None
    ) -> requests.Response:
        """One chat with an OpenAI-compatible service; its own fake key unless another is given."""
        row = BY_NAME[service]
        given = self.running.keys.get(row.key, "") if key is None else key
        full = {"model": next(iter(row.models)), "messages": ASK} | dict(body)
        url = self.running.urls[service] + "/chat/completions"
        return self.session.post(url, headers={"Authorization": f"Bearer {given}"}, json=full)


def events(response: requests.Response) -> list[Any]:
    """The `data:` objects of a stream, [DONE] as that text."""
    lines = response.content.decode("utf-8").split("\n")
    texts = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return [text if text == "[DONE]" else json.loads(text) for text in texts]


def sign(secret: str, host: str, date: str, path: str) -> str:
    """Spark's signature, written from the document."""
    text = f"host: {host}\ndate: {date}\nGET {path} HTTP/1.1"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()


def spark_url(
    running: Emulators,
    path: str = "/v3.5/chat",
    *,
    now: float | None = None,
    form: str = 'api_key="{key}", algorithm="hmac-sha256", headers="{names}", signature="{signed}"',
    order: Sequence[str] = ("authorization", "date", "host"),
    host: str | None = None,
    zone: str = "GMT",
    key: str | None = None,
    secret: str | None = None,
    encode: Callable[[Mapping[str, str]], str] = urlencode,
    service: str = "spark",
) -> str:
    """A signed URL as some real client writes it."""
    base = running.urls[service]
    host = host or urlsplit(base).netloc
    date = formatdate(time.time() if now is None else now, usegmt=True).replace("GMT", zone)
    signed = sign(secret or running.keys["SPARKAI_API_SECRET"], host, date, path)
    text = form.format(
        key=key or running.keys["SPARKAI_API_KEY"], names="host date request-line", signed=signed
    )
    given = {"authorization": base64.b64encode(text.encode()).decode(), "date": date, "host": host}
    return f"{base}{path}?" + encode({name: given[name] for name in order})


def spark_frame(
    text: object = None, domain: str = "generalv3.5", app_id: str = "fakeapp0", **chat: object
) -> dict[str, Any]:
    """A request frame."""
    turns = [{"role": "user", "content": "你好"}] if text is None else text
    return {
        "header": {"app_id": app_id},
        "parameter": {"chat": {"domain": domain, **chat}},
        "payload": {"message": {"text": turns}},
    }


def connect(url: str) -> websocket.WebSocket:
    """A plain websocket-client connection."""
    return websocket.create_connection(url, timeout=5, http_no_proxy=["127.0.0.1"])


def converse(url: str, frame: object) -> tuple[list[Any], bytes]:
    """All frames of one answer, and the payload of the close frame."""
    connection = connect(url)
    connection.send(frame if isinstance(frame, str) else json.dumps(frame))
    frames: list[Any] = []
    while True:
        code, data = connection.recv_data()
        if code == websocket.ABNF.OPCODE_CLOSE:
            connection.close()
            return frames, data
        assert code == websocket.ABNF.OPCODE_TEXT
        frames.append(json.loads(data))


def raw_request(url: str, head: str, body: bytes = b"") -> socket.socket:
    """Sends a request over a bare socket and returns it, nothing read yet."""
    place = urlsplit(url)
    connection = socket.create_connection((place.hostname or "", place.port or 0), timeout=5)
    text = f"{head}\r\nHost: {place.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(text.encode() + body)
    return connection


def v2_bytes(running: Emulators, body: dict[str, Any]) -> tuple[str, bytes]:
    """Head and body of a v2 request, for `raw_request`."""
    key = running.keys["QIANFAN_BEARER_TOKEN"]
    head = f"POST /v2/chat/completions HTTP/1.1\r\nAuthorization: Bearer {key}"
    full = {"model": "ernie-speed-8k", "messages": ASK} | body
    return head, json.dumps(full).encode()
