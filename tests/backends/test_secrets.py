"""The redactor, in every form a key can take."""

from __future__ import annotations

import base64
import copy
import html
import json
import pickle
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backends import Delta, ProviderError
from backends.disguises import plainer
from backends.secrets import Redactor, Secret, redactor
from backends.sieve import Sieve, sieved

SECRET = "canary/+secret=0123456789"
# What a key may be made of, what a password may, and texts around it.
_ASCII = st.characters(min_codepoint=33, max_codepoint=126)
_ANY = st.characters(exclude_categories=("C", "Zl", "Zp"))
SECRETS = st.text(_ASCII, min_size=12, max_size=80) | st.text(_ANY, min_size=12, max_size=20)
AROUND = st.text(max_size=30)

Dress = Callable[[str], str]
DRESSES: dict[str, Dress] = {
    "as it is": str,
    "upper case": lambda text: text.upper() if text.isascii() else text,
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "url, little": lambda text: urllib.parse.quote(text, safe="/:~!*'()"),
    "url, form": urllib.parse.quote_plus,
    "url, lower": lambda text: _lower_escapes(urllib.parse.quote(text, safe="")),
    "json": lambda text: json.dumps(text, ensure_ascii=False),
    "json, ascii": json.dumps,
    "json, slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "html": html.escape,
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for urls": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
}
_OVER = [dress for name, dress in DRESSES.items() if name.startswith(("url", "json", "html"))]


def _lower_escapes(text: str) -> str:
    parts = text.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])


def knowing(secret: str) -> Redactor:
    made = Redactor()
    made.learn(secret)
    return made


@pytest.mark.parametrize("name", DRESSES)
@given(SECRETS, AROUND, AROUND, st.none() | st.sampled_from(_OVER))
def test_a_secret_is_found_in_every_dress_and_under_another(
    name: str, secret: str, before: str, after: str, over: Dress | None
) -> None:
    assume(_encodes(secret + before + after) and not (secret.isalpha() or secret.isdigit()))
    assume(secret not in before + after)
    text = DRESSES[name](before + secret + after)
    text = over(text) if over else text
    known = knowing(secret)
    cleaned = known.clean(text)
    assert "***" in cleaned
    assert not known.holds(cleaned)
    assert all(secret.lower() not in view for view in plainer(cleaned))


def _encodes(text: str) -> bool:
    return text.encode("utf-8", "ignore").decode() == text


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_key_inside_base64_is_found_at_any_alignment(before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + SECRET.encode() + after).decode()
    cleaned = knowing(SECRET).clean(text)
    # Before it and after it stands what its neighbours share a character with, no more.
    assert len(cleaned) - 3 <= len(text) - len(SECRET) * 8 // 6 + 1


@given(AROUND, AROUND)
def test_the_rest_of_a_text_stays(before: str, after: str) -> None:
    assume(_encodes(before + after))
    assert knowing(SECRET).clean(f"{before} {SECRET} {after}") == f"{before} *** {after}"
    assert knowing(SECRET).clean(before + after) == before + after


@given(st.text(_ASCII, min_size=1, max_size=24))
def test_half_a_key_is_not_told_from_any_other_text(guess: str) -> None:
    """Else whoever may see what is cleaned could find a key out letter by letter."""
    known = knowing(SECRET)
    assume(SECRET not in guess)
    for size in range(len(SECRET)):
        assert known.clean(SECRET[:size] + "!") == SECRET[:size] + "!"
    assert known.clean(guess[:23]) == guess[:23]


def test_signatures_are_kept_for_a_while_and_keys_for_good() -> None:
    known = knowing(SECRET)
    for number in range(1000):
        known.learn_signature(f"signature-{number:04d}")
    assert known.clean(f"{SECRET} signature-0999 signature-0900") == "*** *** ***"
    assert known.clean("signature-0001") == "signature-0001"


def test_short_values_are_not_taken_for_secrets() -> None:
    known = Redactor()
    for value in ("abc", "ollama", "whatever", "20261129"):
        known.learn(value)
        assert known.clean(f"{value}/llama3") == f"{value}/llama3"
    known.learn("sk-abc1")
    assert known.clean("sk-abc1") == "***"


def test_a_value_with_a_secret_in_it_is_still_the_same_value() -> None:
    value = {"n": 123456789012, SECRET: [SECRET, None, {"deep": (f"x{SECRET}", 1.5, True)}]}
    assert knowing(SECRET).scrub(value) == {
        "n": 123456789012,
        "***": ["***", None, {"deep": ["x***", 1.5, True]}],
    }


@dataclass
class _Holder:
    key: Secret


@pytest.mark.parametrize(
    "shown",
    [
        lambda key: f"{key} {key!r} {key:>30} %s" % key,
        lambda key: repr(_Holder(key)),
        lambda key: json.dumps({"key": key}, default=str),
        lambda key: repr(pickle.loads(pickle.dumps(key))),  # what a cache would write
    ],
)
def test_a_secret_shows_no_more_than_its_last_four(shown: Callable[[Secret], str]) -> None:
    told = shown(Secret(SECRET))
    assert "***6789" in told and "canary" not in told and "012345" not in told


def test_a_short_secret_shows_nothing_and_a_copy_is_the_secret() -> None:
    key = Secret("short-key1")
    assert f"{key}" == "***"
    assert copy.deepcopy({"key": key})["key"].reveal() == "short-key1"


@pytest.fixture
def echo() -> str:
    Secret("sk-echoed-9876543210abcdef")
    return "sk-echoed-9876543210abcdef"


@given(st.lists(st.integers(1, 9), min_size=1, max_size=60), AROUND, AROUND)
def test_an_answer_that_repeats_a_key_in_pieces_never_shows_it(
    sizes: list[int], before: str, after: str
) -> None:
    redactor.learn("sk-echoed-9876543210abcdef")
    whole = f"{before}sk-echoed-9876543210abcdef{after}"
    sieve, seen, at = Sieve(), "", 0
    for size in [*sizes, len(whole)]:
        seen += sieve.pass_on(whole[at : at + size])
        at += size
        assert "sk-echo" not in seen
    seen += sieve.rest()
    # Up to three letters had been let through before they could be known for a beginning.
    assert seen in {f"{before}{'sk-'[:n]}***{after}" for n in range(4)}


def test_what_only_looks_like_the_beginning_of_a_key_arrives_whole(echo: str) -> None:
    pieces = [Delta(text=piece) for piece in ("it is sk-", "echo", "ed-98", "76?", " no: sk-ech")]
    told = "".join(delta.text for delta in sieved(iter(pieces)))
    assert told == "it is sk-echoed-9876? no: sk-ech"


def test_what_waits_when_an_answer_fails_is_not_lost(echo: str) -> None:
    def broken() -> object:
        yield Delta(text="so: sk-echoed")
        raise ProviderError()

    seen = ""
    with pytest.raises(ProviderError):
        for delta in sieved(broken()):  # type: ignore[arg-type]
            seen += delta.text
    assert seen == "so: sk-echoed"


def test_a_correction_takes_the_place_of_what_waited(echo: str) -> None:
    deltas = [Delta(text="sk-echo"), Delta(text=f"{echo}!", replaces=True)]
    assert [delta.text for delta in sieved(iter(deltas))] == ["", "***!"]


def test_a_sentence_of_an_error_holds_no_key(echo: str) -> None:
    from backends import Words

    error = ProviderError(Words(f"模型 {echo}", f"model {echo}"), code=echo, said=f"no {echo}")
    assert (error.message.en, error.message.zh) == ("model ***", "模型 ***")
    assert (error.code, error.said, str(error)) == ("***", "no ***", "model ***")
