"""Whether a conversation may be sent as it stands. Nothing is repaired in silence."""

from __future__ import annotations

from backends.errors import ContextLength, InvalidHistory
from backends.types import ChatRequest, ModelSpec, Words


def check_history(request: ChatRequest, model: ModelSpec) -> None:
    """Refuse what no provider would answer, before anything is sent.

    Raises:
        InvalidHistory: no question, an empty turn, turns out of order, or a persona given to a
            model that takes none.
        ContextLength: more characters than the model documents it takes.
    """
    messages = request.messages
    _check_text(request)
    if not messages or not messages[-1].content.strip():
        raise InvalidHistory(
            Words("问题是空的。请先输入问题再发送。", "The question is empty. Type one, then send.")
        )
    for index, message in enumerate(messages):
        expected = "user" if index % 2 == 0 else "assistant"
        if message.role != expected:
            raise InvalidHistory(
                Words(
                    f"第 {index + 1} 轮应为 {expected}，却是 {message.role}。请开始新对话。",
                    f"Turn {index + 1} must be {expected} but is {message.role}. Start a new chat.",
                )
            )
        if not message.content.strip():
            raise InvalidHistory(
                Words(
                    f"第 {index + 1} 轮是空的。请撤销后重新发送。",
                    f"Turn {index + 1} is empty. Undo it, then send again.",
                )
            )
    if len(messages) % 2 == 0:
        raise InvalidHistory(
            Words(
                "最后一轮必须是你的问题。请输入问题再发送。",
                "The last turn must be your question. Type one, then send.",
            )
        )
    if request.system.strip() and not model.takes_system:
        raise InvalidHistory(
            Words(
                f"{model.label} 不支持人设（system）。请清空人设或换一个模型。",
                f"{model.label} takes no system persona. Clear it or choose another model.",
            )
        )
    _check_length(request, model)


def _check_text(request: ChatRequest) -> None:
    try:
        for text in (request.system, *(message.content for message in request.messages)):
            text.encode()
    except UnicodeEncodeError:
        raise InvalidHistory(
            Words(
                "文字里有无法编码的字符（半个字符）。请重新输入后再发送。",
                "The text holds half a character that cannot be encoded. Type it anew, then send.",
            )
        ) from None


def _check_length(request: ChatRequest, model: ModelSpec) -> None:
    limit = model.max_input_characters
    if limit is None:
        return
    persona = len(request.system)
    total = persona + sum(len(message.content) for message in request.messages)
    if persona > limit:
        raise ContextLength(
            Words(
                f"人设有 {persona} 个字符，{model.label} 连同对话最多 {limit} 个。请缩短人设。",
                f"The persona has {persona} characters; {model.label} takes {limit} with the "
                "conversation. Shorten the persona.",
            )
        )
    if total > limit:
        raise ContextLength(
            Words(
                f"人设与对话共 {total} 个字符，{model.label} 最多 {limit} 个。"
                "请缩短问题或开始新对话。",
                f"Persona and conversation have {total} characters; {model.label} takes {limit}. "
                "Shorten the question or start a new chat.",
            )
        )
