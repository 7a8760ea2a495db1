"""What a run will take, told before anything is sent: calls, tokens, cost, time, what is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from backends import Catalogue, PaceProfile, ParamTrace, Words, estimate_tokens, not_honoured
from experiments import designs
from experiments.types import Plan, Setting
from usage import Store
from usage.paces import known_limits
from usage.prices import Prices
from usage.tables import calls

# Where a model was never called and the plan sets no maximum: tokens and seconds of an answer.
_ASSUMED_TOKENS, _ASSUMED_SECONDS = 300, 3.0
_RECENT = 200
# A pair is judged twice, with its places swapped.
_JUDGE_CALLS = {"judge": 1, "pairwise": 2}
_NO_PERSONA = ParamTrace(
    "system",
    None,
    None,
    None,
    "not supported",
    Words(
        "该模型没有人设这个字段，带人设的调用会被拒绝。请去掉人设或换一个模型。",
        "This model takes no persona and refuses calls with one. Take it away or choose another "
        "model.",
    ),
)


@dataclass(frozen=True, slots=True)
class Lost:
    """A parameter of the plan that a model will not honour, and why."""

    model: str
    trace: ParamTrace


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will take at most.

    `calls` are those of the plan; those of judges and those that measure the winner again come on
    top. `output_tokens` rest on the last calls of the same models, else on the maximum that the
    plan sets; where there is neither they are `assumed`. `cost` is by currency; of `unpriced`
    models no price is known. `seconds` heed the plan's concurrency and the requests a minute that
    the providers last told.
    """

    calls: int
    judge_calls: int
    confirm_calls: int
    input_tokens: int
    output_tokens: int
    assumed: bool
    cost: Mapping[str, Decimal]
    unpriced: tuple[str, ...]
    seconds: float
    not_honoured: tuple[Lost, ...]

    @property
    def all_calls(self) -> int:
        """Every call that may be made."""
        return self.calls + self.judge_calls + self.confirm_calls


@dataclass(frozen=True, slots=True)
class _Share:
    """One setting's part: its calls, their tokens, seconds of one call, the limits in its way."""

    setting: Setting
    calls: float
    input_tokens: float
    output_tokens: float
    assumed: bool
    seconds: float
    limits: PaceProfile


def estimate(
    plan: Plan,
    catalogue: Catalogue,
    store: Store,
    prices: Prices,
    emulated: Callable[[str], bool],
) -> Estimate:
    """What `plan` will take; `emulated` says of a provider whether an emulator answers for it."""
    settings = designs.settings(plan) or _typical(plan)
    planned = _planned(plan, len(settings))
    shares = [
        _share(plan, setting, planned / len(settings), store, emulated) for setting in settings
    ]
    cost, unpriced = _cost(shares, prices)
    return Estimate(
        planned,
        planned * sum(_JUDGE_CALLS.get(score.kind, 0) for score in plan.scores),
        _confirming(plan) if plan.primary and len(settings) > 1 else 0,
        round(sum(share.input_tokens for share in shares)),
        round(sum(share.output_tokens for share in shares)),
        any(share.assumed for share in shares),
        cost,
        unpriced,
        _seconds(plan, shares),
        _lost(settings, catalogue),
    )


def _typical(plan: Plan) -> tuple[Setting, ...]:
    """Settings like those that an adaptive design will come to try."""
    point = [designs.within(factor, 0.5) for factor in plan.factors]
    return tuple(designs.setting_at(plan, model, point) for model in plan.models)


def _planned(plan: Plan, settings: int) -> int:
    number = plan.points if plan.design == "adaptive" else settings
    count = len(plan.prompts)
    every = number * (count - designs.held_out(plan, count)) * plan.repeats
    return every if plan.budget_calls is None else min(every, plan.budget_calls)


def _confirming(plan: Plan) -> int:
    """Calls that measure the winner and the first setting again."""
    prompts = designs.held_out(plan, len(plan.prompts)) or len(plan.prompts)
    return 2 * plan.remeasure * prompts


