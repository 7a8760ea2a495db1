"""Prices: dated, sourced, and unknown where there is no row."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import PROVIDERS, Call, Catalogue, Usage
from usage.prices import Cost, Prices, PriceTrouble

from ..conftest import Rig

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday, 20:00 in Beijing


def call(model: str, usage: Usage | None = None, **more: Any) -> Call:
    """An *ok* call of this model."""
    provider, _, name = model.partition("/")
    facts: dict[str, Any] = {
        "id": "c1",
        "attempt": 1,
        "retry_of": None,
        "started_at": NOW,
        "provider": provider,
        "model": name,
        "emulated": False,
        "state": "ok",
        "usage": usage or Usage(1000, 500, 1500),
    }
    return Call(**{**facts, **more})


def table(folder: Path, text: str) -> Prices:
    """The prices with a user's own file."""
    path = folder / "价目.toml"
    path.write_text(text, encoding="utf-8")
    return Prices.load(path)


def test_every_built_in_price_is_of_a_known_model_and_has_its_source() -> None:
    known = {name for name, _, _ in Catalogue(PROVIDERS)}
    rows = list(Prices.load())
    assert [row.model for row in rows if row.model not in known] == []
    assert [row.model for row in rows if not row.source.startswith("https://")] == []
    assert len({row.model for row in rows}) >= 30


def test_tokens_times_price() -> None:
    cost = Prices.load().cost(call("qianfan/ernie-4.5-turbo-128k", Usage(1000, 500, 1500)))
    # 0.8 and 3.2 yuan a million.
    assert cost == Cost(Decimal("0.0024"), "CNY")
    assert Prices.load().cost(call("openai/gpt-4.1")) == Cost(Decimal("0.006"), "USD")


def test_a_free_model_costs_0_and_an_unlisted_one_is_unknown() -> None:
    prices = Prices.load()
    for free in ("qianfan/ernie-speed-8k", "spark/lite", "spark-http/lite", "handbook/ngram"):
        found = prices.cost(call(free))
        assert found is not None and found.amount == 0
    assert prices.cost(call("custom/my-model")) is None
    assert prices.cost(call("spark/4.0Ultra")) is None
    assert prices.estimate("custom/my-model", 10, 10) is None


@pytest.mark.parametrize(
    "usage",
    [Usage(None, 5, 5), Usage(5, None, 5), Usage(5, 5, 10, source="estimate")],
)
def test_tokens_that_the_provider_did_not_count_cost_an_unknown_amount(usage: Usage) -> None:
    assert Prices.load().cost(call("openai/gpt-4.1", usage)) is None
    assert Prices.load().cost(call("openai/gpt-4.1", usage=None, state="failed")) is not None
    assert Prices.load().cost(Call(**{**_fields(call("openai/gpt-4.1")), "usage": None})) is None


def _fields(of: Call) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__dataclass_fields__}


def test_cached_tokens_have_their_own_price() -> None:
    usage = Usage(1000, 0, 1000, {"cached_tokens": 600})
    found = Prices.load().cost(call("openai/gpt-4.1", usage))
    assert found == Cost((400 * Decimal(2) + 600 * Decimal("0.5")) / 1_000_000, "USD")


def test_cached_tokens_without_a_price_make_the_cost_unknown() -> None:
    usage = Usage(1000, 0, 1000, {"cached_tokens": 600})
    assert Prices.load().cost(call("qianfan/ernie-x1-turbo-32k", usage)) is None
    free = Prices.load().cost(call("qianfan/ernie-speed-8k", usage))
    assert free is not None and free.amount == 0


@pytest.mark.parametrize(
    ("hour", "day", "expected"),
    [
        (0, 18, "4"),  # 8:00 in Beijing
        (1, 18, "8"),  # 9:00
        (3, 18, "8"),
        (4, 18, "4"),  # noon
        (6, 18, "8"),
        (9, 18, "8"),
        (10, 18, "4"),
        (7, 21, "4"),  # a Saturday
    ],
)
def test_some_hours_are_dearer(hour: int, day: int, expected: str) -> None:
    at = datetime(2026, 11, day, hour, 30, tzinfo=UTC)
    found = Prices.load().estimate("deepseek/deepseek-flash", 0, 1_000_000, when=at)
    assert found == Cost(Decimal(expected), "CNY")


@pytest.mark.parametrize(
    ("sent", "received", "per_million"),
    [(32_000, 200, "8"), (32_000, 201, "14"), (32_001, 100, "16"), (200_001, 1, None)],
)
def test_long_calls_may_be_dearer(sent: int, received: int, per_million: str | None) -> None:
    price = Prices.load().price("zhipu/glm-4.7", NOW, sent, received)
    assert (price.output if price else None) == (per_million and Decimal(per_million))


