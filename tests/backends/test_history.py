"""Rules of a conversation, checked before sending, and what is left out when it is too long."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends import (
    ChatRequest,
    Message,
    ModelSpec,
    ProviderError,
    check_history,
    fitted,
)
from tests.conftest import PICTURE, REMOTE, SPECS, Rig, ask

CHATS = [name for name in REMOTE if "text" in SPECS[name].inputs]
SMALL = ModelSpec("small", "Small", (), max_input_characters=30, max_input_tokens=25)


def turns(*texts: str) -> tuple[Message, ...]:
    """Questions and answers by turns, a question first."""
    return tuple(
        Message("user" if place % 2 == 0 else "assistant", text) for place, text in enumerate(texts)
    )


RULES = {
    "question": turns("好", "好", "  "),
    "alternation": (Message("assistant", "hi"), Message("user", "hi"), Message("user", "hi")),
    "empty turn": turns("好", "", "好"),
    "odd count": turns("好", "好"),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("model", CHATS)
def test_a_broken_rule_is_refused_by_its_name_and_nothing_is_sent(
    rig: Rig, model: str, rule: str
) -> None:
    first, *rest = RULES[rule]
    needed = ask(model).messages[0].attachments
    messages = (replace(first, attachments=needed), *rest)
    call = rig.client.start(ChatRequest(model, messages)).result(5)

    assert call.state == "refused" and call.error is not None
    assert (call.error.kind, call.error.code) == ("InvalidHistory", rule)
    assert call.error.message.zh and call.error.message.en
    assert rig.received == []


@pytest.mark.parametrize("model", [name for name in CHATS if not SPECS[name].takes_system])
def test_a_persona_is_refused_where_the_model_takes_none(rig: Rig, model: str) -> None:
    call = rig.call(model, system="You are brief.")
    assert call.error is not None and call.error.code == "system"
    assert rig.received == []


@pytest.mark.parametrize(
    "model",
    [
        name
        for name in CHATS
        if SPECS[name].max_input_characters or (SPECS[name].max_input_tokens or 10**9) < 150_000
    ],
)
def test_what_is_longer_than_the_model_takes_is_refused(rig: Rig, model: str) -> None:
    spec = SPECS[model]
    characters = spec.max_input_characters or 10**9
    long = "长" * (min(characters, int((spec.max_input_tokens or 10**9) * 1.6)) + 10)
    call = rig.call(model, long, system="短" if spec.takes_system else "")

    assert call.error is not None and call.error.kind == "ContextLength"
    assert call.error.code == "input limit"
    limits = {f"{most:,}" for most in (spec.max_input_characters, spec.max_input_tokens) if most}
    assert any(limit in call.error.message.zh for limit in limits)
    assert rig.received == []


def test_the_persona_counts_and_is_named_when_it_alone_is_too_long() -> None:
    request = ChatRequest("x/small", turns("好"), system="长" * 31)
    with pytest.raises(ProviderError) as refused:
        check_history(request, SMALL)
    assert "人设有 31 个字符" in refused.value.message.zh


def test_the_user_chooses_what_happens_to_a_long_conversation(rig: Rig) -> None:
    model = "qianfan-v1/bloomz_7b1"
    messages = turns("旧" * 2000, "答" * 2000, "中", "答", "新" * 1000)
    told = rig.client.start(ChatRequest(model, messages)).result(5)
    assert told.error is not None and told.error.kind == "ContextLength"
    assert rig.received == []

    call = rig.client.start(ChatRequest(model, messages, overflow="drop oldest")).result(10)
    assert call.state in ("ok", "length") and call.left_out == 2
    sent = rig.chats()[0]["body"]["messages"]
    assert [turn["content"] for turn in sent] == ["中", "答", "新" * 1000]
    assert call.messages == messages[2:]


def test_the_picture_of_a_conversation_stays_when_its_first_turns_go(rig: Rig) -> None:
    first, *rest = turns("旧" * 7000, "答" * 7000, "再说一遍？")
    messages = (replace(first, attachments=(PICTURE,)), *rest)
    request = ChatRequest("spark-image/imagev3", messages, overflow="drop oldest")
    call = rig.client.start(request).result(10)
    assert (call.state, call.left_out) == ("ok", 2)
    sent = rig.chats()[0]["body"]["payload"]["message"]["text"]
    assert [turn["content_type"] for turn in sent] == ["image", "text"]


TEXTS = st.lists(st.text(st.sampled_from("字a"), min_size=1, max_size=12), min_size=1, max_size=9)


@given(TEXTS, st.text(st.just("人"), max_size=40))
def test_trimming_keeps_pairs_persona_and_the_last_question(texts: list[str], system: str) -> None:
    texts = texts if len(texts) % 2 else texts[1:]
    request = ChatRequest("x/small", turns(*texts), system, overflow="drop oldest")
    kept, left_out = fitted(request, SMALL)

    assert kept.system == system
    assert left_out % 2 == 0 and left_out + len(kept.messages) == len(texts)
    assert kept.messages == request.messages[left_out:]
    assert kept.messages[0].role == "user" and kept.messages[-1] == request.messages[-1]
    # Nothing goes that could have stayed.
    longer = replace(request, messages=request.messages[max(0, left_out - 2) :])
    assert left_out == 0 or _too_long(longer)
    assert len(kept.messages) == 1 or not _too_long(kept)
    assert fitted(replace(request, overflow="stop"), SMALL) == (
        replace(request, overflow="stop"), 0,
    )  # fmt: skip


def _too_long(request: ChatRequest) -> bool:
    try:
        check_history(request, SMALL)
    except ProviderError as error:
        return error.code == "input limit"
    return False
