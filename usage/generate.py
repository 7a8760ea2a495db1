"""Made-up logs, to see how pages and exports do with many calls. Every call says *emulated*."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Any

from backends import Call, CallError, Message, RateLimit, State, Usage, Words
from usage.ledger import Store

AT_ONCE = 1_000
TAG = "generated"
_HOUR = timedelta(hours=1)
# Of an hour like any other, one in fifty sees a study: its calls come within minutes to one model.
_STUDIES = 0.02
_PROMPTS = (
    "用一句话解释温度参数。",
    "把下面的句子译成英文：今天天气很好。",
    "列出三种排序算法及其复杂度。",
    "Write a haiku about the sea.",
    "Summarise the minutes in five bullet points.",
)
_SAID = Words("模拟数据中的错误。", "An error in made-up data.")


@dataclass(frozen=True, slots=True)
class Profile:
    """How one model behaves: seconds to the first token and tokens a second (medians), what it
    allows each of its `keys` in a minute (None: it sends no such header), how it words a refusal.
    """

    model: str
    share: float
    first: float
    speed: float
    requests: int | None = None
    tokens: int | None = None
    refusal: str = "429"
    cached: float = 0.0
    reasons: bool = False
    keys: int = 1


PROFILES = (
    Profile("qianfan/ernie-4.5-turbo-128k", 0.24, 0.5, 45, 300, 400_000, "rpm_rate_limit_exceeded"),
    Profile("qianfan-v1/ernie_speed", 0.16, 0.3, 60, 300, 300_000, "336501"),
    Profile("spark/generalv3.5", 0.12, 0.4, 35, refusal="11202"),
    Profile("spark-http/4.0Ultra", 0.08, 0.7, 28, refusal="11202"),
    Profile("deepseek/deepseek-chat", 0.16, 0.9, 30, cached=0.4),
    Profile("deepseek/deepseek-reasoner", 0.06, 1.2, 30, cached=0.2, reasons=True),
    Profile("openai/gpt-4.1", 0.12, 0.6, 70, 500, 200_000, "rate_limit_exceeded", 0.2, keys=2),
    Profile("chatglm3/chatglm3-6b", 0.06, 1.5, 12),
)
_ENDS: tuple[tuple[State, float, str | None, str | None], ...] = (
    ("ok", 0.925, None, None),
    ("length", 0.03, None, None),
    ("cancelled", 0.012, "Cancelled", None),
    ("partial", 0.006, "Transport", None),
    ("failed", 0.01, "Timeout", None),
    ("failed", 0.007, "Unavailable", "503"),
    ("failed", 0.005, "ContentFilter", "336104"),
    ("refused", 0.004, "InvalidParam", None),
    ("interrupted", 0.001, None, None),
)


def synthetic(count: int, days: int, seed: int, end: datetime | None = None) -> Iterator[Call]:
    """That many calls over so many days up to `end` (now), oldest first; alike for a like seed.

    Days have their busy hours and weeks their ends; latencies are lognormal; limits count in
    windows of a minute and refuse what exceeds them.
    """
    draw = random.Random(seed)
    end = end or datetime.now(UTC)
    begin = end - timedelta(days=days)
    hours = [begin + place * _HOUR for place in range(days * 24)]
    busy = [0.0]
    for hour in hours:
        busy.append(busy[-1] + _rhythm(hour))
    windows = _Windows()
    for hour, (before, after) in zip(hours, pairwise(busy), strict=True):
        number = round(count * after / busy[-1]) - round(count * before / busy[-1])
        for moment, profile in _moments(draw, hour, number):
            yield _call(draw, windows, moment, profile)


def generate(store: Store, count: int, days: int, seed: int) -> Iterator[int]:
    """Record so many calls as any other is recorded; after each batch, how many there are."""
    done = 0
    calls = synthetic(count, days, seed)
    while batch := list(islice(calls, AT_ONCE)):
        store.take_over(batch)
        done += len(batch)
        yield done


class _Windows:
    """What each model has been asked for under each key within the present minute."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str], tuple[int, int, int]] = {}

    def take(
        self, profile: Profile, credential: str, moment: datetime, tokens: int
    ) -> tuple[bool, RateLimit | None]:
        """Whether the call is let in, and the headers that its answer bears."""
        if profile.requests is None or profile.tokens is None:
            return True, None
        minute = int(moment.timestamp()) // 60
        whose = (profile.model, credential)
        since, requests, used = self._spent.get(whose, (minute, 0, 0))
        if since != minute:
            requests = used = 0
        allowed = requests < profile.requests and used < profile.tokens
        if allowed:
            requests, used = requests + 1, min(used + tokens, profile.tokens)
        self._spent[whose] = (minute, requests, used)
        left = (profile.requests - requests, profile.tokens - used)
        return allowed, _headers((profile.requests, profile.tokens), left)


