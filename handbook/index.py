"""Retrieval: which paragraphs a question is about (TF-IDF over Chinese bigrams and words).

A section is searched as a whole, in each language: its paragraphs and its example questions.
Counts saturate as in BM25, so that one word repeated does not decide.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .corpus import Corpus
from .tokens import CJK

Floats = NDArray[np.float64]

EXAMPLE = 3  # how many times an example question counts in its section
SATURATION, LENGTH_SHARE = 1.5, 0.6  # BM25's k1 and b
CHARACTER = 0.6  # weight of a single Chinese character next to a bigram; of a word pair also
NUMBER = 2.0  # an error code says more about a question than the words around it
# Beside the section: the nearest example question, and the paragraph itself (orders a section).
QUESTION_SHARE, PARAGRAPH_SHARE = 0.2, 0.1
LEAD = 1.02  # a section's first paragraph answers, the others add to it

_TERM = re.compile(rf"[{CJK}]+|[a-z0-9_]+(?:\.[0-9]+)?")
_CHINESE_STOP = re.compile(
    "什么|怎么样|怎么办|怎么|怎样|如何|为何|为什么|多少|哪些|哪个|哪里|请问|可以|能不能|是不是|有没有"
    "|应该|需要|一下|告诉我|我想|知道|是否|到底|老是|以后|之后|时候|这个|那个|一个"
    "|[吗呢吧啊的了是我在和与请会有要把被就都也对从给让说到该还能这那]"
)
_ENGLISH_STOP = frozenset(
    re.findall(
        "[a-z]+",
        """
        a an the is are was be been do does did what how why which who when where can could should
        would will i me my we our you your it its of to in on at for with and or if there this that
        from by as please tell about have has get got go so then than not no some any all very just
        make now use used always say end much many more most may might must need want let put take
        give into out up too also same way one own
        """,
    )
)


def terms(text: str) -> Counter[str]:
    """Return the index terms of a text: Chinese bigrams and characters, words and word pairs."""
    found: Counter[str] = Counter()
    before = ""
    for run in _TERM.findall(_CHINESE_STOP.sub(" ", text.lower().replace("-", " "))):
        if run[0] > "\u3000":
            found.update(run)
            found.update(run[i : i + 2] for i in range(len(run) - 1))
            before = ""
            continue
        word = _stem(run)
        if run not in _ENGLISH_STOP:
            found[word] += 1
            if before:
                found[f"{before} {word}"] += 1
        before = word
    return found


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) >= len(ending) + 4 and word.isalpha():
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word


def _importance(term: str) -> float:
    if term[0].isdigit():
        return NUMBER
    return CHARACTER if " " in term or (len(term) == 1 and term > "\u3000") else 1.0


class Index:
    """Postings over sections, example questions and paragraphs; read-only once built."""

    def __init__(self, corpus: Corpus) -> None:
        units = list(dict.fromkeys((p.section, p.language) for p in corpus.paragraphs))
        place = {unit: number for number, unit in enumerate(units)}
        asked = [q for q in corpus.questions if (q.section, q.language) in place]
        sections: list[Counter[str]] = [Counter() for _ in units]
        for paragraph in corpus.paragraphs:
            sections[place[paragraph.section, paragraph.language]].update(terms(paragraph.text))
        for question in asked:
            for term, count in terms(question.text).items():
                sections[place[question.section, question.language]][term] += EXAMPLE * count
        self._units = len(units)
        self._seen = Counter(term for section in sections for term in section)
        self._unit_of = np.array([place[p.section, p.language] for p in corpus.paragraphs])
        units_seen = self._unit_of.tolist()
        first = [units_seen.index(unit) == row for row, unit in enumerate(units_seen)]
        self._lead = np.where(first, LEAD, 1.0)
        self._asked_unit = np.array([place[q.section, q.language] for q in asked])
        self._sections = _Postings([_saturated(s, sections) for s in sections])
        self._questions = _Postings([self._unit_vector(terms(q.text)) for q in asked])
        self._texts = _Postings([self._unit_vector(terms(p.text)) for p in corpus.paragraphs])

    def similarities(self, text: str) -> Floats:
        """Return one similarity per paragraph, in corpus order: 0 (nothing shared) to 1.35."""
        query = terms(text)
        rare = {term: self._rarity(term) for term in query}
        score = self._sections.scores(rare) / (sum(rare.values()) or 1.0)
        direction = self._unit_vector(query)
        nearest = np.zeros(self._units)
        np.maximum.at(nearest, self._asked_unit, self._questions.scores(direction))
        found: Floats = (score + QUESTION_SHARE * nearest)[self._unit_of]
        found += PARAGRAPH_SHARE * self._texts.scores(direction)
        return found * self._lead

    def _rarity(self, term: str) -> float:
        # Terms never seen are the rarest: a foreign subject lowers the similarity.
        return _importance(term) * math.log(1 + self._units / (0.5 + self._seen[term]))

    def _unit_vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        raw = {term: count * self._rarity(term) for term, count in counts.items()}
        norm = math.sqrt(sum(value * value for value in raw.values())) or 1.0
        return {term: value / norm for term, value in raw.items()}


class _Postings:
    """Sparse vectors stored by term, for dot products with a query."""

    def __init__(self, documents: list[dict[str, float]]) -> None:
        self._size = len(documents)
        rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, document in enumerate(documents):
            for term, weight in document.items():
                rows[term].append((number, weight))
        self._rows = {
            term: (np.array([n for n, _ in found]), np.array([w for _, w in found]))
            for term, found in rows.items()
        }

    def scores(self, query: Mapping[str, float]) -> Floats:
        """Return the dot product of the query with every document."""
        result = np.zeros(self._size)
        for term, weight in query.items():
            if term in self._rows:
                numbers, weights = self._rows[term]
                result[numbers] += weight * weights
        return result


def _saturated(section: Counter[str], sections: list[Counter[str]]) -> dict[str, float]:
    """Return BM25's saturated counts, each below 1."""
    average = sum(other.total() for other in sections) / len(sections)
    slope = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * section.total() / average)
    return {term: count / (count + slope) for term, count in section.items()}
