"""Shares of counted things, with what their number leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of so many `votes`, with the 95 % interval of the share."""

    count: int
    votes: int
    low: float
    high: float


def share(count: int, votes: int) -> Share | None:
    """The share with its interval; None of nothing.

    Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    if not votes:
        return None
    z = -float(special.ndtri(0.025))
    found = count / votes
    middle = (found + z * z / (2 * votes)) / (1 + z * z / votes)
    half = math.sqrt(found * (1 - found) / votes + z * z / (4 * votes * votes))
    half *= z / (1 + z * z / votes)
    return Share(count, votes, max(0.0, middle - half), min(1.0, middle + half))
