"""The list of models says of each who really answers."""

from __future__ import annotations

from backends import PROVIDERS, Catalogue
from panels.models import DEFAULT_MODEL, choices, model_choices, model_notes

CATALOGUE = Catalogue(PROVIDERS)


def emulated(provider: str) -> bool:
    return provider == "qianfan"


def test_every_model_is_offered_in_catalogue_order() -> None:
    names = [name for _, name in choices(CATALOGUE, emulated, "zh")]
    assert names == [name for name, _, model in CATALOGUE if "text" in model.inputs]
    assert "iat/zh_cn" not in names, "what recognises speech is no partner for a chat"
    assert DEFAULT_MODEL in names
    labels = [label for label, _ in choices(CATALOGUE, emulated, "zh")]
    assert len(set(labels)) == len(labels)


def test_labels_carry_their_marks() -> None:
    zh = {name: label for label, name in choices(CATALOGUE, emulated, "zh")}
    en = {name: label for label, name in choices(CATALOGUE, emulated, "en")}
    assert zh[DEFAULT_MODEL] == "百度千帆 · ERNIE-Speed-8K（模拟）"
    assert en[DEFAULT_MODEL] == "Baidu Qianfan · ERNIE-Speed-8K (emulated)"
    assert en["spark/lite"] == "iFlytek Spark · Spark Lite"
    assert "retired 2026-08-31" in en["qianfan-v1/ernie_speed"]
    assert "2026-08-31 下线" in zh["qianfan-v1/ernie_speed"]
    assert en["handbook/ngram"].startswith("Handbook (built-in n-gram, not an LLM)")
    assert "内置" in zh["handbook/ngram"]


def test_marks_are_apart_from_labels() -> None:
    marks = {choice.name: choice.mark for choice in model_choices(CATALOGUE, emulated, "en")}
    assert (marks[DEFAULT_MODEL], marks["spark/lite"]) == ("emulated", "")
    assert marks["handbook/ngram"] == "built-in"


def test_notes_state_limits_status_and_source() -> None:
    _, model = CATALOGUE.find(DEFAULT_MODEL)
    assert model_notes(model, "zh").startswith(
        "输入上限 24,000 字符 / 6,144 token · 在役 · [文档](https://"
    )
    _, retired = CATALOGUE.find("qianfan-v1/ernie_speed")
    assert "retired on 2026-08-31" in model_notes(retired, "en")
    _, unknown = CATALOGUE.find("qianfan/brand-new")
    assert model_notes(unknown, "en").startswith(
        "Input limit not documented · not in the catalogue, ranges unknown · "
    )
    _, lite = CATALOGUE.find("spark/lite")
    assert "takes no persona" in model_notes(lite, "en")
