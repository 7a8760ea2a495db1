"""One table of settings × models says of each setting what is sent, or why nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from backends import CATALOGUE, PROVIDERS, Catalogue, ModelSpec, ProviderError
from panels.honour import column, names_in_order, taken

SETTINGS: dict[str, Any] = {"stop": ("###",), "temperature": 1.5, "top_k": 3}


def model(name: str) -> ModelSpec:
    return Catalogue(PROVIDERS).find(name)[1]


def test_a_setting_that_is_sent_shows_its_name_and_value_on_the_wire() -> None:
    spec = model("spark/generalv3.5")
    cell = column(spec, {"max_output_tokens": 64}, "en").cells["max_output_tokens"]
    assert (cell.sent, cell.outcome) == (True, "sent")
    assert cell.text == "max_tokens = 64"


@pytest.mark.parametrize(("lang", "word"), [("zh", "不支持"), ("en", "not supported")])
def test_a_setting_that_is_not_sent_says_why(lang: Any, word: str) -> None:
    cells = column(model("qianfan/ernie-speed-8k"), SETTINGS, lang).cells
    assert (cells["top_k"].sent, cells["top_k"].outcome) == (False, word)
    assert "top_k" not in cells["temperature"].text
    assert "(0, 1]" in cells["temperature"].text


def test_above_a_column_stands_what_the_model_will_not_honour() -> None:
    speed = column(model("qianfan/ernie-speed-8k"), SETTINGS, "en")
    ngram = column(model("handbook/ngram"), SETTINGS, "en")
    assert (speed.verdict, speed.not_honoured) == ("Not honoured", ("temperature", "top_k"))
    assert (ngram.verdict, ngram.not_honoured) == ("All honoured", ())
    assert column(model("handbook/ngram"), SETTINGS, "zh").verdict == "全部照办"


def test_every_column_answers_for_every_setting_whatever_the_model() -> None:
    every: dict[str, Any] = dict.fromkeys(CATALOGUE, 1)
    for _, _, spec in Catalogue(PROVIDERS):
        made = column(spec, every, "en")
        assert list(made.cells) == list(CATALOGUE)
        refused = tuple(name for name, cell in made.cells.items() if not cell.sent)
        assert made.not_honoured == refused


def test_rows_come_in_the_catalogues_order() -> None:
    assert names_in_order(SETTINGS) == ["temperature", "top_k", "stop"]


def test_a_name_that_is_no_parameter_is_refused() -> None:
    with pytest.raises(ProviderError):
        column(model("handbook/ngram"), {"warmth": 1}, "en")


def test_what_models_take_is_told_without_a_single_setting() -> None:
    rows = taken([model("qianfan/ernie-speed-8k"), model("spark/lite")], "en")
    assert rows["temperature"] == [
        "temperature · (0, 1] · default 0.95",
        "temperature · (0, 1] · default 0.5",
    ]
    assert rows["penalty_score"] == ["penalty_score · [1, 2] · default 1.0", ""]
    assert "min_p" not in rows
