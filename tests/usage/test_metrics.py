"""A scrape, as a Prometheus server reads it: every call once, emulated ones told apart, no text."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backends import Usage
from tests.shell import Shell
from tests.usage.conftest import Make
from usage import Store
from usage.metrics import serve

pytestmark = pytest.mark.databases


def _scraped(store: Store) -> tuple[str, dict[tuple[str, ...], float]]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"http://127.0.0.1:{serve(store, 0)}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return text, {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_an_empty_store_has_nothing_to_tell(store: Store) -> None:
    assert _scraped(store)[1] == {}


def test_a_scrape_tells_what_is_on_record_and_no_word_of_it(store: Store, make: Make) -> None:
    store.take_over(
        [
            make(emulated=False, total_time=3.0, time_to_first_token=0.3, error=None),
            make(emulated=False, total_time=100.0, usage=None, error=None),
            make(total_time=0.005),
            make(emulated=False, state="failed", usage=Usage(1, None, None)),
        ]
    )
    text, found = _scraped(store)
    line = ("qianfan", "ernie-speed-8k")
    tokens = "gen_ai_client_token_usage"
    assert found[(f"{tokens}_sum", *line, "input", "false")] == 11
    assert found[(f"{tokens}_count", *line, "input", "false")] == 2
    assert found[(f"{tokens}_sum", *line, "output", "false")] == 20
    assert found[(f"{tokens}_sum", *line, "output", "true")] == 20
    duration = "gen_ai_client_operation_duration_seconds"
    assert found[(f"{duration}_count", *line, "false")] == 2
    assert found[(f"{duration}_sum", *line, "false")] == pytest.approx(103, rel=0.01)
    assert found[(f"{duration}_bucket", *line, "2.56", "false")] == 0
    assert found[(f"{duration}_bucket", *line, "5.12", "false")] == 1
    assert found[(f"{duration}_bucket", *line, "81.92", "false")] == 1
    assert found[(f"{duration}_bucket", *line, "0.01", "true")] == 1
    calls = "tunedesk_calls_total"
    assert found[(calls, "RateLimit", *line, "failed", "false")] == 1
    assert found[(calls, "", *line, "ok", "false")] == 2
    left = [key for key in found if key[0] == "tunedesk_rate_limit_remaining"]
    assert {found[key] for key in left} == {299, 299990}
    assert all("key-a" in key for key in left)
    assert not any(word in text for word in ("回答", "温度", "助手", "visitor"))


def test_a_port_that_is_taken_is_said_so(shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = shell.run("run", "--metrics-port", port)
    assert told.returncode == 2 and f"Port {port} cannot be had" in told.stderr
