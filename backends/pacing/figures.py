"""The limits that an answer's headers name, whatever the provider calls them."""

from __future__ import annotations

from backends.pacing.machine import Figures
from backends.types import RateLimit

# Qianfan v2 counts input and output apart:
# https://cloud.baidu.com/doc/qianfan-api/s/3m9b5lqft
_TOKENS = {"total": "tokens", "input": "input-tokens", "output": "output-tokens"}


def figures_of(told: RateLimit | None, retry_after: float | None = None) -> Figures | None:
    """What a pacer needs of the headers, names in any case; None where there is nothing."""
    if told is None:
        return None if retry_after is None else Figures(retry_after=retry_after)
    by_name = {name.lower(): value for name, value in told.headers.items()}

    def figure(*names: str) -> int | None:
        for name in names:
            text = by_name.get(f"x-ratelimit-{name}", by_name.get(f"ratelimit-{name}", ""))
            if text.isascii() and text.isdigit() and len(text) < 19:
                return int(text)
        return None

    tokens = {
        kind: (figure(f"limit-{name}"), figure(f"remaining-{name}"))
        for kind, name in _TOKENS.items()
    }
    return Figures(
        figure("limit-requests", "limit"),
        figure("remaining-requests", "remaining"),
        {kind: pair for kind, pair in tokens.items() if pair != (None, None)},
        retry_after,
    )
