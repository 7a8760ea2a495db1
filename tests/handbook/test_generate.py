"""Answers: seeds, stop strings, length, log-probabilities, threads, languages, persona."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import Sampling, Token, load
from handbook.corpus import language_of

QUESTION = "温度参数有什么作用"


def tokens(question: str = QUESTION, system: str = "", **knobs: Any) -> list[Token]:
    return list(load().generate(question, system, Sampling(**knobs)))


def answer(question: str = QUESTION, system: str = "", **knobs: Any) -> str:
    return "".join(token.text for token in tokens(question, system, **knobs))


def test_same_seed_same_answer() -> None:
    for seed in (0, 1, -5, 2147483647):
        assert tokens(seed=seed, temperature=1.0, top_p=1.0) == tokens(
            seed=seed, temperature=1.0, top_p=1.0
        )


def test_different_seeds_and_no_seed_differ() -> None:
    assert len({answer(seed=seed, temperature=1.0, top_p=0.95) for seed in range(8)}) >= 7
    assert len({answer(temperature=1.0, top_p=1.0) for _ in range(6)}) >= 5


def test_seed_does_not_matter_when_greedy() -> None:
    assert len({answer(seed=seed, temperature=0) for seed in range(4)}) == 1


def test_exactly_the_last_token_has_a_finish_reason() -> None:
    for seed in range(20):
        reasons = [token.finish_reason for token in tokens(seed=seed)]
        assert reasons[-1] in {"stop", "length"}
        assert not any(reasons[:-1])


def test_only_the_last_text_may_be_empty() -> None:
    for seed in range(20):
        assert all(token.text for token in tokens(seed=seed, stop=("，然", "词"))[:-1])


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
def test_length_is_exact(limit: int) -> None:
    found = tokens(seed=3, max_output_tokens=limit)
    assert len(found) == limit
    assert found[-1].finish_reason == "length"
    whole = tokens(seed=3)
    assert [token.text for token in found] == [token.text for token in whole[:limit]]


def test_length_with_text_held_back_for_a_stop_string() -> None:
    whole = tokens(seed=3)
    never = "".join(token.text for token in whole[:5]) + "\x00"
    found = tokens(seed=3, max_output_tokens=5, stop=(never,))
    assert [token.text for token in found] == [token.text for token in whole[:5]]
    assert found[-1].finish_reason == "length"


@given(
    seed=st.integers(0, 10_000),
    stop=st.lists(st.text("的，。温度词 .theand", min_size=1, max_size=4), max_size=4),
    english=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_stop_strings_never_appear(seed: int, stop: list[str], english: bool) -> None:
    question = "what does the temperature parameter do" if english else QUESTION
    found = tokens(question, seed=seed, stop=tuple(stop), max_output_tokens=80)
    whole = answer(question, seed=seed, max_output_tokens=80)
    text = "".join(token.text for token in found)
    assert not [string for string in stop if string in text]
    assert whole.startswith(text)
    assert found[-1].finish_reason in {"stop", "length"}
    if text != whole:
        rest = whole[len(text) :]
        assert any(rest.startswith(string) for string in stop)
        assert found[-1].finish_reason == "stop"


def test_stop_string_across_tokens_and_at_the_start() -> None:
    whole = answer(seed=3)
    across = whole[7:13]
    assert answer(seed=3, stop=(across,)) == whole[: whole.index(across)]
    first = tokens(seed=3, stop=(whole[:2],))
    assert [(token.text, token.finish_reason) for token in first] == [("", "stop")]


def test_logprob_is_the_nucleus_probability_of_the_drawn_token() -> None:
    for token in tokens(seed=11, temperature=1.0, top_p=0.9):
        assert token.logprob <= 0
        chances = [p for text, p in token.nucleus if text == token.text]
        if chances:
            assert math.isclose(token.logprob, math.log(chances[0]))
        else:
            assert token.nucleus_size > 12


def test_logprob_agrees_with_the_distribution() -> None:
    knobs = Sampling(seed=11, temperature=1.0, top_p=0.95, frequency_penalty=0.3)
    emitted: list[str] = []
    for token in load().generate(QUESTION, sampling=knobs):
        found = load().distribution(QUESTION, emitted, knobs)
        chance = dict(zip(found.texts, found.probabilities.tolist(), strict=True))
        assert math.isclose(token.logprob, math.log(chance[token.text]))
        assert token.nucleus_size == len(found.ids)
        emitted.append(token.text)


def test_shown_nucleus_is_sorted_short_and_sums_to_one() -> None:
    for token in tokens(seed=5, temperature=1.2, top_p=0.9):
        chances = [p for _, p in token.nucleus]
        assert chances == sorted(chances, reverse=True)
        assert len(chances) == min(12, token.nucleus_size)
        assert sum(chances) <= 1 + 1e-9
        if token.nucleus_size <= 12:
            assert math.isclose(sum(chances), 1.0)


def test_draws_follow_the_probabilities() -> None:
    knobs = Sampling(temperature=1.0, top_p=0.9)
    found = load().distribution(QUESTION, [], knobs)
    firsts = [next(load().generate(QUESTION, sampling=knobs)).text for _ in range(600)]
    share = firsts.count(found.texts[0]) / len(firsts)
    # Six standard deviations: fails once in about 500 million runs.
    assert abs(share - found.probabilities[0]) < 6 * 0.5 / math.sqrt(len(firsts))


def test_threads_share_one_handbook() -> None:
    def work(seed: int) -> str:
        return answer(seed=seed % 2, temperature=1.0, top_p=0.95)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(32)))
    assert set(found[0::2]) == {work(0)}
    assert set(found[1::2]) == {work(1)}
    with ThreadPoolExecutor(8) as pool:
        assert len({id(book) for book in pool.map(lambda _: load(), range(16))}) == 1


def test_answers_are_in_the_language_of_the_question() -> None:
    examples = load().corpus.questions[::6]
    for example in examples:
        for seed in range(2):
            text = answer(example.text, temperature=0.1, seed=seed)
            assert language_of(text) == language_of(example.text), (example.text, text)


def test_low_temperature_answers_end_by_themselves() -> None:
    for example in load().corpus.questions[::9]:
        assert tokens(example.text, temperature=0.1, seed=1)[-1].finish_reason == "stop"


def test_unknown_subjects_are_declined_in_their_language() -> None:
    assert "手册" in answer("明天股票会涨吗", temperature=0.1, seed=1)
    assert "handbook" in answer("which planets have rings", temperature=0.1, seed=1)
    assert "handbook" in answer("", temperature=0.1, seed=1)


def test_a_greeting_echoes_the_first_sentence_of_the_persona() -> None:
    found = tokens("你好", "你是一位老船长。说话要短。", temperature=0.1, seed=1)
    text = "".join(token.text for token in found)
    assert text.startswith("你是一位老船长。\n\n你好")
    assert "说话要短" not in text
    assert found[0].logprob == 0
    assert found[0].nucleus_size == 1


def test_a_persona_changes_nothing_else_but_the_search() -> None:
    knobs: dict[str, Any] = {"temperature": 0.1, "seed": 1}
    assert answer("336501 怎么办", "你是一位老船长。", **knobs) == answer("336501 怎么办", **knobs)


@pytest.mark.parametrize(
    "knobs",
    [
        {"temperature": -0.1},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_p": 1.1},
        {"top_p": -0.1},
        {"penalty_score": 0.9},
        {"penalty_score": 2.1},
        {"frequency_penalty": -2.1},
        {"presence_penalty": math.nan},
        {"top_k": 0},
        {"max_output_tokens": 0},
        {"stop": ("",)},
    ],
)
def test_values_out_of_range_are_refused(knobs: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(knobs))):
        Sampling(**knobs)


def test_odd_input_is_answered() -> None:
    for question in ("\x00", "🙂🙂", "a" * 50_000, "？？？", "\ud800", "的"):
        assert tokens(question, question, seed=1)[-1].finish_reason
