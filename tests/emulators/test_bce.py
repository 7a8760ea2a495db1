"""The BCE verifier against the vectors computed with the official signer."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
import requests

from emulators import Emulators
from emulators.qianfan.bce import (
    Signed,
    Unsigned,
    canonical_request,
    signature,
    signing_key,
    verify,
)
from tests.emulators.wire import Http

AK, SK = "ALTAKfakeAccessKeyId0000", "fakeSecretAccessKey0123456789abcd"
NOW, STAMP = 1716806096.0, "2024-05-27T10:34:56Z"
CP = "/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie_speed"
DATE = ("x-bce-date", STAMP)
JSON = ("content-type", "application/json")
BAIDU = ("host", "aip.baidubce.com")
DATE_LINE = "x-bce-date:2024-05-27T10%3A34%3A56Z"

Row = tuple[str, str, str, str, Sequence[tuple[str, str]], int, str, str]

# id, method, path, query, headers, lifetime, canonical request, tail
VECTORS: list[Row] = [
    ("V1", "GET", "/v1/test", "", [BAIDU], 1800, "GET\n/v1/test\n\nhost:aip.baidubce.com",
     "/host/23d49c93d52d43d9790d5cb1943adedbe706a3b6721f8c5726c5b5fec81cdc07"),
    ("V2", "GET", "/v1/BCE-BEARER/token",
     "expireInSeconds=43200&text=%E5%8D%83%E5%B8%86+%E5%A4%A7%E6%A8%A1%E5%9E%8B&empty=&a%2Fb=1%2B1%3D2",
     [("host", "iam.bj.baidubce.com"), DATE], 1800,
     "GET\n/v1/BCE-BEARER/token\na%2Fb=1%2B1%3D2&empty=&expireInSeconds=43200&text="
     "%E5%8D%83%E5%B8%86%20%E5%A4%A7%E6%A8%A1%E5%9E%8B\nhost:iam.bj.baidubce.com\n" + DATE_LINE,
     "/host;x-bce-date/a254f1492e5cd663db90b177ed30dcf251efc6306dd8156391d10fd7050e6709"),
    ("V3", "POST", CP, "", [BAIDU, DATE], 1800, f"POST\n{CP}\n\nhost:aip.baidubce.com\n{DATE_LINE}",
     "/host;x-bce-date/0821ceb5d29276977b92f6d6f321109b613173416023c716d33bdd70da724ba5"),
    ("V4", "POST", CP, "", [JSON, BAIDU, DATE], 1800,
     f"POST\n{CP}\n\ncontent-type:application%2Fjson\nhost:aip.baidubce.com\n{DATE_LINE}",
     "/content-type;host;x-bce-date/"
     "7e5a2a373d17bff3456ced3dabfd363b8f56aba3f830f0ab6062d58a87b0dae3"),
    ("V5", "POST", CP, "", [JSON, BAIDU, DATE], 300,
     f"POST\n{CP}\n\ncontent-type:application%2Fjson\nhost:aip.baidubce.com\n{DATE_LINE}",
     "//8ce011e4c2df9b32978c8d72a0c9476b0c74a8eba34d061799aa0edd805a758e"),
    ("V6", "POST", "/v2/service", "Action=DescribeServices",
     [("host", "127.0.0.1:8866"), JSON, DATE], 300,
     "POST\n/v2/service\nAction=DescribeServices\ncontent-type:application%2Fjson\n"
     f"host:127.0.0.1%3A8866\n{DATE_LINE}",
     "/content-type;host;x-bce-date/"
     "f6e5b0288184ce0074796905534aac87acc22289d043948a7e70424221045e1f"),
    ("V7", "GET", "/v1/list", "a=1&a1=2&a-b=3&A=4&b=~*'()", [("host", "h.example")], 60,
     "GET\n/v1/list\nA=4&a-b=3&a1=2&a=1&b=~%2A%27%28%29\nhost:h.example",
     "/host/7c8e374108d7bac4ed3269eef1149a2a47ba209d8f24c451f7d6da9b16e183f7"),
    ("V8", "GET", "/v1/%E5%8D%83%E5%B8%86/a%20b", "", [("host", "h.example")], 60,
     "GET\n/v1/%E5%8D%83%E5%B8%86/a%20b\n\nhost:h.example",
     "/host/eec01a29729f9a5b6e6dbd265c6ddb444b9b9a159081f33b281c032f73c54a05"),
]  # fmt: skip


@pytest.mark.parametrize("row", VECTORS, ids=[row[0] for row in VECTORS])
def test_published_vectors_verify(row: Row) -> None:
    _, method, path, query, headers, lifetime, canonical, tail = row
    request = Signed(method, path, query, headers)
    assert canonical_request(request, headers) == canonical
    authorization = f"bce-auth-v1/{AK}/{STAMP}/{lifetime}{tail}"
    assert verify(request, authorization, {AK: SK}, NOW) == AK
    for wrong in (authorization[:-1] + ("0" if tail[-1] != "0" else "1"), authorization + " "):
        with pytest.raises(Unsigned):
            verify(request, wrong, {AK: SK}, NOW)


def test_signing_keys_of_the_notes() -> None:
    keys = {
        1800: "a11c008fe364bd4a8945dcc47f1963a8cbde8f91c31af45c6068db946236b996",
        300: "debd8f0ed4ff514064822cf32fc5c09ac044a6d84f7de2ee117fa43c488159ab",
        60: "51eb28a6aa226dbadf3b8b3190025c942bc3a1d46bea7ca12ee7ffbdf28de036",
    }
    for lifetime, key in keys.items():
        assert signing_key(SK, f"bce-auth-v1/{AK}/{STAMP}/{lifetime}") == key


def test_cross_checks_of_the_notes() -> None:
    query = VECTORS[1][3]
    request = Signed("GET", "/v1/BCE-BEARER/token", query, VECTORS[1][4])
    signed = "82ca712d6d5ab1176b4df672b88efe8a9ddc7c42c30e64cd7940b5a5ab700c25"
    assert verify(request, f"bce-auth-v1/{AK}/{STAMP}/300/x-bce-date;host/{signed}", {AK: SK}, NOW)
    extra = ("Request_id", "sdk-py-0.4.12.3-abcdEFGH01234567")
    request = Signed("POST", CP, "", [JSON, BAIDU, DATE, extra])
    signed = "1d0157487747f01fa1cd1e705a8b116a8a28b956247fedaff24490632490366a"
    # The SDK lists the names in any order, from a set.
    names = "request_id;host;x-bce-date;content-type"
    assert verify(request, f"bce-auth-v1/{AK}/{STAMP}/300/{names}/{signed}", {AK: SK}, NOW) == AK


def test_java_signs_the_host_without_its_port_and_leaves_brackets() -> None:
    headers = [("host", "127.0.0.1:8866"), DATE]
    request = Signed("GET", "/x", "b=(1)&a=2", headers)
    prefix = f"bce-auth-v1/{AK}/{STAMP}/1800"
    text = f"GET\n/x\na=2&b=(1)\nhost:127.0.0.1\n{DATE_LINE}"
    signed = signature(signing_key(SK, prefix), text)
    assert verify(request, f"{prefix}/host;x-bce-date/{signed}", {AK: SK}, NOW) == AK


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "InvalidHTTPAuthHeader"),
        (f"bce-auth-v1/ALTAKother/{STAMP}/1800/host/{'0' * 64}", "NotFound"),
        (f"bce-auth-v1/{AK}/2024-05-27T10:04:55Z/1800/host/{'0' * 64}", "RequestExpired"),
        (f"bce-auth-v1/{AK}/2024-05-27T10:39:57Z/1800/host/{'0' * 64}", "RequestExpired"),
        (f"bce-auth-v1/{AK}/{STAMP}/1800/host/{'0' * 64}", "SignatureDoesNotMatch"),
        (f"bce-auth-v1/{AK}/2024-13-99T10:34:56Z/1800/host/{'0' * 64}", "InvalidHTTPAuthHeader"),
    ],
)
def test_what_is_refused(authorization: str, code: str) -> None:
    with pytest.raises(Unsigned) as caught:
        verify(Signed("GET", "/v1/test", "", [BAIDU]), authorization, {AK: SK}, NOW)
    assert caught.value.code == code


def signed_headers(running: Emulators, method: str, path: str, query: str = "") -> dict[str, str]:
    """Authorization for a request to the running emulators, in the documented form."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    host = running.urls["qianfan"].removeprefix("http://")
    prefix = f"bce-auth-v1/{AK}/{stamp}/1800"
    lines = f"host:{host.replace(':', '%3A')}\nx-bce-date:{stamp.replace(':', '%3A')}"
    signed = signature(signing_key(SK, prefix), f"{method}\n{path}\n{query}\n{lines}")
    return {"Authorization": f"{prefix}/host;x-bce-date/{signed}", "x-bce-date": stamp}


