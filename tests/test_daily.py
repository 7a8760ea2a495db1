"""What strangers may use of a public place's keys: so much a day, of all of them together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import emulators
import wiring
from backends import Call, ChatRequest, Daily, Message, Spent
from backends.errors import Quota
from wiring.settings import whole

SPEED = "qianfan/ernie-speed-8k"


def called(desk: wiring.Desk, user: str = "stranger", **more: Any) -> Call:
    request = ChatRequest(SPEED, (Message("user", "hi"),), user=user, **more)
    return desk.client.start(request).result(20)


def test_the_day_s_calls_are_counted_over_processes_and_a_key_of_one_s_own_is_not(
    tmp_path: Path,
) -> None:
    received: list[dict[str, Any]] = []
    with emulators.start(["qianfan"], log=received.append, tokens_per_second=2000) as provider:
        values = {
            **provider.environment,
            **provider.keys,
            "TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}",
            "TUNEDESK_MODE": "space",
            "TUNEDESK_DAILY_CALLS": "3",
        }
        first, second = wiring.Desk(values), wiring.Desk(values)
        # What is refused before it is sent takes nothing.
        assert called(first, params={"temperature": 7.0}).state == "refused"
        assert [called(desk).state for desk in (first, second, first)] == ["ok"] * 3
        for desk in (first, second):
            over = called(desk)
            assert over.state == "refused" and over.error is not None
            assert (over.error.kind, over.error.code) == ("Quota", "daily")
            assert "3 calls" in over.error.message.en and "自带密钥" in over.error.message.zh
        assert called(first, run="of a study").state == "refused"
        assert len(received) == 3
        typed = {"QIANFAN_BEARER_TOKEN": provider.keys["QIANFAN_BEARER_TOKEN"]}
        first.typed.keep("guest", first.catalogue.providers["qianfan"], typed)
        assert called(first, "guest").state == "ok"
        # Where nobody is a stranger nothing is counted.
        own = wiring.Desk({**values, "TUNEDESK_MODE": "team"})
        assert called(own).state == "ok"
        for desk in (first, second, own):
            desk.close()


def test_tokens_are_counted_and_emulated_calls_are_not(tmp_path: Path) -> None:
    values = {"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}", "TUNEDESK_MODE": "space"}
    with emulators.start(["qianfan"], tokens_per_second=2000) as provider:
        live = {**values, **provider.environment, **provider.keys, "TUNEDESK_DAILY_TOKENS": "1"}
        desk = wiring.Desk(live)
        assert [called(desk).state for _ in range(2)] == ["ok", "refused"]
        desk.close()
    desk = wiring.Desk({**values, "TUNEDESK_DAILY_CALLS": "0"})
    call = called(desk)
    assert (call.state, call.emulated) == ("ok", True)
    desk.close()


@pytest.mark.parametrize("wrong", ["many", "-1", "1.5", ""])
def test_a_number_that_is_none_lets_nobody_through(tmp_path: Path, wrong: str) -> None:
    assert whole(wrong, 200) == 0
    assert whole(None, 200) == 200


def test_a_day_ends_at_midnight_utc_and_the_wait_is_told() -> None:
    now = [datetime(2026, 11, 29, 23, 59, tzinfo=UTC)]
    days: list[datetime] = []

    def spent(since: datetime) -> Spent:
        days.append(since)
        return Spent(0, 0)

    daily = Daily(Spent(2, 100), spent, lambda: now[0])
    daily.take()
    daily.take()
    with pytest.raises(Quota) as refused:
        daily.take()
    assert refused.value.retry_after == 60.0 and not refused.value.retryable
    now[0] += timedelta(minutes=1)
    daily.take()
    assert days[-1] == datetime(2026, 11, 30, tzinfo=UTC)
