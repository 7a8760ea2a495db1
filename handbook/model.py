"""The built-in model: retrieval, weighted trigram, knobs. It is not a large language model."""

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from .corpus import GREETING, UNKNOWN, Corpus, language_of, read
from .index import Floats, Index
from .ngram import BREAK, MEMORY, Trigram
from .sampling import Distribution, Sampling, Token, cut, shape
from .stops import hold_back
from .tokens import Tokenizer, learn_words

DEFAULTS = Sampling()
FAMILIAR = 0.12  # best similarity below which the question is not about this handbook
SHARPNESS = 9.0  # how fast a paragraph's weight falls with its similarity
OTHER_LANGUAGE = 0.001
PERSONA_SHARE = 0.1

_FIRST_SENTENCE = re.compile(r"[^。！？.!?\n]{1,60}[。！？.!?]?")


@dataclass(frozen=True, slots=True)
class _Prompt:
    """What one question fixes for the whole answer."""

    weights: Floats  # one per paragraph
    unigram: Floats
    opening: tuple[str, ...]  # tokens that are not drawn: a persona echoed by a greeting


class Handbook:
    """Answers from a handbook of Tunedesk. Holds no state of a call: share it between threads."""

    def __init__(self, corpus: Corpus) -> None:
        texts = [paragraph.text for paragraph in corpus.paragraphs]
        self.corpus = corpus
        self.tokenizer = Tokenizer(learn_words(texts))
        self._index = Index(corpus)
        self._trigram = Trigram([self.tokenizer.split(text) for text in texts])
        self._chinese = np.array([p.language == "zh" for p in corpus.paragraphs])
        self._unknown = np.array([p.section == UNKNOWN for p in corpus.paragraphs])

    def generate(
        self, question: str, system: str = "", sampling: Sampling = DEFAULTS
    ) -> Iterator[Token]:
        """Yield the answer token by token, without pauses; the last one has a finish_reason.

        The persona `system` adds its words to the search with a small weight, and a greeting
        echoes its first sentence; it has no other effect.
        """
        return hold_back(self._draws(question, system, sampling), sampling)

    def distribution(
        self, question: str, emitted: Sequence[str], sampling: Sampling, system: str = ""
    ) -> Distribution:
        """Return what the next token is drawn from after the tokens `emitted` (their texts)."""
        counts = Counter(self._known(emitted))
        return self._next(self._prompt(question, system), emitted, counts, sampling)

    def rank(self, question: str, system: str = "") -> Floats:
        """Return the weight in [0, 1] of every paragraph for a question, in corpus order."""
        same = self._chinese == (language_of(question) == "zh")
        similarity = np.where(same, self._index.similarities(question), 0.0)
        if similarity.max() < FAMILIAR:
            similarity = np.where(same, self._unknown, 0.0)
        elif system:
            similarity += np.where(same, PERSONA_SHARE * self._index.similarities(system), 0.0)
        weights = np.exp(SHARPNESS * (similarity / similarity.max() - 1))
        result: Floats = weights * np.where(same, 1.0, OTHER_LANGUAGE)
        return result

    def _prompt(self, question: str, system: str) -> _Prompt:
        weights = self.rank(question, system)
        opening: tuple[str, ...] = ()
        best = self.corpus.paragraphs[int(weights.argmax())]
        sentence = _FIRST_SENTENCE.match(system.strip())
        if best.section == GREETING and sentence:
            opening = (*self.tokenizer.split(sentence.group()), "\n\n")
        return _Prompt(weights, self._trigram.unigram(weights), opening)

    def _draws(self, question: str, system: str, sampling: Sampling) -> Iterator[Token]:
        """Yield tokens for ever, or until the end token (text "") was drawn."""
        prompt = self._prompt(question, system)
        chance = random.Random(sampling.seed)
        emitted: list[str] = []
        counts: Counter[int] = Counter()
        while not emitted or emitted[-1]:
            token = self._next(prompt, emitted, counts, sampling).draw(chance.random())
            emitted.append(token.text)
            counts.update(self._known([token.text]))
            yield token

    def _next(
        self, prompt: _Prompt, emitted: Sequence[str], counts: Counter[int], sampling: Sampling
    ) -> Distribution:
        place = len(emitted)
        if place < len(prompt.opening) and tuple(emitted) == prompt.opening[:place]:
            return Distribution((prompt.opening[place],), np.array([0]), np.ones(1), 1.0)
        raw = self._trigram.following(self._context(emitted), prompt.weights, prompt.unigram)
        return cut(shape(raw, counts, sampling), self._trigram.vocabulary, sampling)

    def _context(self, emitted: Sequence[str]) -> list[int]:
        """Return the last MEMORY ids; nothing before a paragraph break counts."""
        latest = self._known(emitted[-MEMORY:])
        while BREAK in latest:
            latest = latest[latest.index(BREAK) + 1 :]
        return [BREAK] * (MEMORY - len(latest)) + latest

    def _known(self, texts: Sequence[str]) -> list[int]:
        return [self._trigram.ids[text] for text in texts if text in self._trigram.ids]


_building = threading.Lock()


@cache
def _built() -> Handbook:
    return Handbook(read())


def load() -> Handbook:
    """Return the process's one handbook; the first call builds it (under a second)."""
    with _building:
        return _built()


def count_tokens(text: str) -> int:
    """Return how many tokens of the built-in model's own tokenizer `text` has; 0 for ""."""
    return len(load().tokenizer.split(text))
