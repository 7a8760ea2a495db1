"""A key goes to the address that it was saved for, and to no other, whoever names the other."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

import emulators
import wiring
from backends import Call, ChatRequest, Message, ProviderError
from commands.doctor import examine
from tests.backends.test_wire import raw_server

Received = list[dict[str, Any]]
# One model of each way in which a key goes out: as a header, minted from two, signed for.
MODELS = ["deepseek/deepseek-chat", "qianfan-v1/ernie_speed", "spark/generalv3.5"]
DEEPSEEK, SPARK = "DEEPSEEK_BASE_URL", "SPARK_BASE_URL"


@contextmanager
def origins() -> Iterator[tuple[emulators.Emulators, emulators.Emulators, Received]]:
    """Two origins that accept the same keys, and what the second one receives."""
    elsewhere: Received = []
    with emulators.start() as own, emulators.start(log=elsewhere.append) as other:
        yield own, other, elsewhere


def called(desk: wiring.Desk, model: str, **more: Any) -> Call:
    return desk.client.start(ChatRequest(model, (Message("user", "hi"),), **more)).result(20)


@contextmanager
def desk_of(tmp_path: Path, values: dict[str, str], filed: set[str]) -> Iterator[wiring.Desk]:
    desk = wiring.Desk({**values, "TUNEDESK_DB": f"sqlite:///{tmp_path / 'a.db'}"}, filed=filed)
    yield desk
    desk.close()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("filed", ["keys", "addresses"])
def test_a_key_does_not_go_to_an_address_that_was_set_elsewhere(
    tmp_path: Path, model: str, filed: str
) -> None:
    with origins() as (_, other, elsewhere):
        sides = {"keys": set(other.keys), "addresses": set(other.environment)}
        values = {**other.keys, **other.environment}
        with desk_of(tmp_path, values, sides[filed]) as desk:
            call = called(desk, model)
    assert call.state == "refused" and call.billed == "no" and call.error is not None
    assert call.error.code == "key_origin"
    for said in call.error.message:
        assert "_BASE_URL" in said and ".env" in said
    assert elsewhere == []


@pytest.mark.parametrize("model", MODELS)
def test_set_in_one_place_they_belong_together(tmp_path: Path, model: str) -> None:
    with origins() as (_, other, elsewhere):
        values = {**other.keys, **other.environment}
        for filed in (set(), set(values)):
            with desk_of(tmp_path, values, filed) as desk:
                assert called(desk, model).state == "ok"
    assert elsewhere


def test_the_sdk_s_endpoint_counts_as_an_address(tmp_path: Path) -> None:
    with origins() as (_, other, elsewhere):
        url = {"SPARKAI_URL": f"{other.environment[SPARK]}/v3.5/chat"}
        with desk_of(tmp_path, {**other.keys, **url}, {"SPARKAI_URL"}) as desk:
            call = called(desk, "spark/generalv3.5")
    assert call.error is not None and "SPARKAI_URL" in call.error.message.en
    assert elsewhere == []


def test_the_file_beside_the_readme_is_told_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"{DEEPSEEK}=https://elsewhere.example/v1\nQIANFAN_AK=file\n")
    monkeypatch.setattr(wiring.settings, "HERE", tmp_path)
    monkeypatch.setenv("QIANFAN_AK", "environment")
    monkeypatch.delenv(DEEPSEEK, raising=False)
    assert wiring.filed() == {DEEPSEEK}


def test_the_doctor_says_so_and_warns_of_keys_that_go_unencrypted(tmp_path: Path) -> None:
    key = {"DEEPSEEK_API_KEY": "fake-deepseek-key-0123"}
    for url, filed, said in (
        ("https://elsewhere.example/v1", {DEEPSEEK}, "not set in the same place"),
        ("http://192.0.2.7/v1", set(), "no https or wss address"),
    ):
        with desk_of(tmp_path, {**key, DEEPSEEK: url}, filed) as desk:
            found = [each for each in examine(desk) if each.what.startswith("deepseek")]
        assert any(not each.ok and said in each.what for each in found)


def test_a_typed_key_goes_where_the_desk_says_and_with_no_key_of_the_desk(tmp_path: Path) -> None:
    with origins() as (own, other, elsewhere):
        # The desk has one of two keys of its own; the visitor brings the other alone.
        values = {**own.environment, "QIANFAN_AK": own.keys["QIANFAN_AK"]}
        with desk_of(tmp_path, values, set()) as desk:
            v1 = desk.catalogue.providers["qianfan-v1"]
            with pytest.raises(ProviderError):
                desk.typed.keep("alice", v1, {"QIANFAN_SK": other.keys["QIANFAN_SK"]})
            assert desk.emulated("qianfan-v1", "alice")
            typed = {name: own.keys[name] for name in ("QIANFAN_AK", "QIANFAN_SK")}
            desk.typed.keep("alice", v1, typed)
            assert not desk.emulated("qianfan-v1", "alice") and desk.emulated("qianfan-v1", "bob")
            assert set(desk.addresses(v1).values()) <= set(own.environment.values())
            call = called(desk, "qianfan-v1/ernie_speed", user="alice")
            assert (call.state, call.emulated) == ("ok", False)
            assert called(desk, "qianfan-v1/ernie_speed", user="bob").emulated
    assert elsewhere == []


@pytest.mark.parametrize("mode", ["local", "space"])
def test_beyond_a_laptop_a_typed_key_has_no_name_on_record(tmp_path: Path, mode: str) -> None:
    with ExitStack() as stack:
        own = stack.enter_context(emulators.start(["deepseek"]))
        values = {**own.environment, "TUNEDESK_MODE": mode}
        desk = stack.enter_context(desk_of(tmp_path, values, set()))
        desk.typed.keep("alice", desk.catalogue.providers["deepseek"], own.keys)
        call = called(desk, "deepseek/deepseek-chat", user="alice")
    assert (call.state, call.emulated) == ("ok", False)
    assert call.credential is not None
    assert (call.credential == "key-visitors") is (mode == "space")


def test_where_emulators_are_forced_a_typed_key_goes_nowhere(tmp_path: Path) -> None:
    with origins() as (own, _, _unused):
        values = {**own.environment, "TUNEDESK_EMULATED": "1"}
        with desk_of(tmp_path, values, set()) as desk:
            provider = desk.catalogue.providers["deepseek"]
            desk.typed.keep("alice", provider, {"DEEPSEEK_API_KEY": "fake-typed-key-0123456789"})
            assert called(desk, "deepseek/deepseek-chat", user="alice").emulated


# --- a provider that sends us elsewhere


def _sends_away(status: int, place: str) -> Callable[[socket.socket], object]:
    head = f"HTTP/1.1 {status} Go\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n"
    return lambda connection: connection.sendall(head.encode())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("model", MODELS)
def test_who_is_sent_elsewhere_does_not_go(tmp_path: Path, model: str, status: int) -> None:
    reached: list[str] = []
    with (
        raw_server(lambda connection: reached.append("reached")) as other,
        raw_server(_sends_away(status, f"http://127.0.0.1:{other}/there")) as port,
        emulators.start() as own,
    ):
        urls = {
            name: f"{url.split(':')[0]}://127.0.0.1:{port}" for name, url in own.environment.items()
        }
        with desk_of(tmp_path, {**urls, **own.keys}, set()) as desk:
            call = called(desk, model)
    assert reached == []
    assert call.state in ("failed", "refused") and call.error is not None
    assert "redirect" in call.error.message.en
