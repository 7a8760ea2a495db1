"""Scores of the call rather than of the words: time, tokens, cost."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words
from experiments.scoring.score_kinds import Case, Option, ScoreKind


def latency(case: Case) -> float | None:
    """Seconds from the request to the end of the answer; with `until = "first token"`, to that."""
    if case.option("until", "end") == "first token":
        return case.call.time_to_first_token
    return case.call.total_time


def tokens(case: Case) -> float | None:
    """Output tokens as the provider counted them; None where it reported none."""
    usage = case.call.usage
    if usage is None or usage.source != "provider" or usage.output_tokens is None:
        return None
    return float(usage.output_tokens)


def cost(case: Case) -> float | None:
    """What the call cost in `currency` (CNY without one), by the provider's token counts.

    None where price or tokens are unknown, or where the price is in the other currency and
    `usd_in_cny`, the yuan that a dollar costs, is not given. The judge's own calls do not count.
    """
    found = case.prices.cost(case.call)
    if found is None:
        return None
    wanted, amount = case.option("currency", "CNY"), float(found.amount)
    if found.currency == wanted or not amount:
        return amount
    rate = float(case.option("usd_in_cny", 0))
    if not rate:
        return None
    return amount * rate if wanted == "CNY" else amount / rate


CALL_KINDS: Mapping[str, ScoreKind] = {
    "latency": ScoreKind(
        label=Words("耗时", "Latency"),
        help=Words(
            "从发出请求到回答结束（或首个 token）的秒数；越低越好。",
            "Seconds from the request to the end of the answer (or to the first token); lower is "
            "better.",
        ),
        lower_is_better=True,
        bounds=(0, None),
        options={
            "until": Option("choice", Words("计到", "until"), "end", choices=("end", "first token"))
        },
        score=latency,
    ),
    "tokens": ScoreKind(
        label=Words("输出 token 数", "Output tokens"),
        help=Words(
            "服务商报告的输出 token 数；未报告则不计分。越低越好。",
            "Output tokens as the provider reports them; no score where it does not. Lower is "
            "better.",
        ),
        lower_is_better=True,
        bounds=(0, None),
        score=tokens,
    ),
    "cost": ScoreKind(
        label=Words("费用", "Cost"),
        help=Words(
            "按价目表和服务商报告的 token 数计算的费用；价格未知则不计分。越低越好。",
            "Cost by the price table and the provider's token counts; no score where the price is "
            "unknown. Lower is better.",
        ),
        lower_is_better=True,
        bounds=(0, None),
        options={
            "currency": Option("choice", Words("货币", "currency"), "CNY", choices=("CNY", "USD")),
            "usd_in_cny": Option(
                "number", Words("1 美元合人民币", "yuan to the dollar"), minimum=0
            ),
        },
        score=cost,
    ),
}
