"""Prompt templates: fields, braces, and values that are only data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.tabular.template import TemplateTrouble, check, fields, render, written

TEXT = st.text(st.characters(codec="utf-8"))
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="{}\n"), min_size=1).filter(
    lambda name: name == name.strip()
)


def test_fields_are_filled_and_doubled_braces_are_braces() -> None:
    row = {"城市": "北京", "n": 3, "tags": ["a", "甲"], "ok": True, "x": 1.5}
    said = render('{城市}: {{"n": { n }}} {tags} {ok} {x}', row)
    assert said.text == '北京: {"n": 3} ["a", "甲"] true 1.5' and said.missing == ()
    assert fields("{b} {a} {b}") == ("b", "a")


def test_missing_values_are_empty_and_told() -> None:
    said = render("{a}|{b}|{c}|{a}", {"a": None, "b": " ", "c": 0})
    assert said.text == "| |0|" and said.missing == ("a", "b")


@given(st.dictionaries(NAMES, TEXT, min_size=1), st.lists(TEXT))
def test_values_and_literals_come_out_as_they_are(row: dict[str, str], between: list[str]) -> None:
    """Braces in a value are not looked at again, and any literal text can be written."""
    names = list(row)
    template, said = "", ""
    for place, text in enumerate(["", *between]):
        name = names[place % len(names)]
        template += written(text) + f"{{{name}}}"
        said += text + row[name]
    assert render(template, row).text == said
    assert set(fields(template)) <= set(names)
    check(template, names)


@given(TEXT)
def test_any_text_is_a_template_or_is_told_why_not(template: str) -> None:
    try:
        named = fields(template)
    except TemplateTrouble as trouble:
        assert "{{" in trouble.message.en and "{" in trouble.message.zh
    else:
        assert render(template, dict.fromkeys(named, "v")).missing == ()


@pytest.mark.parametrize("template", ["{", "a } b", "{}", "{ }", "{{}", "{a{b}}", "{a\nb}"])
def test_a_brace_that_stands_alone_is_told(template: str) -> None:
    with pytest.raises(TemplateTrouble) as trouble:
        fields("first line\n" + template)
    assert "line 2" in trouble.value.message.en


def test_a_field_that_is_no_column_is_told_with_the_columns() -> None:
    with pytest.raises(TemplateTrouble) as trouble:
        check('{"label": {text}', ["text", "n"])
    assert "stands alone" in trouble.value.message.en
    with pytest.raises(TemplateTrouble) as trouble:
        check("{question}?", ["text", "n"])
    assert "{question}" in trouble.value.message.en and "text, n" in trouble.value.message.en


def test_a_template_without_a_field_asks_every_row_the_same() -> None:
    with pytest.raises(TemplateTrouble, match=r"\{text\}"):
        check("Hello", ["text"])