def _headers(limits: tuple[int, int], left: tuple[int, int]) -> RateLimit:
    sent = {
        f"x-ratelimit-{kind}-{unit}": str(figures[place])
        for place, unit in enumerate(("requests", "tokens"))
        for kind, figures in (("limit", limits), ("remaining", left))
    }
    return RateLimit(limits[0], left[0], limits[1], left[1], sent)


def _rhythm(hour: datetime) -> float:
    """How busy an hour is (in China): two humps a day, less at the week's end."""
    here = hour + timedelta(hours=8)
    humps = sum(math.exp(-(((here.hour - peak) / 2.5) ** 2)) for peak in (10.5, 15.5, 21))
    return (0.06 + humps) * (0.45 if here.weekday() > 4 else 1.0)


def _moments(
    draw: random.Random, hour: datetime, number: int
) -> Iterator[tuple[datetime, Profile]]:
    study = draw.random() < _STUDIES
    width = 240.0 if study else 3600.0
    one = _profile(draw)
    for second in sorted(draw.random() * width for _ in range(number)):
        yield hour + timedelta(seconds=second), one if study else _profile(draw)


def _profile(draw: random.Random) -> Profile:
    return draw.choices(PROFILES, [profile.share for profile in PROFILES])[0]


def _call(draw: random.Random, windows: _Windows, moment: datetime, profile: Profile) -> Call:
    sent = max(1, int(draw.lognormvariate(math.log(220), 1.1)))
    received = max(1, int(draw.lognormvariate(math.log(260), 0.9)))
    # Who shares a model has it by turns.
    credential = f"key-example{moment.hour % profile.keys + 1}"
    allowed, limit = windows.take(profile, credential, moment, sent + received)
    state, _, kind, code = draw.choices(_ENDS, [end[1] for end in _ENDS])[0]
    if not allowed:
        state, kind, code = "failed", "RateLimit", profile.refusal
    provider, _, model = profile.model.partition("/")
    facts: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "attempt": 1,
        "retry_of": None,
        "started_at": moment,
        "provider": provider,
        "model": model,
        "emulated": True,
        "credential": credential,
        "state": state,
        "tag": TAG,
        "messages": (Message("user", draw.choice(_PROMPTS)),),
        "rate_limit": None if state == "refused" else limit,
        "error": CallError(kind, code, _SAID) if kind else None,
    }
    answered = state in ("ok", "length", "partial", "cancelled")
    return Call(**facts, **(_answer(draw, profile, state, sent, received) if answered else {}))


def _answer(
    draw: random.Random, profile: Profile, state: State, sent: int, received: int
) -> dict[str, Any]:
    first = draw.lognormvariate(math.log(profile.first), 0.45)
    growing = received / draw.lognormvariate(math.log(profile.speed), 0.25)
    details = {}
    if draw.random() < profile.cached:
        details["cached_tokens"] = int(sent * draw.random())
    if profile.reasons:
        details["reasoning_tokens"] = received * 2 // 3
    return {
        "billed": "yes" if state in ("ok", "length") else "possible",
        "phase": "end",
        "time_to_first_token": round(first, 4),
        "total_time": round(first + growing, 4),
        "longest_gap": round(growing / 10, 4),
        "text": "（模拟数据，没有真的回答。）",
        "finish_reason": {"ok": "stop", "length": "length"}.get(state),
        "usage": Usage(sent, received, sent + received, details)
        if state in ("ok", "length")
        else None,
    }
