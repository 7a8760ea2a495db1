"""Keys that visitors type: whose they are, how long they are kept, and who is called with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import emulators
from backends import (
    Access,
    Catalogue,
    ChatRequest,
    Client,
    Message,
    Provider,
    ProviderError,
    TypedKeys,
    addresses,
    redactor,
)
from backends.providers import PROVIDERS
from backends.secrets import Redactor
from tests.conftest import ListLedger, Rig

DEEPSEEK, QIANFAN, SPARK, VISION = (
    next(provider for provider in PROVIDERS if provider.name == name)
    for name in ("deepseek", "qianfan", "spark", "spark-image")
)
KEY = "fake-typed-key-0123456789-abcdef"
SET = {"DEEPSEEK_API_KEY": KEY}
TRIPLE = {"SPARKAI_APP_ID": "fakeapp1", "SPARKAI_API_KEY": KEY, "SPARKAI_API_SECRET": KEY[::-1]}


def shown(keys: TypedKeys, visitor: str | None, provider: Provider = DEEPSEEK) -> dict[str, str]:
    return {name: str(secret) for name, secret in keys.of(visitor, provider).items()}


def test_a_key_is_its_visitor_s_alone_and_shows_its_last_four_characters() -> None:
    keys = TypedKeys()
    keys.keep("alice", DEEPSEEK, SET)
    assert shown(keys, "alice") == {"DEEPSEEK_API_KEY": "***cdef"}
    assert not (shown(keys, "bob") or shown(keys, "") or shown(keys, None))
    assert not shown(keys, "alice", QIANFAN)
    keys.forget("alice", QIANFAN)
    assert shown(keys, "alice")
    keys.forget("alice", DEEPSEEK)
    keys.forget("nobody")
    assert not shown(keys, "alice")


def test_services_that_take_the_same_keys_share_them() -> None:
    keys = TypedKeys()
    keys.keep("alice", SPARK, TRIPLE)
    assert shown(keys, "alice", VISION).keys() == TRIPLE.keys()


def test_one_whole_set_of_several_is_enough_and_replaces_the_one_before() -> None:
    keys = TypedKeys()
    iam = {"QIANFAN_ACCESS_KEY": KEY, "QIANFAN_SECRET_KEY": KEY[::-1]}
    keys.keep("alice", QIANFAN, {**iam, "QIANFAN_BEARER_TOKEN": ""})
    assert shown(keys, "alice", QIANFAN).keys() == iam.keys()
    keys.keep("alice", QIANFAN, {"QIANFAN_BEARER_TOKEN": KEY})
    assert shown(keys, "alice", QIANFAN).keys() == {"QIANFAN_BEARER_TOKEN"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "DEEPSEEK_API_KEY"),
        ({"OPENAI_API_KEY": KEY}, "A key is missing"),
        ({"DEEPSEEK_API_KEY": f"{KEY} "}, "white space"),
        ({"DEEPSEEK_API_KEY": "你的密钥"}, "a placeholder"),
        ({"DEEPSEEK_API_KEY": f"{KEY}\nX-Other: 1"}, "no key has"),
        ({"DEEPSEEK_API_KEY": "k" * 513}, "more than 512"),
        ({"DEEPSEEK_API_KEY": "ernie-speed-8k"}, "a placeholder"),
    ],
)
def test_what_cannot_be_a_key_is_refused_and_the_one_before_stays(
    typed: dict[str, str], said: str
) -> None:
    keys = TypedKeys(["qianfan/ernie-speed-8k"])
    keys.keep("alice", DEEPSEEK, SET)
    with pytest.raises(ProviderError) as refused:
        keys.keep("alice", DEEPSEEK, typed)
    assert said in refused.value.message.en and refused.value.message.zh
    assert all(value not in refused.value.message.en for value in typed.values() if len(value) > 14)
    assert shown(keys, "alice")


def test_who_calls_with_them_no_more_has_none_after_a_while() -> None:
    now = [0.0]
    keys = TypedKeys(kept=100.0, clock=lambda: now[0])
    keys.keep("alice", DEEPSEEK, SET)
    now[0] = 90.0
    assert shown(keys, "alice")
    now[0] = 180.0
    assert shown(keys, "alice")
    now[0] = 290.0
    assert not shown(keys, "alice")


def test_keys_are_kept_of_so_many_visitors_and_of_one_address_of_a_tenth() -> None:
    keys = TypedKeys(most=20)
    for number in range(3):
        addresses.seen(f"near-{number}", "203.0.113.90")
    for number in range(2):
        keys.keep(f"near-{number}", DEEPSEEK, SET)
    with pytest.raises(ProviderError, match="Try again later"):
        keys.keep("near-2", DEEPSEEK, SET)
    for number in range(18):
        addresses.seen(f"far-{number}", f"203.0.113.{number}")
        keys.keep(f"far-{number}", DEEPSEEK, SET)
    addresses.seen("last", "198.51.100.1")
    with pytest.raises(ProviderError, match="Try again later"):
        keys.keep("last", DEEPSEEK, SET)
    keys.forget("near-0")
    keys.keep("last", DEEPSEEK, SET)


def test_the_redactor_knows_a_typed_key_at_once_and_for_a_while_after_it_is_forgotten() -> None:
    keys = TypedKeys(strangers=True)
    key = "fake-Typed-key-987654321-fedcba"
    assert redactor.clean(key) == key
    keys.keep("alice", DEEPSEEK, {"DEEPSEEK_API_KEY": key})
    assert redactor.clean(f"<{key.upper()}>") == "<***>"
    assert redactor.begun(key[:9]) == 9
    keys.forget("alice")
    assert redactor.clean(key) == "***"


def test_of_forgotten_keys_the_last_hundreds_are_remembered_and_of_kept_ones_all() -> None:
    known = Redactor()
    known.borrow(KEY, strange=True)
    for number in range(1500):
        known.borrow(f"fake-stranger-{number:06}-key", strange=True)
        known.give_back(f"fake-stranger-{number:06}-key")
    assert known.clean(KEY) == "***"
    assert known.clean("fake-stranger-001499-key") == "***"
    assert known.clean("fake-stranger-000000-key") == "fake-stranger-000000-key"


@pytest.mark.parametrize("word", ["generalv3.5", "2026-11-29T06:38:03", "remaining-requests-limit"])
def test_a_stranger_s_word_is_no_secret_by_saying_so(word: str) -> None:
    strange, trusted = Redactor(), Redactor()
    strange.borrow(word, strange=True)
    trusted.borrow(word, strange=False)
    assert strange.clean(word) == word
    assert trusted.clean(word) == "***"


# --- calls


def asking(rig: Rig, own: TypedKeys) -> tuple[Client, ListLedger]:
    """A desk whose own keys are wrong, so that only who brings a key is answered."""
    ledger, rig.wrong_keys = ListLedger(), True

    def brought(provider: Provider, visitor: str) -> Access | None:
        keys = own.of(visitor, provider)
        return replace(rig.access(provider), keys=keys, emulated=False) if keys else None

    return Client(Catalogue(PROVIDERS), rig.access, ledger, own=brought), ledger


@pytest.mark.parametrize(
    "model", ["qianfan/ernie-speed-8k", "spark/generalv3.5", "deepseek/deepseek-chat"]
)
def test_a_visitor_s_calls_go_with_the_visitor_s_key_and_nobody_else_s(
    rig: Rig, model: str
) -> None:
    own = TypedKeys()
    client, ledger = asking(rig, own)
    provider, _ = client.catalogue.find(model)
    right = {name: rig.running.keys[name] for name in provider.credentials[0]}
    own.keep("alice", provider, right)
    request = ChatRequest(model, (Message("user", "hi"),), user="alice")
    assert client.start(request).result(20).state == "ok"
    for other in ("bob", None, ""):
        assert client.start(replace(request, user=other)).result(20).state != "ok"
    assert client.start(replace(request, run="some-run")).result(20).state != "ok"
    own.forget("alice", provider)
    assert client.start(request).result(20).state != "ok"
    told = repr(ledger.closed)
    assert not any(value in told for value in right.values() if len(value) > 12)


def test_a_service_is_asked_for_its_models_with_the_visitor_s_key(rig: Rig) -> None:
    own = TypedKeys()
    client, _ = asking(rig, own)
    own.keep("alice", DEEPSEEK, {"DEEPSEEK_API_KEY": rig.running.keys["DEEPSEEK_API_KEY"]})
    assert client.served("deepseek", "alice")
    with pytest.raises(ProviderError):
        client.served("deepseek", "bob")


def test_a_token_minted_from_typed_keys_is_known_to_the_redactor() -> None:
    entries: list[dict[str, Any]] = []
    with emulators.start(tokens_per_second=2000, log=entries.append) as running:
        own = TypedKeys()
        v1 = next(provider for provider in PROVIDERS if provider.name == "qianfan-v1")
        typed = {name: running.keys[name] for name in ("QIANFAN_AK", "QIANFAN_SK")}
        own.keep("alice", v1, typed)
        urls = {name: running.environment[name] for name in v1.base_urls}
        client = Client(
            Catalogue([v1]),
            lambda provider: Access(urls),
            ListLedger(),
            own=lambda provider, visitor: Access(urls, own.of(visitor, provider)),
        )
        asked = ChatRequest("qianfan-v1/ernie_speed", (Message("user", "hi"),), user="alice")
        assert client.start(asked).result(20).state == "ok"
        minted = [token.value for token in v1._tokens._tokens.values()]  # type: ignore[attr-defined]
    assert minted
    for token in minted:
        assert redactor.clean(f"?access_token={token}") == "?access_token=***"
