"""Whether a conversation may be sent as it stands. Nothing is repaired in silence.

Every rule has a name, which is the error's code. The rules are Baidu's for v1, which every other
provider's conversations also keep:
https://cloud.baidu.com/doc/WENXINWORKSHOP/s/klqx7b1xf
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from backends.attachments import only_first
from backends.errors import ContextLength, InvalidHistory
from backends.estimate import estimate_tokens
from backends.reading import encodes
from backends.types import ChatRequest, Message, ModelSpec, Words

_NO_QUESTION = Words(
    "问题是空的。请先输入问题再发送。", "The question is empty. Type one, then send."
)
_NOT_ASKED = Words(
    "{model} 只识别图片或录音，不接受文字问题。请清空文字再发送。",
    "{model} recognises pictures or recordings and takes no text. Clear the text, then send.",
)
_ORDER = Words(
    "轮次交替规则：第 {place} 轮应为 {expected}，却是 {role}。请开始新对话。",
    "Rule of alternation: turn {place} must be {expected} but is {role}. Start a new chat.",
)
_EMPTY = Words(
    "非空规则：第 {place} 轮是空的。请撤销后重新发送。",
    "Rule of no empty turns: turn {place} is empty. Undo it, then send again.",
)
_ODD = Words(
    "奇数轮规则：共 {count} 轮，最后一轮必须是你的问题。请输入问题再发送。",
    "Rule of odd counts: there are {count} turns, and the last must be your question. "
    "Type one, then send.",
)
_NO_SYSTEM = Words(
    "{model} 不支持人设（system）。请清空人设或换一个模型。",
    "{model} takes no system persona. Clear it or choose another model.",
)
_NO_TEXT = Words(
    "文字里有无法编码的字符（半个字符）。请重新输入后再发送。",
    "The text holds half a character that cannot be encoded. Type it anew, then send.",
)
_LONG_PERSONA = Words(
    "人设有 {persona:,} {unit_zh}，{model} 连同对话最多 {limit:,} {unit_zh}。请缩短人设。",
    "The persona has {persona:,} {unit}; {model} takes {limit:,} with the conversation. "
    "Shorten the persona.",
)
_LONG = Words(
    "人设与对话共 {total:,} {unit_zh}，{model} 最多 {limit:,} {unit_zh}。"
    "请缩短问题、开始新对话，或选择省去最早的几轮。",
    "Persona and conversation have {total:,} {unit}; {model} takes {limit:,}. "
    "Shorten the question, start a new chat, or choose to leave out the oldest turns.",
)


def check_history(request: ChatRequest, model: ModelSpec) -> None:
    """Refuse what no provider would answer, before anything is sent.

    Raises:
        InvalidHistory: no question, an empty turn, turns out of order, or a persona given to a
            model that takes none.
        ContextLength: more characters than the model documents it takes, or more tokens by the
            estimate of `estimate_tokens`.
    """
    _check_text(request)
    _check_question(request, model)
    _check_turns(request.messages)
    if request.system.strip() and not model.takes_system:
        raise InvalidHistory(_NO_SYSTEM.format(model=model.label), code="system")
    _check_length(request, model)


def fitted(request: ChatRequest, model: ModelSpec) -> tuple[ChatRequest, int]:
    """The request with as many of its latest turns as the model takes, and how many were left out.

    Only where the user chose so. Whole pairs of question and answer go, the oldest first; the
    persona and the last question always stay, even where they alone are too long: then
    `check_history` says so. The one picture of a conversation that is about it stays too.
    """
    messages = request.messages
    pinned = model.pictures is not None and model.pictures.first_only
    if request.overflow == "drop oldest" and (not pinned or only_first(request)):
        messages = messages[_surplus(request, model) :]
    left_out = len(request.messages) - len(messages)
    if not left_out:
        return request, 0
    if pinned:
        picture = request.messages[0].attachments
        messages = (replace(messages[0], attachments=picture), *messages[1:])
    return replace(request, messages=messages), left_out


def _check_text(request: ChatRequest) -> None:
    turns = (message.content for message in request.messages)
    if not all(map(encodes, (request.model, request.system, *turns))):
        raise InvalidHistory(_NO_TEXT, code="encoding")


def _check_question(request: ChatRequest, model: ModelSpec) -> None:
    asked = request.messages[-1].content.strip() if request.messages else ""
    if "text" not in model.inputs:
        if asked or request.system.strip() or len(request.messages) > 1:
            raise InvalidHistory(_NOT_ASKED.format(model=model.label), code="question")
    elif not asked:
        raise InvalidHistory(_NO_QUESTION, code="question")


def _check_turns(messages: tuple[Message, ...]) -> None:
    for place, message in enumerate(messages, start=1):
        expected = "user" if place % 2 else "assistant"
        if message.role != expected:
            raise InvalidHistory(
                _ORDER.format(place=place, expected=expected, role=message.role),
                code="alternation",
            )
        if not message.content.strip() and not message.attachments:
            raise InvalidHistory(_EMPTY.format(place=place), code="empty turn")
    if len(messages) % 2 == 0:
        raise InvalidHistory(_ODD.format(count=len(messages)), code="odd count")


def _check_length(request: ChatRequest, model: ModelSpec) -> None:
    excess = _excess(request, model)
    if excess is None:
        return
    persona, total, limit, unit = excess
    words = _LONG_PERSONA if persona > limit else _LONG
    raise ContextLength(
        words.format(
            persona=persona,
            total=total,
            limit=limit,
            model=model.label,
            unit=unit.en,
            unit_zh=unit.zh,
        ),
        code="input limit",
    )


_CHARACTERS = Words("个字符", "characters")
_TOKENS = Words("个 token（估计）", "tokens (our estimate)")


def _excess(request: ChatRequest, model: ModelSpec) -> tuple[int, int, int, Words] | None:
    """Persona, total, limit and unit where the conversation passes a limit; None where it fits."""
    for limit, size, unit in _limits(model):
        persona = size(request.system)
        total = persona + sum(size(message.content) for message in request.messages)
        if total > limit:
            return persona, total, limit, unit
    return None


def _surplus(request: ChatRequest, model: ModelSpec) -> int:
    """How many of the oldest turns must go, in pairs, for the rest to fit; the last one stays."""
    surplus = 0
    for limit, size, _ in _limits(model):
        sizes = [size(message.content) for message in request.messages]
        excess = size(request.system) + sum(sizes[surplus:]) - limit
        while excess > 0 and len(sizes) - surplus > 2:
            excess -= sum(sizes[surplus : surplus + 2])
            surplus += 2
    return surplus


def _limits(model: ModelSpec) -> Iterator[tuple[int, Callable[[str], int], Words]]:
    """The limits that the model documents: how much, how it is counted, in which unit."""
    if model.max_input_characters is not None:
        yield model.max_input_characters, len, _CHARACTERS
    if model.max_input_tokens is not None:
        yield model.max_input_tokens, estimate_tokens, _TOKENS
