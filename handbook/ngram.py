"""The language model: an interpolated trigram whose counts are weighted by paragraph."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

END = 0  # text "": the answer is over
BREAK = 1  # text "\n\n": a new paragraph; also stands before the first one
# Share of an end that becomes a new paragraph. Below one half, so that low temperatures stop;
# high ones ramble and repeat, which is what the penalties are there to show.
RAMBLE = 0.25
# Plain Witten-Bell keeps half of the mass for a context seen once; here it keeps two thirds, so
# that sentences hold together.
ESCAPE = 0.5
# An occurrence counts this much more for every token further back that also agrees. It settles
# ties, so that a low temperature stays on one sentence (and says what is true), and is too small
# to bind a high one: a 4-gram or longer only recites, at every temperature.
AGREEMENT = 0.25
MEMORY = 10  # tokens of context that are looked at


class Trigram:
    """Where each token stands after which two others, and in which paragraph; read-only."""

    def __init__(self, paragraphs: Sequence[Sequence[str]]) -> None:
        self.vocabulary: list[str] = ["", "\n\n"]
        self.vocabulary += sorted({token for tokens in paragraphs for token in tokens})
        self.ids = {text: number for number, text in enumerate(self.vocabulary)}
        before_first = [BREAK] * MEMORY
        numbered = [
            (token, number)
            for number, tokens in enumerate(paragraphs)
            for token in (*before_first, *(self.ids[text] for text in tokens), END)
        ]
        self._stream, self._paragraph = np.array(numbered, dtype=np.int64).T.copy()
        drawn = np.flatnonzero(self._stream != BREAK)
        last, before = self._stream[drawn - 1], self._stream[drawn - 2]
        self._drawn = drawn
        self._after_one = _group(last, drawn)
        self._after_two = _group(before * len(self.vocabulary) + last, drawn)

    def unigram(self, weights: Floats) -> Floats:
        """Return the distribution without context, shape (vocabulary,).

        `weights` has one non-negative number per paragraph, not all of them 0.
        """
        counts = self._counts(self._drawn, weights)
        # An answer may end only where some paragraph ended.
        counts[END] = 0.0
        result: Floats = counts / counts.sum()
        return result

    def following(self, context: Sequence[int], weights: Floats, unigram: Floats) -> Floats:
        """Return the distribution of the token after `context`, shape (vocabulary,).

        `context` holds the last MEMORY ids, the latest last; BREAK stands for what is missing.
        """
        before, last = context[-2:]
        places = self._after_one.get(last)
        mixed = unigram if places is None else _mix(self._counts(places, weights), unigram)
        places = self._after_two.get(before * len(self.vocabulary) + last)
        if places is not None:
            bonus = 1.0 + AGREEMENT * self._agreement(places, context)
            mixed = _mix(self._counts(places, weights, bonus), mixed)
        result = mixed.copy()
        result[BREAK] += RAMBLE * result[END]
        result[END] *= 1 - RAMBLE
        return result

    def _agreement(self, places: Ints, context: Sequence[int]) -> Floats:
        """Return, per place, how many tokens before the last two agree without a gap."""
        back = np.arange(3, MEMORY + 1)
        same = self._stream[places[:, None] - back] == np.array(context)[-back]
        agreeing: Floats = np.cumprod(same, axis=1).sum(axis=1).astype(np.float64)
        return agreeing

    def _counts(self, places: Ints, weights: Floats, bonus: Floats | None = None) -> Floats:
        found = weights[self._paragraph[places]]
        if bonus is not None:
            found = found * bonus
        counts = np.bincount(self._stream[places], found, len(self.vocabulary))
        return counts.astype(np.float64, copy=False)


def _mix(counts: Floats, shorter: Floats) -> Floats:
    """Return counts interpolated with the distribution after a shorter context."""
    # Weighted kinds: a context known from faint paragraphs alone has a faint say.
    kinds = ESCAPE * np.minimum(counts, 1.0).sum()
    result: Floats = (counts + kinds * shorter) / (counts.sum() + kinds)
    return result


def _group(keys: Ints, places: Ints) -> dict[int, Ints]:
    """Return, per key, the places that have it."""
    order = np.argsort(keys, kind="stable")
    found, starts = np.unique(keys[order], return_index=True)
    return dict(zip(found.tolist(), np.split(places[order], starts[1:]), strict=True))