def test_many_small_calls_are_not_one_long_one() -> None:
    prices = Prices.load()
    found = prices.estimate("qianfan/ernie-5.0-thinking-latest", 1_000_000, 0, calls=1000)
    assert found == Cost(Decimal(6), "CNY")


def test_a_price_holds_from_its_day_until_a_newer_one(tmp_path: Path) -> None:
    row = '[[price]]\nmodels = ["custom/m"]\ncurrency = "CNY"\ninput = 0\nsource = "合同"\n'
    prices = table(tmp_path, f"{row}output = 1\nvalid_from = 2026-01-01\n"
                             f"{row}output = 2\nvalid_from = 2026-06-01\n")  # fmt: skip
    amounts = []
    for month in (5, 6):
        when = datetime(2026, month, 15, tzinfo=UTC)
        found = prices.cost(call("custom/m", Usage(0, 1_000_000, 1_000_000), started_at=when))
        amounts.append(found and found.amount)
    assert amounts == [1, 2]
    early = call("custom/m", started_at=datetime(2025, 12, 31, tzinfo=UTC))
    assert prices.cost(early) is None


def test_a_users_file_adds_and_replaces(tmp_path: Path) -> None:
    prices = table(
        tmp_path,
        """[[price]]
models = ["openai/gpt-4.1", "ollama/qwen3:8b"]
currency = "CNY"
input = 1.5
output = 3
valid_from = 2026-01-01
source = "我们的合同"
""",
    )
    assert prices.cost(call("openai/gpt-4.1")) == Cost(Decimal("0.003"), "CNY")
    assert prices.cost(call("ollama/qwen3:8b")) == Cost(Decimal("0.003"), "CNY")
    assert prices.cost(call("openai/gpt-4o")) is not None


GOOD = {
    "models": '["custom/m"]',
    "currency": '"CNY"',
    "input": "1",
    "output": "2.5",
    "valid_from": "2026-01-01",
    "source": '"合同"',
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, None) for name in GOOD),
        ("models", '"custom/m"'),
        ("models", '["m"]'),
        ("currency", '"EUR"'),
        ("input", '"1"'),
        ("input", "-1"),
        ("output", "nan"),
        ("output", "true"),
        ("cached_input", "inf"),
        ("valid_from", '"2026-01-01"'),
        ("valid_from", "2026-01-01T00:00:00Z"),
        ("up_to_input", "1.5"),
        ("weekday_hours", "[[9]]"),
        ("weekday_hours", "[[12, 9]]"),
        ("weekday_hours", '[["9", "12"]]'),
        ("outputs", "1"),
    ],
)
def test_a_wrong_row_is_named_with_its_field(tmp_path: Path, field: str, value: str | None) -> None:
    fields = {**GOOD, field: value}
    text = "\n".join(f"{name} = {one}" for name, one in fields.items() if one is not None)
    with pytest.raises(PriceTrouble) as trouble:
        table(tmp_path, f"[[price]]\n{text}\n")
    assert f", {field} is missing or wrong" in trouble.value.message.en
    assert "第 1 条" in trouble.value.message.zh


def test_a_file_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PriceTrouble, match="cannot be read"):
        Prices.load(tmp_path / "没有.toml")
    with pytest.raises(PriceTrouble, match="cannot be read"):
        table(tmp_path, "[[price")
    with pytest.raises(PriceTrouble, match=r"\[\[price\]\] is missing or wrong"):
        table(tmp_path, "price = 3")


@given(sent=st.integers(0, 10**7), received=st.integers(0, 10**7), share=st.floats(0, 1))
def test_cost_is_never_negative_and_caching_never_dearer(
    sent: int, received: int, share: float
) -> None:
    prices = Prices.load()
    cached = Usage(sent, received, None, {"cached_tokens": round(sent * share)})
    plain = prices.cost(call("moonshot/kimi-k3", Usage(sent, received, None)))
    less = prices.cost(call("moonshot/kimi-k3", cached))
    assert plain is not None and less is not None
    assert 0 <= less.amount <= plain.amount


def test_the_cost_is_what_the_emulated_provider_bills(rig: Rig) -> None:
    made = rig.call("qianfan/ernie-4.5-turbo-128k", "用一句话解释温度参数，并举一个中文例子。")
    [billed] = rig.chats()
    found = Prices.load().cost(made)
    assert made.emulated and found is not None
    assert found.amount * 1_000_000 == (
        billed["input_tokens"] * Decimal("0.8") + billed["output_tokens"] * Decimal("3.2")
    )
