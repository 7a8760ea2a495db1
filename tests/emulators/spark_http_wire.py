"""What the tests of Spark's HTTP service speak with."""

from __future__ import annotations

import json
import re

import requests

from emulators import Emulators
from tests.emulators.wire import ASK, Http

SID = r"cha[0-9a-f]{8}@dx([0-9a-f]{11})[0-9a-f]{7}"
X1 = {"model": "spark-x"}


def post(
    running: Emulators, body: object, version: str = "/v1", key: str | None = None
) -> requests.Response:
    url = running.environment["SPARK_HTTP_BASE_URL"].removesuffix("/v1") + version
    full = {"model": "generalv3.5", "messages": ASK} | body if isinstance(body, dict) else body
    data = full if isinstance(full, str) else json.dumps(full)
    headers = {"Authorization": f"Bearer {key or running.keys['SPARK_API_PASSWORD']}"}
    session = Http(running).session
    return session.post(url + "/chat/completions", data=data, headers=headers)


def lines_of(answer: requests.Response) -> list[str]:
    """The events of a stream, each of which must be one line and a blank one."""
    *lines, rest = answer.content.decode().split("\n\n")
    assert rest == "" and all(re.match(r"data:[{\[]", line) for line in lines)
    return [line.removeprefix("data:") for line in lines]


def verdict(answer: requests.Response) -> str:
    return "ok" if answer.status_code == 200 else str(answer.json()["error"]["code"])
