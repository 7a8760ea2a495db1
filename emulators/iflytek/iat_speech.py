"""What the dictation emulator hears: one of a few sentences, chosen by the sound itself.

https://www.xfyun.cn/doc/asr/voicedictation/API.html says how results append to and replace each
other. With corrections each part is first guessed with a word that only sounds right, and the last
result replaces two earlier ones, so a client that only appends shows another text.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from .iat_rules import Settings

# Parts are divided by |, words by spaces; after a / stands a word that sounds alike.
CHINESE: Final = (
    "今天 天气/添器 | 很好/很耗 | ，我们 下午/夏午 | 3点/散点 | 开会/开惠 。",
    "请 帮/邦 我 | 记录/纪律 | 这段/折断 话 | ，谢谢/泻泻 。",
    "语音/雨音 输入 | 比/笔 打字 | 快/块 3倍 | 左右/作又 。",
)
ENGLISH: Final = (
    "Please/Pleas | write/right | this/these down | for/four me .",
    "I/eye | will meet/meat | you there/their | at 3 o'clock/clock .",
    "The weather/whether | is so/sew | nice today | by the sea/see .",
)
PUNCTUATION: Final = "，。.,"
TRADITIONAL: Final = str.maketrans(
    "气们点开会请帮记录这话谢语输笔块纪断泻", "氣們點開會請幫記錄這話謝語輸筆塊紀斷瀉"
)
NUMERALS: Final = str.maketrans("3", "三")
# 10 ms at 16 kHz: the sentence depends on no more, so that it is known while audio still comes.
SAMPLE_BYTES: Final = 320


@dataclass(frozen=True, slots=True)
class Heard:
    """One word, and the word that sounds alike, "" for none."""

    text: str
    alike: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One result; `drops` are the numbers, first and last, of the results that it replaces."""

    words: tuple[Heard, ...]
    drops: tuple[int, int] | None = None


def results(settings: Settings, sound: bytes) -> list[Result]:
    """All results for a recording that begins with `sound`; one without words for silence."""
    if not sound:
        return [Result((Heard(""),))]
    sentences = CHINESE if settings.chinese else ENGLISH
    sentence = sentences[zlib.crc32(sound[:SAMPLE_BYTES]) % len(sentences)]
    parts = [_words(part.split(), settings) for part in sentence.split("|")]
    if not settings.chinese:
        parts = _spaced(parts)
    if not settings.corrects:
        return [Result(words) for words in parts]
    return _corrected(parts)


def _words(texts: list[str], settings: Settings) -> tuple[Heard, ...]:
    def change(text: str) -> str:
        text = text if settings.punctuated else text.strip(PUNCTUATION)
        text = text.translate(TRADITIONAL) if settings.traditional else text
        return text if settings.digits or not settings.chinese else text.translate(NUMERALS)

    pairs = (text.partition("/") for text in texts)
    words = (Heard(change(text), change(alike)) for text, _, alike in pairs)
    return tuple(word for word in words if word.text)


def _spaced(parts: list[tuple[Heard, ...]]) -> list[tuple[Heard, ...]]:
    def space(word: Heard) -> Heard:
        alike = f" {word.alike}" if word.alike else ""
        return word if word.text in PUNCTUATION else Heard(f" {word.text}", alike)

    spaced = [tuple(map(space, words)) for words in parts]
    first, *others = spaced[0]
    start = Heard(first.text.lstrip(), first.alike.lstrip())
    return [(start, *others), *spaced[1:]]


def _corrected(parts: list[tuple[Heard, ...]]) -> list[Result]:
    found: list[Result] = []
    for words in parts:
        guess = tuple(Heard(word.alike or word.text) for word in words)
        found += [Result(guess), Result(words, (len(found) + 1, len(found) + 1))]
    # Results count from 1: these are the right form of the part before, and the last guess.
    last = len(found)
    found[-1] = Result((*parts[-2], *parts[-1]), (last - 2, last - 1))
    return found
