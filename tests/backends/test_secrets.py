"""The redactor, in every form a key can take."""

from __future__ import annotations

import base64
import urllib.parse

from hypothesis import given
from hypothesis import strategies as st

from backends.secrets import Redactor

SECRET = "canary/+secret=0123456789"


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_key_inside_base64_is_found_at_any_alignment(before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    text = base64.b64encode(before + SECRET.encode() + after).decode()
    assert "***" in redactor.clean(text)


def test_plain_and_url_encoded_forms_vanish_and_the_rest_stays() -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    text = f"before {SECRET} {urllib.parse.quote(SECRET, safe='')} after"
    assert redactor.clean(text) == "before *** *** after"


def test_signatures_are_kept_for_a_while_and_keys_for_good() -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    for number in range(1000):
        redactor.learn_signature(f"signature-{number:04d}")
    assert redactor.clean(f"{SECRET} signature-0999") == "*** ***"


def test_short_values_are_not_taken_for_secrets() -> None:
    redactor = Redactor()
    for value in ("abc", "ollama", "whatever"):
        redactor.learn(value)
        assert redactor.clean(f"{value}/llama3") == f"{value}/llama3"
    redactor.learn("sk-abc1")
    assert redactor.clean("sk-abc1") == "***"
