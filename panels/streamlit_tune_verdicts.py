"""What may be said of a study in Streamlit: verdicts in words, what was promised, the winner."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st

from panels import answer
from panels.markdown import JOINER
from panels.streamlit_charts import draw
from panels.streamlit_details import cell_text, markdown_table
from panels.words import WORDS, Lang, t

_COLOURS: Mapping[str, Any] = {
    "better": "green",
    "worse": "red",
    "equivalent": "blue",
    "cannot tell": "gray",
    "matters": "violet",
    "does not matter": "blue",
}
# More verdicts than the first against one setting are a table, more than the second scroll.
_SENTENCES, _LONG = 6, 12
_TALL = 480


class Said(NamedTuple):
    """A verdict as it is drawn: of `a` against `b`, in a word, as a sentence, and in figures."""

    score: str
    a: str
    b: str
    word: str
    sentence: str
    difference: str
    prompts: int
    n_more: int | None


def emulated_note(emulated: bool, lang: Lang) -> None:
    """Say that emulators answered, if any did."""
    if emulated:
        st.caption(f":orange[:material/info:] {t('tune_emulated_note', lang)}")


def promise(hypothesis: str, departures: Sequence[str], going: bool, lang: Lang) -> None:
    """What was declared before the first call, and where the study departed from it."""
    with st.container(border=True):
        st.markdown(f"**{t('tune_promised', lang)}** {answer.plain(hypothesis)}")
        if departures and not going:
            st.warning("  \n".join(answer.plain(each) for each in departures))
        elif not going:
            st.success(t("tune_followed", lang), icon=":material/check:")


def verdicts(said: Sequence[Said], primary: str, going: bool, lang: Lang) -> None:
    """Draw the verdicts, those on the score that decides first."""
    if not said:
        st.info(t("tune_no_verdicts", lang))
        return
    if going:
        st.caption(t("tune_interim", lang))
    _verdicts([each for each in said if each.score == primary], lang)
    others = [each for each in said if each.score != primary]
    if others:
        with st.expander(t("tune_other_scores", lang, count=len(others))):
            _verdicts(others, lang)


def effects(said: Sequence[tuple[str, str]], lang: Lang) -> None:
    """Draw what each factor does, and what two do together: the word and the sentence of each."""
    if said:
        st.markdown(f"**{t('tune_effects', lang)}**")
    for word, sentence in said:
        st.markdown(f"{_badge(word, lang)} {answer.plain(sentence)}")


def predicted(said: Sequence[str], lang: Lang) -> None:
    """Draw where the score is predicted to be best among the numbers, a sentence a model."""
    for sentence in said:
        st.markdown(f":violet-badge[{t('tune_word_predicted', lang)}] {answer.plain(sentence)}")


def events(noted: Sequence[Mapping[str, Any]], names: Sequence[str], lang: Lang) -> None:
    """Say what was decided on the way: settings given up, an early end, calls that were cut."""
    lines = []
    for event in noted:
        if (key := f"tune_event_{event['kind']}") in WORDS:
            places = event.get("settings", ())
            settings = ", ".join(names[place].replace("<br>", " ") for place in places)
            facts = {"settings": answer.plain(settings), "prompts": event.get("prompts")}
            lines.append(t(key, lang, **facts, calls=event.get("calls")))
    if lines:
        st.caption("  \n".join(lines))


def winner(said: str, figure: Callable[[], Any], lang: Lang) -> None:
    """Say what the winner is worth, and draw the figure that chose it, in grey, beside its own."""
    if not said:
        return
    st.markdown(f"**{t('tune_winner', lang)}** {answer.plain(said)}")
    draw("tune_chart_winner", figure(), lang)


def _verdicts(said: Sequence[Said], lang: Lang) -> None:
    """Sentences; of many against one setting a table, in which they are easier to compare."""
    for _, group in itertools.groupby(said, key=lambda each: (each.score, each.b)):
        listed = list(group)
        if len(listed) > _SENTENCES:
            with st.container(height=_TALL if len(listed) > _LONG else "content", border=False):
                _compared(listed, lang)
            continue
        for each in listed:
            st.markdown(f"{_badge(each.word, lang)} {answer.plain(each.sentence)}")


def _compared(said: Sequence[Said], lang: Lang) -> None:
    st.markdown(t("tune_against_one", lang, score=said[0].score, b=answer.plain(said[0].b)))
    heads = ("setting", "verdict", "difference", "prompts", "more")
    markdown_table(
        [JOINER.join(t(f"tune_column_{head}", lang)) for head in heads],
        [
            [
                cell_text(each.a),
                _badge(each.word, lang),
                cell_text(each.difference),
                str(each.prompts),
                cell_text(each.n_more),
            ]
            for each in said
        ],
    )


def _badge(word: str, lang: Lang) -> str:
    key = word.replace(" ", "_")
    return f":{_COLOURS[word]}-badge[{t(f'tune_word_{key}', lang)}]"
