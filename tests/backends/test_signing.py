"""Signatures against vectors that are not ours."""

from __future__ import annotations

import base64
import urllib.parse
from datetime import UTC, datetime

import pytest

from backends.signing import bce_authorization, iflytek_url

AK, SK = "ALTAKfakeAccessKeyId0000", "fakeSecretAccessKey0123456789abcd"
WHEN = datetime(2024, 5, 27, 10, 34, 56, tzinfo=UTC)
DATE = {"x-bce-date": "2024-05-27T10:34:56Z"}
CHAT = "https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/ernie_speed"
AIP = {"host": "aip.baidubce.com"}
JSON = {"content-type": "application/json"}
TEXT = urllib.parse.quote("千帆 大模型")

# Computed with the official bce-python-sdk and with an independent HMAC implementation.
BCE = {
    "V1": (
        "GET",
        "https://aip.baidubce.com/v1/test",
        AIP,
        1800,
        "host/23d49c93d52d43d9790d5cb1943adedbe706a3b6721f8c5726c5b5fec81cdc07",
    ),
    "V2": (
        "GET",
        "https://iam.bj.baidubce.com/v1/BCE-BEARER/token?expireInSeconds=43200"
        f"&text={TEXT}&empty=&a/b=1%2B1%3D2",
        {"host": "iam.bj.baidubce.com", **DATE},
        1800,
        "host;x-bce-date/a254f1492e5cd663db90b177ed30dcf251efc6306dd8156391d10fd7050e6709",
    ),
    "V3": (
        "POST",
        CHAT,
        {**AIP, **DATE},
        1800,
        "host;x-bce-date/0821ceb5d29276977b92f6d6f321109b613173416023c716d33bdd70da724ba5",
    ),
    "V4": (
        "POST",
        CHAT,
        {**AIP, **DATE, **JSON},
        1800,
        "content-type;host;x-bce-date/"
        "7e5a2a373d17bff3456ced3dabfd363b8f56aba3f830f0ab6062d58a87b0dae3",
    ),
    # The SDK signs these without listing them, so there the signature alone is the vector.
    "V5": (
        "POST",
        CHAT,
        {**AIP, **DATE, **JSON},
        300,
        "content-type;host;x-bce-date/"
        "8ce011e4c2df9b32978c8d72a0c9476b0c74a8eba34d061799aa0edd805a758e",
    ),
    "V6": (
        "POST",
        "http://127.0.0.1:8866/v2/service?Action=DescribeServices",
        {"host": "127.0.0.1:8866", **DATE, **JSON},
        300,
        "content-type;host;x-bce-date/"
        "f6e5b0288184ce0074796905534aac87acc22289d043948a7e70424221045e1f",
    ),
    "V7": (
        "GET",
        "https://h.example/v1/list?a=1&a1=2&a-b=3&A=4&b=~*'()",
        {"host": "h.example"},
        60,
        "host/7c8e374108d7bac4ed3269eef1149a2a47ba209d8f24c451f7d6da9b16e183f7",
    ),
    "V8": (
        "GET",
        "https://h.example/v1/%E5%8D%83%E5%B8%86/a%20b",
        {"host": "h.example"},
        60,
        "host/eec01a29729f9a5b6e6dbd265c6ddb444b9b9a159081f33b281c032f73c54a05",
    ),
    "V2 for 300 s": (
        "GET",
        "https://iam.bj.baidubce.com/v1/BCE-BEARER/token?expireInSeconds=43200"
        f"&text={TEXT}&empty=&a/b=1%2B1%3D2",
        {"host": "iam.bj.baidubce.com", **DATE},
        300,
        "host;x-bce-date/82ca712d6d5ab1176b4df672b88efe8a9ddc7c42c30e64cd7940b5a5ab700c25",
    ),
    "V4 with a request id, for 300 s": (
        "POST",
        CHAT,
        {**AIP, **DATE, **JSON, "request_id": "sdk-py-0.4.12.3-abcdEFGH01234567"},
        300,
        "content-type;host;request_id;x-bce-date/"
        "1d0157487747f01fa1cd1e705a8b116a8a28b956247fedaff24490632490366a",
    ),
}

