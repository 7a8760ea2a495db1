"""The handbook's text: sections of paragraphs, and the questions that each section answers.

A file under ``corpus/`` is plain UTF-8: ``== name`` opens a section, a line ``? …`` is an example
question (indexed for retrieval, never emitted), every other non-blank line is one paragraph.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .tokens import CJK

FOLDER = Path(__file__).parent / "corpus"
GREETING = "greeting"
UNKNOWN = "unknown"

_CJK = re.compile(f"[{CJK}]")
_ENGLISH = re.compile(
    r"\b(?:what|how|why|which|who|when|where|does|do|is|are|can|should|the|a|an|my|i|it|to|of|in)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One answer-sized text: `section` is its name, `language` is ``zh`` or ``en``."""

    section: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """An example question of a section; it leads to the section's paragraphs."""

    section: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything the model knows, in reading order."""

    paragraphs: tuple[Paragraph, ...]
    questions: tuple[Question, ...]


def language_of(text: str) -> str:
    """Return ``zh`` when Chinese characters outweigh English function words, else ``en``.

    Names such as ``temperature`` do not count: they stand in the questions of both languages.
    """
    return "zh" if len(_CJK.findall(text)) > 2 * len(_ENGLISH.findall(text)) else "en"


def read(folder: Path = FOLDER) -> Corpus:
    """Return the corpus in `folder`; raise ValueError for text before the first section."""
    paragraphs: list[Paragraph] = []
    questions: list[Question] = []
    for path in sorted(folder.glob("*.txt")):
        section = ""
        for line in filter(None, map(str.strip, path.read_text(encoding="utf-8").splitlines())):
            if line.startswith("== "):
                section = line[3:]
            elif not section:
                raise ValueError(f"{path.name}: text before the first section: {line[:40]}")
            elif line.startswith("? "):
                questions.append(Question(section, language_of(line[2:]), line[2:]))
            else:
                paragraphs.append(Paragraph(section, language_of(line), line))
    return Corpus(tuple(paragraphs), tuple(questions))
