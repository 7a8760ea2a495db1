"""The wording is complete in both languages, and the language is the reader's."""

from __future__ import annotations

import re
import string
from typing import get_args

import pytest

from backends import PROVIDERS, types
from panels.personas import PERSONAS, persona
from panels.words import WORDS, language, pick, t

HAN = re.compile(r"[\u4e00-\u9fff]")
# Names and units that stay as they are in Chinese.
SAME = {
    "language_zh",
    "language_en",
    "code_curl",
    "code_python",
    "figures_rate",
    "unit_token",
    "unit_per_second",
    "limit_tokens",
    "figures_tokens",
    "error_said",
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", WORDS)
def test_every_text_says_the_same_in_both_languages(key: str) -> None:
    words = WORDS[key]
    assert words.zh.strip() and words.en.strip()
    assert fields(words.zh) == fields(words.en)
    assert HAN.search(words.zh) or key in SAME
    assert not HAN.search(words.en) or key == "language_zh"


def test_the_catalogue_names_every_state_and_outcome() -> None:
    for state in get_args(types.State):
        assert t(f"state_{state}", "zh") and t(f"state_{state}", "en")
    for outcome in get_args(types.Outcome):
        assert t(f"outcome_{outcome.replace(' ', '_')}", "zh")
    for billed in get_args(types.Billed):
        assert t(f"billed_{billed}", "zh")


def test_an_unknown_key_or_a_missing_field_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        t("no such key", "zh")
    with pytest.raises(KeyError):
        t("range", "zh", other=1)
    assert t("range", "en", range="(0, 1]") == "range (0, 1]"


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("en;q=0.3, zh-Hant-TW;q=0.7", "zh"),
        ("fr-FR,zh;q=0.5", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh_CN.UTF-8", "zh"),
        ("zh", "zh"),
        ("ZH-hans", "zh"),
        ("fr", "en"),
        ("C", "en"),
        ("", "en"),
        (None, "en"),
        ("zhx", "en"),
        ("zh;q=often", "en"),
    ],
)
def test_the_browser_chooses_the_language(preferred: str | None, expected: str) -> None:
    assert language(preferred) == expected


def test_one_call_is_not_told_as_several() -> None:
    assert t("usage_deleted", "en", count=1, kept=0) == "Calls deleted: 1. Calls kept: 0."


def test_personas_are_in_both_languages_and_one_sends_none() -> None:
    assert len(PERSONAS) >= 8
    assert len({one.key for one in PERSONAS}) == len(PERSONAS)
    assert [one.key for one in PERSONAS if not one.text.zh] == ["none"]
    for one in PERSONAS:
        assert HAN.search(one.title.zh) and not HAN.search(one.title.en + one.text.en)
        assert bool(one.text.zh) == bool(one.text.en)
    assert pick(persona("translator").title, "zh") == "中英互译"
    with pytest.raises(KeyError):
        persona("nobody")


def test_every_persona_fits_the_shortest_model() -> None:
    shortest = min(
        model.max_input_characters
        for provider in PROVIDERS
        for model in provider.models
        if model.max_input_characters
    )
    assert all(len(text) < shortest / 10 for one in PERSONAS for text in one.text)