def _share(
    plan: Plan, setting: Setting, count: float, store: Store, emulated: Callable[[str], bool]
) -> _Share:
    provider, _, model = setting.model.partition("/")
    past = _past(store, provider, model, emulated(provider))
    most = setting.params.get("max_output_tokens")
    answer = past["output_tokens"] or (most if isinstance(most, int) else None)
    return _Share(
        setting,
        count,
        count * _sent_tokens(plan, setting),
        count * float(answer or _ASSUMED_TOKENS),
        answer is None,
        float(past["seconds"] or _ASSUMED_SECONDS),
        known_limits(store, provider, model, emulated=emulated(provider))
        or _told_limits(past["requests"], past["tokens"]),
    )


def _told_limits(requests: float | None, tokens: float | None) -> PaceProfile:
    return PaceProfile(
        requests=None if requests is None else int(requests),
        tokens={} if tokens is None else {"total": int(tokens)},
    )


def _sent_tokens(plan: Plan, setting: Setting) -> float:
    """Tokens of one question with all that goes before it, by our own estimate."""
    told = sum(estimate_tokens(text) for pair in plan.examples for text in pair)
    asked = sum(estimate_tokens(prompt.text) for prompt in plan.prompts) / len(plan.prompts)
    return estimate_tokens(setting.system) + told + asked


def _past(store: Store, provider: str, model: str, emulated: bool) -> Mapping[str, float | None]:
    """Means over a model's last answers, and the limit that its provider told; None: unknown."""
    latest = (
        select(
            calls.c.output_tokens, calls.c.total_time, calls.c.limit_requests, calls.c.limit_tokens
        )
        .where(calls.c.provider == provider, calls.c.model == model, calls.c.state == "ok")
        .where(calls.c.emulated == emulated)
        .order_by(calls.c.started_ms.desc())
        .limit(_RECENT)
        .subquery()
    )
    means = select(
        func.avg(latest.c.output_tokens).label("output_tokens"),
        func.avg(latest.c.total_time).label("seconds"),
        func.min(latest.c.limit_requests).label("requests"),
        func.min(latest.c.limit_tokens).label("tokens"),
    )
    row = store.rows(means)[0]
    return {name: None if value is None else float(value) for name, value in row.items()}


def _cost(shares: Sequence[_Share], prices: Prices) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    total: dict[str, Decimal] = {}
    unpriced: dict[str, None] = {}
    for share in shares:
        tokens = round(share.input_tokens), round(share.output_tokens)
        cost = prices.estimate(share.setting.model, *tokens, calls=round(share.calls))
        if cost is None:
            unpriced[share.setting.model] = None
        else:
            total[cost.currency] = total.get(cost.currency, Decimal(0)) + cost.amount
    return total, tuple(unpriced)


def _seconds(plan: Plan, shares: Sequence[_Share]) -> float:
    """The longer of two times: that of the calls, so many at once, and that of the limits."""
    busy = sum(share.calls * share.seconds for share in shares) / plan.concurrency
    by_model: dict[str, list[_Share]] = {}
    for share in shares:
        by_model.setdefault(share.setting.model, []).append(share)
    # As the pacer will let them go (`backends.pacing`).
    waits = [
        same[0].limits.seconds(
            sum(share.calls for share in same),
            sum(share.input_tokens + share.output_tokens for share in same),
        )
        for same in by_model.values()
    ]
    return max([busy, *waits])


def _lost(settings: Sequence[Setting], catalogue: Catalogue) -> tuple[Lost, ...]:
    found: list[Lost] = []
    for setting in settings:
        _, model = catalogue.find(setting.model)
        traces = list(not_honoured(model, setting.params))
        if setting.system and not model.takes_system:
            traces.append(_NO_PERSONA)
        for trace in traces:
            if (lost := Lost(setting.model, trace)) not in found:
                found.append(lost)
    return tuple(found)
