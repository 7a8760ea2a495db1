"""The v1 token service."""

from __future__ import annotations

import re
import time

import requests

from emulators import Emulators
from tests.emulators.wire import ASK, Http


def test_success_has_the_documented_shape(http: Http) -> None:
    answer = http.oauth()
    assert answer.status_code == 200
    fields = {"access_token", "expires_in", "refresh_token", "scope", "session_key"}
    assert set(answer.json()) == fields | {"session_secret"}
    assert answer.json()["expires_in"] == 2592000
    form = r"24\.[0-9a-f]{32}\.2592000\.(\d+)\.\d+-\d+"
    match = re.fullmatch(form, answer.json()["access_token"])
    assert match and abs(int(match.group(1)) - time.time() - 2592000) < 60


def test_get_works_too(shared: Emulators) -> None:
    keys = shared.keys
    query = {
        "grant_type": "client_credentials", "client_id": keys["QIANFAN_AK"],
        "client_secret": keys["QIANFAN_SK"],
    }  # fmt: skip
    url = shared.urls["qianfan"] + "/oauth/2.0/token"
    assert requests.get(url, params=query, timeout=5).json()["access_token"]
    # A form body is not read.
    answer = requests.post(url, data=query, timeout=5)
    assert (answer.status_code, "error" in answer.json()) == (401, True)


def test_failures_are_401_with_two_fields_and_a_newline(http: Http) -> None:
    answer = http.oauth(client_id="no")
    assert answer.status_code == 401
    assert answer.text == ('{"error_description":"unknown client id","error":"invalid_client"}\n')
    answer = http.oauth(client_secret="no")
    assert answer.json() == {
        "error": "invalid_client", "error_description": "Client authentication failed",
    }  # fmt: skip
    assert http.oauth(grant_type="password").status_code == 401


def test_tokens_end(shared: Emulators, http: Http) -> None:
    token = http.token()
    assert "result" in http.v1({"messages": ASK}, token=token).json()
    shared.expire_tokens()
    expired = http.v1({"messages": ASK}, token=token)
    assert expired.status_code == 200
    assert expired.json() == {"error_code": 111, "error_msg": "Access token expired"}
    assert http.v1({"messages": ASK}, token="24.no").json()["error_code"] == 110
    url = shared.urls["qianfan"] + "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie_speed"
    assert requests.post(url, json={"messages": ASK}, timeout=5).json()["error_code"] == 100