# Printed in Baidu's own documents, keys and all.
PUBLISHED_URL = (
    "https://bj.bcebos.com/v1/test/myfolder/readme.txt"
    "?partNumber=9&uploadId=VXBsb2FkIElpZS5tMnRzIHVwbG9hZA"
)
PUBLISHED_HEADERS = {
    "host": "bj.bcebos.com",
    "content-length": "8",
    "content-md5": "0a52730597fb4ffa01fc117d9e71e3a9",
    "content-type": "text/plain",
    "x-bce-date": "2015-04-27T08:23:49Z",
}

KEY, SECRET = "fakekey0fakekey0fakekey0fakekey0", "fakesecretfakesecretfakesecret00"
# The last is the golden vector printed on the provider's own dictation page.
SPARK = [
    (
        "wss://spark-api.xf-yun.com/v3.5/chat",
        datetime(2024, 3, 22, 8, 0, 0, tzinfo=UTC),
        SECRET,
        "bAMZrPH4oPRWGsz/otnFe0sGJyXdu1m88e0qVgELOAY=",
    ),
    (
        "wss://spark-api.xf-yun.com/chat/max-32k",
        datetime(2024, 6, 29, 12, 34, 56, tzinfo=UTC),
        SECRET,
        "8woZJZhZ0+6lWTin/7zVWxH5yNtZc5xYmRMH+XTjKno=",
    ),
    (
        "ws://127.0.0.1:8765/v4.0/chat",
        datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
        SECRET,
        "sAmUX/u7p5O9QB3gF397xVT2p8Je3igWurlJ0Ey6KVQ=",
    ),
    (
        "wss://iat-api.xfyun.cn/v2/iat",
        datetime(2019, 7, 10, 7, 35, 43, tzinfo=UTC),
        "secretxxxxxxxx2df7900c09xxxxxxxx",
        "Hp3Ty4ZkSBmL8jKyOLpQiv9Sr5nvmeYEH7WsL/ZO2Jg=",
    ),
]


@pytest.mark.parametrize("name", BCE)
def test_bce_vectors(name: str) -> None:
    method, url, headers, expires, tail = BCE[name]
    signed = bce_authorization(method, url, headers, AK, SK, WHEN, expires)
    assert signed == f"bce-auth-v1/{AK}/2024-05-27T10:34:56Z/{expires}/{tail}"


def test_the_published_bce_vector() -> None:
    signed = bce_authorization(
        "PUT",
        PUBLISHED_URL,
        PUBLISHED_HEADERS,
        "0b0f67dfb88244b289b72b142befad0c",
        "bad522c2126a4618a8125f4b6cf6356f",
        datetime(2015, 4, 27, 8, 23, 49, tzinfo=UTC),
    )
    assert signed.endswith("/a19e6386e990691aca1114a20357c83713f1cb4be3d74942bb4ed37469ecdacf")


@pytest.mark.parametrize(("url", "when", "secret", "signature"), SPARK)
def test_spark_vectors(url: str, when: datetime, secret: str, signature: str) -> None:
    signed = urllib.parse.urlsplit(iflytek_url(url, KEY, secret, when))
    query = urllib.parse.parse_qs(signed.query, strict_parsing=True)
    authorization = base64.b64decode(query["authorization"][0]).decode()
    assert authorization == (
        f'api_key="{KEY}", algorithm="hmac-sha256", '
        f'headers="host date request-line", signature="{signature}"'
    )
    assert query["host"] == [urllib.parse.urlsplit(url).netloc]


def test_the_date_is_gmt_and_english_whatever_the_zone_of_the_clock() -> None:
    url = iflytek_url(SPARK[0][0], KEY, SECRET, SPARK[0][1])
    assert "date=Fri%2C+22+Mar+2024+08%3A00%3A00+GMT" in url
