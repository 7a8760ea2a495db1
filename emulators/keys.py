"""The credentials that the emulators accept: all fake, and said to be so in their own text."""

from __future__ import annotations

from typing import Final

QIANFAN_KEYS: Final = {
    "QIANFAN_AK": "fakeApiKey00000000000000",
    "QIANFAN_SK": "fakeSecretKey000000000000000000",
    "QIANFAN_ACCESS_KEY": "ALTAKfakeAccessKeyId0000",
    "QIANFAN_SECRET_KEY": "fakeSecretAccessKey0123456789abcd",
    "QIANFAN_BEARER_TOKEN": "bce-v3/ALTAK-fake/fake000000000000000000000000000000000000",
}
SPARK_KEYS: Final = {
    "SPARKAI_APP_ID": "fakeapp0",
    "SPARKAI_API_KEY": "fakekey0fakekey0fakekey0fakekey0",
    "SPARKAI_API_SECRET": "fakesecretfakesecretfakesecret00",
}
SPARK_HTTP_KEYS: Final = SPARK_KEYS | {"SPARK_API_PASSWORD": "fakeApiPassword00000000"}
