"""A model as judge: of one answer from 1 to 5, or of two answers in both orders.

The judge's calls go through the door like any other: on record, tagged "judge", and paid for.
What it is shown is marked off by a line that the shown text cannot hold, and it is told that this
is material to judge and no instruction. A reply that does not say one verdict plainly is none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from backends import Call, ChatRequest, Message, Words
from experiments.scoring.judge_reply import HIGHEST, LOWEST, parse_mark, parse_winner
from experiments.scoring.judge_words import CRITERIA, PAIR, POINT, REFERENCE
from experiments.scoring.score_kinds import Case, Option, ScoreKind, ScoreTrouble
from experiments.scoring.text_units import language_of
from experiments.types import ScoreSpec

TAG = "judge"

_NO_MODEL = Words(
    "评分“{label}”的评审模型“{model}”不是“服务商/模型”的写法。"
    "请写成例如 qianfan/ernie-4.5-turbo-128k。",
    "The judge “{model}” of the score “{label}” is not written provider/model. Write for example "
    "qianfan/ernie-4.5-turbo-128k.",
)
_NO_ANSWER = Words(
    "评审模型 {model} 没有给出完整的回复（{state}），提示词 {prompt} 的一个回答没有评分。",
    "The judge {model} gave no whole reply ({state}); an answer to prompt {prompt} has no score.",
)
_UNREADABLE = Words(
    "评审模型 {model} 的回复里没有唯一的评分，提示词 {prompt} 的一个回答没有评分。"
    "可以换一个评审模型。",
    "The reply of the judge {model} names no single verdict; an answer to prompt {prompt} has no "
    "score. Try another judge.",
)


def judged(case: Case) -> float | None:
    """The judge's mark for an answer, 1 (worst) to 5 (best); None where it gave no plain one."""
    return _asked(case, _point_prompt(case), parse_mark)


def judged_pair(case: Case, second: Call) -> float | None:
    """1 where the judge prefers the case's answer in both orders, 0 where the second, else 0.5.

    Judges favour a place: Zheng et al. 2023, https://arxiv.org/abs/2306.05685, asks twice with
    the answers swapped and lets a win count only when both agree. None where either reply is
    unreadable.
    """
    first = case.call
    ahead = _asked(case, _pair_prompt(case, first, second), parse_winner)
    if ahead is None:
        return None
    behind = _asked(case, _pair_prompt(case, second, first), parse_winner)
    if behind is None:
        return None
    return ahead if ahead == 1.0 - behind else 0.5


def check_judge(spec: ScoreSpec) -> None:
    """Refuse a judge that is not named as models are."""
    provider, _, model = str(spec.options.get("model", "")).partition("/")
    if not provider or not model:
        raise ScoreTrouble(_NO_MODEL.format(label=spec.label, model=spec.options.get("model", "")))


def _asked(case: Case, prompt: str, parse: Callable[[str], float | None]) -> float | None:
    request = ChatRequest(
        model=str(case.spec.options["model"]),
        messages=(Message("user", prompt),),
        params=case.option("params", {}),
        stream=False,
        tag=TAG,
    )
    reply = case.ask(request)
    facts = {"model": request.model, "prompt": case.prompt.id}
    if reply.state != "ok":
        case.tell(_NO_ANSWER.format(state=reply.state, **facts))
        return None
    verdict = parse(reply.text)
    if verdict is None:
        case.tell(_UNREADABLE.format(**facts))
    return verdict


def _point_prompt(case: Case) -> str:
    return _filled(POINT, case, answer=case.call.text)


def _pair_prompt(case: Case, first: Call, second: Call) -> str:
    return _filled(PAIR, case, first=first.text, second=second.text)


def _filled(words: Words, case: Case, **texts: str) -> str:
    """The judge's prompt, in Chinese where the question is, else in English."""
    place = 0 if language_of(case.prompt.text) == "zh" else 1
    reference = case.prompt.reference or ""
    fence = _fence(case.prompt.text, reference, *texts.values())
    return words[place].format(
        fence=fence,
        criteria=case.option("criteria", CRITERIA[place]),
        question=case.prompt.text,
        reference=REFERENCE[place].format(fence=fence, reference=reference) if reference else "",
        **texts,
    )


def _fence(*texts: str) -> str:
    # Made from the texts themselves: none of them can have been written with it in mind, and the
    # same answer is always shown in the same words.
    return "=====" + hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()[:12]


_MODEL = Option("text", Words("评审模型（服务商/模型）", "judge (provider/model)"), required=True)
_JUDGE_OPTIONS = {
    "model": _MODEL,
    "criteria": Option("text", Words("评分标准", "criteria")),
    "params": Option("table", Words("评审模型的参数", "the judge's parameters")),
}

JUDGE_KINDS: Mapping[str, ScoreKind] = {
    "judge": ScoreKind(
        label=Words("模型评分", "Judge"),
        help=Words(
            "由另一个模型按标准打 1-5 分；它的调用会记录并计入费用。看不出分数的回复不计分。",
            "Another model marks the answer from 1 to 5 by the criteria; its calls are recorded "
            "and cost money. A reply without a plain mark gives no score.",
        ),
        bounds=(LOWEST, HIGHEST),
        delta=0.2,
        options=_JUDGE_OPTIONS,
        check=check_judge,
        score=judged,
    ),
    "pairwise": ScoreKind(
        label=Words("模型两两比较", "Pairwise judge"),
        help=Words(
            "由另一个模型比较两个回答，交换位置问两次；两次一致才算胜，否则记 0.5。",
            "Another model compares two answers, asked twice with places swapped; a win counts "
            "only where both agree, else 0.5.",
        ),
        bounds=(0, 1),
        delta=0.05,
        options=_JUDGE_OPTIONS,
        check=check_judge,
        pair=judged_pair,
    ),
}
