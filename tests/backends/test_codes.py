"""Every documented code of every product has its own row; numbers written out afresh here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backends import PROVIDERS, ErrorRow
from commands.errors_page import errors_page
from commands.explain import explained

TABLES = {provider.name: provider.errors for provider in PROVIDERS}
WORDS = "rpm tpm input_tpm output_tpm preemptible user cluster"
DOCUMENTED = {
    "qianfan-v1": "1 2 3 4 6 13 14 15 17 18 19 100 110 111 336000 336001 336002 336003 336004 "
    "336005 336006 336007 336100 336101 336102 336103 336104 336105 336501 336502 500000",
    "qianfan": "malformed_json invalid_model invalid_messages characters_too_long "
    "tokens_too_long invalid_argument invalid_iam_token invalid_appid no_parameter_permission "
    "system_unsafe user_setting_unsafe functions_unsafe account_overdue model_offline "
    "method_not_supported internal_error dispatch_internal_error "
    + " ".join(f"{word}_rate_limit_exceeded" for word in WORDS.split()),
    "spark": "10000 10001 10002 10003 10004 10005 10006 10007 10008 10009 10010 10011 10012 10013 "
    "10014 10015 10016 10017 10018 10019 10021 10110 10163 10222 10223 10907 11200 11201 11202 "
    "11203",
    "spark-http": "10007 10013 10014 10019 10907 11200 11201 11202 11203",
    "spark-image": "10003 10004 10005 10006 10013 10022 10029 10041 10907",
    "iat": "10005 10006 10007 10009 10010 10014 10019 10043 10044 10047 10050 10101 10109 10110 "
    "10114 10139 10160 10161 10163 10164 10165 10200 10222 10303 10313 10317 10404 10500 10600 "
    "10700 11200 11201 11202 11203",
}
EVERY = [(name, code) for name, codes in DOCUMENTED.items() for code in codes.split()]
ROWS = [(name, code, row) for name, table in TABLES.items() for code, row in table.items()]


@pytest.mark.parametrize(("product", "code"), EVERY)
def test_every_documented_code_has_a_row(product: str, code: str) -> None:
    assert code in TABLES[product]


@pytest.mark.parametrize(("product", "code", "row"), ROWS, ids=lambda part: str(part)[:40])
def test_a_row_says_cause_and_next_step_in_both_languages(
    product: str, code: str, row: ErrorRow
) -> None:
    assert re.search(r"[一-鿿]", row.cause.zh) and re.search(r"[一-鿿]", row.todo.zh)
    assert not re.search(r"[一-鿿]", row.cause.en + row.todo.en)
    assert row.cause.en.endswith(".") and row.todo.en.endswith(".")


def test_the_same_number_means_something_else_in_another_product() -> None:
    meanings = {name: TABLES[name]["10007"].cause.en for name in ("spark", "iat")}
    assert len(set(meanings.values())) == 2
    assert TABLES["spark"]["11203"].kind is not TABLES["iat"]["11203"].kind


def test_explain_finds_a_code_in_the_product_that_has_it() -> None:
    providers = {provider.name: provider for provider in PROVIDERS}
    [head, zh, en] = explained(providers, "qianfan", "336501")
    assert head == "qianfan-v1 336501: RateLimit, retry: yes, after a wait"
    assert "RPM" in zh and "requests-per-minute" in en
    assert explained(providers, "spark", "10041")[0].startswith("spark-image 10041: InvalidRequest")
    assert explained(providers, "iat", "10007")[0].startswith("iat 10007")
    assert explained(providers, "qianfan", "no such code") == []


def test_the_page_of_errors_is_made_from_the_tables() -> None:
    page = Path(__file__).resolve().parents[2] / "ERRORS.md"
    assert page.read_text(encoding="utf-8") == errors_page(), "say `make docs`"
