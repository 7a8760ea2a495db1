"""Where a score is predicted to be best, in words of both languages."""

from __future__ import annotations

from backends import Words
from experiments.statistics.optimum import Optimum

_THERE = Words(
    "{score}：预测最好的位置是 {places}，那里约为 {value} [{low}, {high}]。"
    "这是预测，请实测后再采用。",
    "{score}: predicted best at {places}, with {value} [{low}, {high}] there. It is a prediction: "
    "measure it before you use it.",
)
_EDGE = Words(
    "{factors} 的最好值在所试范围的边上，范围外可能更好：请扩大范围再试。",
    "{factors} is best at the end of what was asked, and may be better beyond: widen the range.",
)
_OPEN = Words(
    "{factors} 在哪里最好还看不出来：请增加题目或设置再试。",
    "Where {factors} is best cannot be told yet: ask more prompts or settings.",
)
_OFF = Words(
    "分数并不符合这个曲面，请以各设置自己的均值为准。",
    "The scores do not follow this surface; go by the settings' own means.",
)


def optimum_sentence(found: Optimum, score: str) -> Words:
    """The prediction in plain words, with what speaks against it."""
    places = [f"{each.factor}={each.at:.3g} [{each.low:.3g}, {each.high:.3g}]"
              for each in found.places]  # fmt: skip
    said = _THERE.whole(
        score=score,
        places=", ".join(places),
        value=f"{found.value:.3g}",
        low=_shown(found.low),
        high=_shown(found.high),
    )
    edges = [each.factor for each in found.places if each.edge and not each.open]
    unknown = [each.factor for each in found.places if each.open]
    for words, factors in ((_EDGE, edges), (_OPEN, unknown)):
        if factors:
            said = said.then(words.whole(factors=", ".join(factors)))
    return said if found.fits else said.then(_OFF)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