def test_iam_issues_a_bearer_key_that_v2_accepts(shared: Emulators, http: Http) -> None:
    path, query = "/v1/BCE-BEARER/token", "expireInSeconds=300"
    headers = signed_headers(shared, "GET", path, query)
    answer = requests.get(f"{shared.urls['qianfan']}{path}?{query}", headers=headers, timeout=5)
    assert answer.status_code == 200
    issued = answer.json()
    assert set(issued) == {"userId", "token", "status", "createTime", "expireTime"}
    assert issued["createTime"].endswith("Z") and issued["createTime"][19] == "."
    bearer = {"Authorization": f"Bearer {issued['token']}"}
    assert http.v2({}, **bearer).status_code == 200
    shared.expire_tokens()
    refused = http.v2({}, **bearer)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "invalid_iam_token")


def test_iam_refusal_is_an_empty_403_with_the_reason_in_headers(shared: Emulators) -> None:
    url = shared.urls["qianfan"] + "/v1/BCE-BEARER/token"
    headers = {"Authorization": f"bce-auth-v1/{AK}/{STAMP}/1800/host/{'0' * 64}"}
    for given in ({}, headers):
        answer = requests.get(url, headers=given, timeout=5)
        assert (answer.status_code, answer.content) == (403, b"")
        assert answer.headers["X-Bce-Error-Code"] and answer.headers["X-Bce-Error-Message"]
    unknown = {"Authorization": f"bce-auth-v1/ALTAKother/{STAMP}/1800/host/{'0' * 64}"}
    answer = requests.get(url, headers=unknown, timeout=5)
    message = answer.headers["X-Bce-Error-Message"]
    assert message == "NotFound, cause: Could not find credential."


@pytest.mark.parametrize(("seconds", "status"), [("299", 400), ("300", 200), ("2592000", 200),
                                                 ("2592001", 400), ("soon", 400)])  # fmt: skip
def test_iam_lifetimes(shared: Emulators, seconds: str, status: int) -> None:
    path, query = "/v1/BCE-BEARER/token", f"expireInSeconds={seconds}"
    headers = signed_headers(shared, "GET", path, query)
    answer = requests.get(f"{shared.urls['qianfan']}{path}?{query}", headers=headers, timeout=5)
    assert answer.status_code == status


def test_v1_chat_takes_a_signature_in_place_of_a_token(shared: Emulators, http: Http) -> None:
    url, body = shared.urls["qianfan"] + CP, {"messages": [{"role": "user", "content": "hi"}]}
    answer = requests.post(url, json=body, headers=signed_headers(shared, "POST", CP), timeout=5)
    assert answer.json()["result"]
    wrong = signed_headers(shared, "POST", CP + "/")
    answer = requests.post(url, json=body, headers=wrong, timeout=5)
    assert (answer.status_code, answer.json()["error_code"]) == (200, 14)
