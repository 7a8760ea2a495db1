"""How far this machine's clock is off, by the Date header of a provider. Signatures need it."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime

from backends.line import Line
from backends.route import Route
from backends.wire import fetch


def seconds_ahead(date: str | None) -> float | None:
    """Seconds this machine is ahead of an HTTP date; None where there is none to read."""
    try:
        there = email.utils.parsedate_to_datetime(date or "")
    except ValueError:
        return None
    if there.tzinfo is None:
        there = there.replace(tzinfo=UTC)
    return (datetime.now(UTC) - there).total_seconds()


def clock_skew(base_url: str, route: Route | None = None) -> float | None:
    """Ask a provider's host for its time, without any key, by the way that its calls take.

    Raises:
        Transport: it cannot be reached.
    """
    line = Line(route=route)
    line.start()
    try:
        reply = fetch(
            line, "GET", base_url.replace("wss://", "https://").replace("ws://", "http://")
        )
        return seconds_ahead(reply.headers.get("date"))
    finally:
        line.close()
