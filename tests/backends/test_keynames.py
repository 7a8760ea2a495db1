"""Names of keys: alike where the key is, and no way back to it."""

from __future__ import annotations

import re
import weakref
from dataclasses import replace

import pytest

from backends import PROVIDERS, Access, Catalogue, KeyNames, PaceKey, Pacers, Secret
from tests.conftest import Rig

SALT = b"0123456789abcdef"


def _access(key: str, url: str = "https://example.com", *, emulated: bool = False) -> Access:
    return Access({"DEEPSEEK_BASE_URL": url}, {"DEEPSEEK_API_KEY": Secret(key)}, emulated)


def test_one_key_has_one_name_and_another_has_another() -> None:
    names, again = KeyNames(SALT), KeyNames(SALT)
    assert names.name(_access("fake-a")) == again.name(_access("fake-a"))
    assert names.name(_access("fake-a")) != names.name(_access("fake-b"))
    assert names.name(_access("fake-a")) != names.name(_access("fake-a", "https://example.org"))


def test_a_name_holds_nothing_of_the_key_and_fits_every_file() -> None:
    # As letters with a dash it is no number to a spreadsheet.
    name = KeyNames(SALT).name(_access("fakekey"))
    assert re.fullmatch(r"key-[a-z2-7]{8}", name) and "fake" not in name


def test_without_the_salt_no_name_can_be_made_again() -> None:
    assert KeyNames(SALT).name(_access("a")) != KeyNames(b"another salt 16b").name(_access("a"))
    assert KeyNames().name(_access("a")) != KeyNames().name(_access("a"))


def test_an_emulator_keeps_its_name_though_its_port_changes() -> None:
    first, second = (
        KeyNames(SALT).name(_access("fake-a", f"http://127.0.0.1:{port}", emulated=True))
        for port in (4001, 4002)
    )
    assert first == second


def test_of_a_visitors_own_key_nothing_is_made_that_is_kept() -> None:
    names = KeyNames(SALT)
    one, other = (replace(_access(key), strange=True) for key in ("fake-a", "fake-b"))
    assert names.recorded(one) == names.recorded(other) == "key-visitors"
    # Their limits are two all the same.
    assert names.name(one) != names.name(other)
    assert names.recorded(_access("fake-a")) == names.name(_access("fake-a"))
    assert names.recorded(Access()) is None


def test_naming_a_key_does_not_keep_it_in_memory() -> None:
    names = KeyNames(SALT)
    for number in range(3):
        access = replace(_access(f"fake-{number}"), strange=True)
        name, gone = names.name(access), weakref.ref(access)
        assert names.name(access) == name
        del access
        assert gone() is None


def test_a_visitors_pacer_is_not_shared_and_as_many_are_kept_as_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backends.pacing.door._MOST", 3)
    asked: list[PaceKey] = []

    class Store:
        def change(self, key: PaceKey, fresh: object, work: object) -> None:
            asked.append(key)

        def profile(self, key: PaceKey) -> None:
            asked.append(key)

    provider = Catalogue(PROVIDERS).providers["deepseek"]
    pacers = Pacers(Store(), names=KeyNames(SALT))
    held = [
        pacers.pacer(provider, "deepseek-chat", replace(_access(f"fake-{n}"), strange=True))
        for n in range(9)
    ]
    again = pacers.pacer(provider, "deepseek-chat", replace(_access("fake-8"), strange=True))
    assert asked == [] and again is held[-1] and len(pacers._pacers) == 3
    pacers.pacer(provider, "deepseek-chat", _access("fake-0"))
    assert len(asked) == 1


def test_a_call_is_recorded_with_the_name_of_its_key(rig: Rig) -> None:
    call = rig.call("deepseek/deepseek-chat", "茶")
    assert call.credential and call.credential.startswith("key-")
    assert rig.ledger.opened[-1][1].credential == call.credential
    assert rig.call("chatglm3/chatglm3-6b", "茶").credential is None
    rig.wrong_keys = True
    refused = rig.call("deepseek/deepseek-chat", "茶")
    assert refused.state == "failed" and refused.credential not in (None, call.credential)
