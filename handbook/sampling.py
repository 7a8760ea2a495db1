"""The knobs: how a next-token distribution is shaped, cut and drawn from.

Order: penalties on the log-probabilities, softmax with temperature, top_k, nucleus (top_p).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RANGES = {
    "temperature": (0.0, math.inf),
    "top_p": (0.0, 1.0),
    "penalty_score": (1.0, 2.0),
    "frequency_penalty": (-2.0, 2.0),
    "presence_penalty": (-2.0, 2.0),
}
_HEAD = 256


@dataclass(frozen=True, slots=True)
class Sampling:
    """The parameters of one answer. Raises ValueError for a value outside its range."""

    temperature: float = 0.95  # > 0; 0 is accepted and means: always the most probable token
    top_p: float = 0.7  # [0, 1]; 0 keeps only the most probable token
    penalty_score: float = 1.0  # [1, 2]; multiplies -log p of tokens already emitted
    frequency_penalty: float = 0.0  # [-2, 2]; subtracted once per earlier occurrence
    presence_penalty: float = 0.0  # [-2, 2]; subtracted once if the token occurred at all
    top_k: int | None = None  # >= 1; the k most probable are kept before the nucleus
    seed: int | None = None  # None: fresh randomness
    stop: tuple[str, ...] = ()  # non-empty strings; the answer ends before the first one
    max_output_tokens: int = 512  # >= 1

    def __post_init__(self) -> None:
        for name, (minimum, maximum) in _RANGES.items():
            value = getattr(self, name)
            if not (math.isfinite(value) and minimum <= value <= maximum):
                raise ValueError(f"{name} must be within [{minimum}, {maximum}]: {value}")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k must be at least 1: {self.top_k}")
        if self.max_output_tokens < 1:
            raise ValueError(f"max_output_tokens must be at least 1: {self.max_output_tokens}")
        if "" in self.stop:
            raise ValueError("a stop string must not be empty")


@dataclass(frozen=True, slots=True)
class Token:
    """One drawn token; the texts of all tokens join to the answer."""

    text: str  # exactly what is appended to the answer; "" only on the last token
    logprob: float  # natural log of the probability with which it was drawn, after all knobs
    nucleus: tuple[tuple[str, float], ...]  # at most 12 candidates, most probable first
    nucleus_size: int  # how many candidates were kept in all
    finish_reason: str | None  # None, or on the last token "stop" or "length"


@dataclass(frozen=True, slots=True)
class Distribution:
    """The candidates kept after all knobs, most probable first."""

    vocabulary: Sequence[str]
    ids: NDArray[np.int64]  # positions in `vocabulary`
    probabilities: Floats  # same order as `ids`, sums to 1
    mass: float  # probability that the kept candidates had together before the nucleus cut

    @property
    def texts(self) -> list[str]:
        """The candidates' texts; "" is the end of the answer."""
        return [self.vocabulary[i] for i in self.ids]

    def entropy(self) -> float:
        """Return the entropy in nats."""
        return float(-np.sum(self.probabilities * np.log(self.probabilities)))

    def draw(self, point: float) -> Token:
        """Return the token under `point`, a uniform number in [0, 1)."""
        edges = np.cumsum(self.probabilities)
        place = min(int(np.searchsorted(edges, point, side="right")), len(edges) - 1)
        shown = zip(self.ids[:12].tolist(), self.probabilities[:12].tolist(), strict=True)
        return Token(
            text=self.vocabulary[int(self.ids[place])],
            logprob=math.log(self.probabilities[place]),
            nucleus=tuple((self.vocabulary[i], p) for i, p in shown),
            nucleus_size=len(edges),
            finish_reason=None,
        )


def shape(probabilities: Floats, emitted: Mapping[int, int], knobs: Sampling) -> Floats:
    """Return the probabilities after penalties and temperature; same shape, sums to 1.

    `emitted` maps token ids to how often each was emitted so far.
    """
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities)
    if emitted:
        ids = np.fromiter(emitted.keys(), np.int64, len(emitted))
        times = np.fromiter(emitted.values(), np.float64, len(emitted))
        penalty = knobs.frequency_penalty * times + knobs.presence_penalty
        logits[ids] = logits[ids] * knobs.penalty_score - penalty
    # Shifted before the division: temperatures near 0 then cannot overflow.
    logits -= logits.max()
    if knobs.temperature == 0:
        shaped = (np.arange(len(logits)) == np.argmax(logits)).astype(np.float64)
    else:
        with np.errstate(over="ignore"):
            shaped = np.exp(logits / knobs.temperature)
    result: Floats = shaped / shaped.sum()
    return result


def cut(probabilities: Floats, vocabulary: Sequence[str], knobs: Sampling) -> Distribution:
    """Return the top_k most probable, then the smallest head of them that holds top_p."""
    ids = _ranked(probabilities, knobs)
    if knobs.top_k is not None:
        ids = ids[: knobs.top_k]
    kept = probabilities[ids]
    kept = kept / (kept.sum() if knobs.top_k is not None else 1.0)
    mass = np.cumsum(kept)
    size = min(int(np.searchsorted(mass, knobs.top_p)) + 1, len(ids))
    head = kept[:size]
    return Distribution(vocabulary, ids[:size], head / head.sum(), float(mass[size - 1]))


def _ranked(probabilities: Floats, knobs: Sampling) -> NDArray[np.int64]:
    """Return ids of non-zero candidates by falling probability, ties by id on every machine."""
    least = 0.0
    if len(probabilities) > _HEAD:
        # Sorting the head is enough, and ten times cheaper, unless the tail is asked for.
        edge = float(np.partition(probabilities, -_HEAD)[-_HEAD])
        head = float(probabilities[probabilities >= edge].sum())
        narrow = knobs.top_k is not None and knobs.top_k <= _HEAD
        least = edge if narrow or head > knobs.top_p + 1e-9 else 0.0
    ids = np.flatnonzero((probabilities >= least) & (probabilities > 0))
    return ids[np.argsort(-probabilities[ids], kind="stable")]
