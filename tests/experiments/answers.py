"""Answers to score, and judges that say what a test wants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from backends import Call, ChatRequest, Usage, Words
from experiments.scoring.scores import score
from experiments.types import Prompt, ScoreSpec

QUESTION = Prompt("q1", "用一句话解释大模型的温度参数。", reference="温度越高，回答越随机。")


def answer(text: str, **more: Any) -> Call:
    """An *ok* call with this answer."""
    facts: dict[str, Any] = {
        "id": "c1",
        "attempt": 1,
        "retry_of": None,
        "started_at": datetime(2026, 11, 1, tzinfo=UTC),
        "provider": "qianfan",
        "model": "ernie-speed-8k",
        "emulated": False,
        "state": "ok",
        "text": text,
        "usage": Usage(10, 20, 30),
    }
    return Call(**{**facts, **more})


def nobody(request: ChatRequest) -> Call:
    """For scores that ask no model."""
    raise AssertionError(f"{request.model} was asked")


def scored(kind: str, text: str, prompt: Prompt = QUESTION, **spec: Any) -> float | None:
    """The score of one answer by a kind that asks no model."""
    return score(ScoreSpec(kind, **spec), answer(text), prompt, nobody)


class Told(list[Words]):
    """The sentences that scoring told."""

    def __call__(self, sentence: Words) -> None:
        self.append(sentence)
