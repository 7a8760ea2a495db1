"""Minted tokens: as many as fit, each once, and known to the redactor for a good while."""

from __future__ import annotations

import threading
import time

from backends import Cancelled
from backends.line import Line
from backends.secrets import _TOKENS, Redactor
from backends.tokens import Token, TokenCache


def _minted(cache: TokenCache, key: str, made: list[str]) -> str:
    def mint() -> Token:
        made.append(key)
        return Token(f"token of {key}", time.monotonic() + 60)

    return cache.get(Line(), (key,), mint)


def test_of_more_keys_than_fit_the_longest_unused_is_minted_anew() -> None:
    cache, made = TokenCache(most=2), list[str]()
    for key in ("a", "b", "a", "c", "a", "b"):
        assert _minted(cache, key, made) == f"token of {key}"
    assert made == ["a", "b", "c", "b"]
    assert len(cache._tokens) == 2 and not cache._minting


def test_callers_of_one_key_mint_once_and_leave_nothing() -> None:
    cache, made, go = TokenCache(), list[str](), threading.Event()

    def mint() -> Token:
        made.append("x")
        go.wait(10)
        return Token("t", time.monotonic() + 60)

    threads = [threading.Thread(target=cache.get, args=(Line(), ("key",), mint)) for _ in range(8)]
    for thread in threads:
        thread.start()
    cut, ended = Line(), list[str]()

    def waiting() -> None:
        try:
            cache.get(cut, ("key",), mint)
        except Cancelled:
            ended.append("cancelled")

    last = threading.Thread(target=waiting)
    last.start()
    cut.cancel()
    last.join(10)
    assert ended == ["cancelled"]
    go.set()
    for thread in threads:
        thread.join(10)
    assert made == ["x"] and not cache._minting


def test_the_redactor_knows_tokens_until_hundreds_came_after_them() -> None:
    redactor = Redactor()
    tokens = [f"24.fake{number:05}.2592000" for number in range(20 * _TOKENS)]
    sizes = []
    for token in tokens:
        redactor.learn_token(token)
        sizes.append(sum(len(forms) for forms in redactor._tokens.generations))
        assert redactor.clean(f"say {token}!") == "say ***!"
    for recent in tokens[-_TOKENS:]:
        assert redactor.holds(recent) and redactor.begun(f"say {recent[:9]}") == 9
    assert not redactor.holds(tokens[0])
    assert max(sizes) == max(sizes[: 3 * _TOKENS])
