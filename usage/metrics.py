"""What a Prometheus server scrapes: counts of the store, so of every app and worker, and no text.

Names are those of OpenTelemetry's conventions for generative AI in Prometheus's form
(https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics, status Development); what they
have no name for begins with `tunedesk_`. After a deletion counters begin anew, lower.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from usage.histograms import Counts, bin_of, merge, unpack, value_of
from usage.ledger import Store
from usage.rollups import limits_in
from usage.tables import rollup_spreads, rollup_sums
from usage.tally import DAY, MEASURES, TOKENS

# As the conventions advise for durations, in seconds.
_EDGES = tuple(0.01 * 2**step for step in range(14))
_LINE = ("gen_ai_provider_name", "gen_ai_request_model", "tunedesk_emulated")
_TIMES = {
    "total_time": (
        "gen_ai_client_operation_duration_seconds",
        "Seconds from sending a request to the end of its answer.",
    ),
    "time_to_first_token": (
        "gen_ai_client_operation_time_to_first_chunk_seconds",
        "Seconds from sending a request to the first piece of its answer.",
    ),
}


def serve(store: Store, port: int) -> int:
    """Serve a store's counts at http://127.0.0.1:PORT/metrics until the process ends; returns the
    port (of 0 a free one is taken).

    Raises:
        OSError: the port is in use.
    """
    registry = CollectorRegistry()
    registry.register(StoreCollector(store))
    server, _ = start_http_server(port, addr="127.0.0.1", registry=registry)
    return int(server.server_port)


class StoreCollector(Collector):
    """Reads the rollups anew for each scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterator[Metric]:
        """Nothing before the first scrape: registering reads nothing."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The metrics of this moment."""
        yield from self._counts()
        yield from self._spreads()

    def _counts(self) -> Iterator[Metric]:
        usage = SummaryMetricFamily(
            "gen_ai_client_token_usage",
            "Tokens that providers counted, and in how many calls.",
            labels=(*_LINE, "gen_ai_token_type"),
        )
        ended = CounterMetricFamily(
            "tunedesk_calls", "Calls that ended.", labels=(*_LINE, "state", "error_type")
        )
        by = [rollup_sums.c[name] for name in ("provider", "model", "emulated")]
        names = ("calls", *TOKENS, *(f"{name}_known" for name in TOKENS))
        added = [func.sum(rollup_sums.c[name]).label(name) for name in names]
        of_days = rollup_sums.c.width_ms == DAY
        for row in self._store.rows(select(*by, *added).where(of_days).group_by(*by)):
            for kind in ("input", "output"):
                count, total = row[f"{kind}_tokens_known"], row[f"{kind}_tokens"]
                if count:
                    usage.add_metric([*_line(row), kind], int(count), int(total))
        by += [rollup_sums.c.state, rollup_sums.c.error_class]
        for row in self._store.rows(select(*by, added[0]).where(of_days).group_by(*by)):
            ended.add_metric([*_line(row), row["state"], row["error_class"]], int(row["calls"]))
        yield usage
        yield ended

    def _spreads(self) -> Iterator[Metric]:
        times: dict[tuple[str, ...], list[Counts]] = {}
        remaining: dict[tuple[str, ...], float] = {}
        query = select(rollup_spreads).where(rollup_spreads.c.width_ms == DAY)
        for row in self._store.rows(query.order_by(rollup_spreads.c.start_ms)):
            known = times.setdefault(_line(row), [{} for _ in MEASURES])
            for mine, theirs in zip(known, unpack(row["times"]), strict=True):
                merge(mine, theirs)
            for unit, limit in limits_in(row["limits"]).items():
                if limit.remaining is not None:
                    remaining[(*_line(row), row["credential"], unit)] = limit.remaining
        for measure, (name, help_) in _TIMES.items():
            yield _histogram(name, help_, times, MEASURES.index(measure))
        left = GaugeMetricFamily(
            "tunedesk_rate_limit_remaining",
            "What the newest header said is left of a limit.",
            labels=(*_LINE, "tunedesk_credential", "unit"),
        )
        for labels, value in remaining.items():
            left.add_metric(labels, value)
        yield left


def _line(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["provider"], row["model"], "true" if row["emulated"] else "false"


def _histogram(
    name: str, help_: str, times: Mapping[tuple[str, ...], Sequence[Counts]], place: int
) -> Metric:
    family = HistogramMetricFamily(name, help_, labels=_LINE)
    for labels, known in times.items():
        counts = known[place]
        below = [
            (str(edge), float(sum(n for bin_, n in counts.items() if bin_ <= bin_of(edge))))
            for edge in _EDGES
        ]
        total = sum(value_of(bin_) * n for bin_, n in counts.items())
        family.add_metric(labels, [*below, ("+Inf", float(sum(counts.values())))], total)
    return family
