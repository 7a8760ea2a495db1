"""The tokenizer loses nothing and counts honestly."""

from hypothesis import given, settings
from hypothesis import strategies as st

from handbook import Sampling, count_tokens, load


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_tokens_join_to_the_text(text: str) -> None:
    tokens = load().tokenizer.split(text)
    assert "".join(tokens) == text
    assert "" not in tokens
    assert count_tokens(text) == len(tokens)


def test_corpus_paragraphs_join_too() -> None:
    for paragraph in load().corpus.paragraphs:
        assert "".join(load().tokenizer.split(paragraph.text)) == paragraph.text


def test_counts() -> None:
    assert count_tokens("") == 0
    assert count_tokens("temperature") == 1
    assert count_tokens(" top_p 0.95 python desk.py") == 4
    assert count_tokens("温度") == 1
    assert count_tokens("龘靐齉") == 3
    assert count_tokens("a" * 100_000) > 1_000


def test_count_of_an_answer_is_close_to_the_tokens_drawn() -> None:
    drawn = list(load().generate("what is top_p", sampling=Sampling(temperature=0.1, seed=1)))
    counted = count_tokens("".join(token.text for token in drawn))
    assert abs(counted - sum(token.text != "" for token in drawn)) <= 0.1 * counted
