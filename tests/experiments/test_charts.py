"""What the figures of a study say, and that they stay light."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.figures import call_charts, chart_parts, charts, surface_charts, verdict_charts
from experiments.figures.frames import KINDS
from experiments.types import Verdict


class Names(dict[str, str]):
    """Every word stands for itself."""

    def __missing__(self, key: str) -> str:
        return key


WORDS = Names()
MEANS = pd.DataFrame(
    [(t, p, t + p, t + p - 0.1, t + p + 0.2) for t in (0.2, 0.6, 0.9) for p in (0.5, 0.8)],
    columns=["x", "line", "mean", "low", "high"],
)
EFFECTS = pd.DataFrame(
    [
        ("temperature", 0.2, 3.0, 2.5, 3.2),
        ("temperature", 0.9, 3.5, 3.0, 4.0),
        ("top_p", 0.9, 1, 0, 2),
    ],
    columns=["factor", "level", "mean", "low", "high"],
)


def series(figure: Any, name: str) -> Any:
    return next(trace for trace in figure.data if trace.name == name)


def many_calls(count: int) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    seconds = np.sort(rng.uniform(0, 600, count))
    return pd.DataFrame(
        {
            "kind": rng.choice(KINDS, count),
            "emulated": pd.array(rng.random(count) < 0.5, dtype="boolean"),
            "started_at": pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(seconds, unit="s"),
            "total_time": rng.gamma(3, 0.4, count),
        }
    )


def verdict(a: str, word: Any, difference: float | None, b: str = "base") -> Verdict:
    low, high = (None, None) if difference is None else (difference - 0.1, difference + 0.3)
    return Verdict(a, b, "judge", word, difference, low, high, None, 20)


def test_main_effects_have_each_level_with_its_own_interval() -> None:
    figure = charts.main_effects_figure(EFFECTS, "judge", WORDS)
    temperature = series(figure, "temperature")
    assert list(temperature.y) == ["temperature=0.2", "temperature=0.9"]
    assert list(temperature.x) == [3.0, 3.5]
    assert list(temperature.error_x.array) == pytest.approx([0.2, 0.5])
    assert list(temperature.error_x.arrayminus) == pytest.approx([0.5, 0.5])
    assert list(series(figure, "top_p").y) == ["top_p=0.9"]


def test_an_interaction_has_a_line_for_each_level_of_the_other_factor() -> None:
    figure = charts.interaction_figure(MEANS, ("temperature", "top_p"), "judge", WORDS)
    assert [trace.name for trace in figure.data] == ["top_p=0.5", "top_p=0.8"]
    assert list(figure.data[0].x) == ["0.2", "0.6", "0.9"]
    assert list(figure.data[0].error_y.array) == pytest.approx([0.2] * 3)


def test_what_was_not_asked_stays_blank_in_the_heat_map() -> None:
    figure = charts.heat_figure(MEANS.iloc[:-1], ("temperature", "top_p"), "judge", WORDS)
    (heat,) = figure.data
    assert np.isnan(heat.z[1][2]) and heat.text[1][2] == ""
    assert heat.z[0][1] == pytest.approx(1.1) and heat.text[0][1] == "1.1 ± 0.15"


def test_what_has_no_answer_yet_stays_blank() -> None:
    begun = MEANS.astype(object)
    begun.iloc[-1, 2:] = None
    (heat,) = charts.heat_figure(begun, ("temperature", "top_p"), "judge", WORDS).data
    assert np.isnan(heat.z[1][2]) and heat.text[1][2] == ""
    _, line = charts.interaction_figure(begun, ("temperature", "top_p"), "judge", WORDS).data
    assert np.isnan(line.y[2]) and np.isnan(line.error_y.array[2])


def test_a_surface_stands_behind_the_settings_it_was_fitted_to() -> None:
    surface = np.linspace(0, 1, 5), np.linspace(0, 2, 4), np.arange(20.0).reshape(4, 5)
    asked = MEANS.rename(columns={"line": "y"})
    figure = surface_charts.contour_figure(surface, asked, ("temperature", "top_p"), "judge", WORDS)
    contour, points = figure.data
    assert contour.z[3][4] == 19 and list(contour.y) == pytest.approx(list(surface[1]))
    assert list(points.customdata) == pytest.approx(list(MEANS["mean"]))


def test_parallel_coordinates_name_levels_and_leave_out_what_has_no_score() -> None:
    table = pd.DataFrame(
        {
            "model": ["a/b", "c/d", "a/b"],
            "temperature": [0.2, 0.9, 0.5],
            "judge": [1.0, 2.0, np.nan],
        }
    )
    (lines,) = surface_charts.parallel_figure(table, "judge", WORDS, [True]).data
    model, temperature, _ = lines.dimensions
    assert model.label == "model (emulated)" and list(model.ticktext) == ["a/b", "c/d"]
    assert list(temperature["values"]) == [0.2, 0.9]


@pytest.mark.parametrize(
    ("emulated", "title"),
    [((), "judge"), ((False, False), "judge"), ((True, True), "judge (emulated)"),
     ((True, False), "judge (partly_emulated)")],
)  # fmt: skip
def test_who_answered_stands_with_the_score(emulated: tuple[bool, ...], title: str) -> None:
    figure = charts.main_effects_figure(EFFECTS, "judge", WORDS, emulated)
    assert figure.layout.xaxis.title.text == title
    hollow = {trace.marker.symbol for trace in figure.data} == {"circle-open"}
    assert hollow == (title == "judge (emulated)")
    heat = charts.heat_figure(MEANS, ("t", "p"), "judge", WORDS, emulated)
    assert heat.data[0].colorbar.title.text == title


def test_verdicts_are_parted_by_word_with_zero_and_what_is_equivalent() -> None:
    said = [
        verdict("A", "better", 0.5),
        verdict("B", "cannot tell", 0.1),
        verdict("C", "worse", -1),
    ]
    said += [verdict("D", "cannot tell", None)]
    figure = verdict_charts.verdicts_figure(
        said, {"A": "t=0.2"}, WORDS, 0.25, frozenset({"A", "base"})
    )
    assert list(figure.layout.yaxis.categoryarray) == ["B", "t=0.2", "C"]
    better = series(figure, "better")
    assert list(better.x) == [0.5] and list(better.error_x.array) == pytest.approx([0.3])
    assert better.marker.symbol.endswith("-open") and list(series(figure, "worse").y) == ["C"]
    assert figure.layout.xaxis.title.text == "difference<br>− base (partly_emulated)"
    zero, band = figure.layout.shapes
    assert (zero.x0, zero.x1) == (0, 0) and (band.x0, band.x1) == (-0.25, 0.25)


def test_verdicts_against_different_settings_name_both() -> None:
    said = [verdict("A", "better", 0.5, "B"), verdict("A", "better", 0.4, "C")]
    figure = verdict_charts.verdicts_figure(said, {}, WORDS)
    assert list(figure.data[0].y) == ["A<br>− B", "A<br>− C"]
    assert len(figure.layout.shapes) == 1


def test_of_many_verdicts_the_largest_differences_are_drawn() -> None:
    said = [verdict(str(place), "cannot tell", place / 100) for place in range(100)]
    rows = verdict_charts.verdicts_figure(said, {}, WORDS).layout.yaxis.categoryarray
    assert len(rows) == verdict_charts.MOST_ROWS and rows[-1] == "99"


def test_a_setting_of_unknown_cost_is_not_on_the_front_at_nothing() -> None:
    rows = [
        ("A", 3.0, 2.9, 3.1, 0.002, 0.001, 0.003, 0.9, False),
        ("B", 3.2, 3, 3.4, np.nan, np.nan, np.nan, np.nan, False),
    ]
    rows += [("C", 2.0, 1.9, 2.1, 0.001, 0.001, 0.001, 0.2, True)]
    columns = ["name", "mean", "low", "high", "x", "x_low", "x_high", "probability", "emulated"]
    figure = verdict_charts.front_figure(
        pd.DataFrame(rows, columns=columns), "cost", "judge", WORDS
    )
    real, emulated = figure.data
    assert list(real.x) == [0.002] and list(real.text) == ["A"]
    assert emulated.name == "setting (emulated)" and emulated.marker.symbol == "circle-open"
    assert list(emulated.text) == [""] and real.marker.size[0] > emulated.marker.size[0]


def test_the_figure_that_chose_the_winner_is_greyed_beside_the_one_measured_again() -> None:
    rows = [("A", "main", 3.6, 3.3, 3.9, True), ("A", "confirm", 3.1, 2.9, 3.3, True)]
    columns = ["name", "stage", "mean", "low", "high", "emulated"]
    figure = verdict_charts.winner_figure(pd.DataFrame(rows, columns=columns), "judge", WORDS)
    chosen, again = figure.data
    assert (chosen.name, again.name) == ("in_sample (emulated)", "remeasured (emulated)")
    assert list(chosen.x) == [3.6] and list(again.x) == [3.1]
    assert chosen.opacity < 1 and chosen.marker.color != again.marker.color


def test_refused_tries_stand_in_the_timeline_with_their_number() -> None:
    kinds: Any = ["ok", "limited", "ok", None]
    calls = many_calls(4).assign(kind=kinds, emulated=[True, True, False, False])
    calls.loc[1, "total_time"] = np.nan
    figure = call_charts.timeline_figure(calls, WORDS)
    assert [trace.name for trace in figure.data] == [
        "kind_ok 1", "kind_ok 1 (emulated)", "kind_limited 1 (emulated)",
    ]  # fmt: skip
    assert list(series(figure, "kind_limited 1 (emulated)").y) == [0]
    assert figure.data[0].marker.symbol != figure.data[2].marker.symbol


def test_outcomes_are_counted_per_setting_and_what_was_not_called_is_not() -> None:
    cells = pd.DataFrame(
        {"name": ["A", "A", "A", "B", "B"], "kind": ["ok", "limited", None, "ok", "ok"]}
    )
    figure = call_charts.outcomes_figure(cells, WORDS)
    assert list(figure.layout.yaxis.categoryarray) == ["B", "A"]
    assert dict(zip(series(figure, "kind_ok").y, series(figure, "kind_ok").x, strict=True)) == {
        "A": 1,
        "B": 2,
    }
    assert [trace.name for trace in figure.data] == ["kind_ok", "kind_limited"]


def test_nothing_yet_gives_empty_figures() -> None:
    nothing = many_calls(0)
    assert not call_charts.timeline_figure(nothing, WORDS).data
    assert not call_charts.outcomes_figure(nothing.assign(name=[]), WORDS).data
    assert not charts.main_effects_figure(EFFECTS.iloc[:0], "judge", WORDS).data
    assert not verdict_charts.verdicts_figure([], {}, WORDS).data


def test_ten_thousand_calls_are_a_light_figure() -> None:
    figure = call_charts.timeline_figure(many_calls(10_000), WORDS)
    assert max(len(trace.x) for trace in figure.data) <= chart_parts.MOST_POINTS
    assert len(figure.to_json()) <= 100_000
    names = [f"qianfan/ernie-speed-8k<br>temperature={place}" for place in range(256)]
    cells = many_calls(10_000).assign(name=np.resize(names, 10_000))
    assert len(call_charts.outcomes_figure(cells, WORDS).to_json()) <= 100_000


def test_large_designs_are_light_figures() -> None:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.random((2000, 6)), columns=[*"abcde", "judge"])
    table.insert(0, "model", rng.choice(["qianfan/ernie-speed-8k", "spark/lite"], 2000))
    parallel = surface_charts.parallel_figure(table, "judge", WORDS)
    assert len(parallel.data[0].line.color) == chart_parts.MOST_POINTS
    assert len(json.dumps(json.loads(parallel.to_json()))) <= 100_000
    surface = np.linspace(0, 1, 60), np.linspace(0, 1, 60), rng.random((60, 60))
    asked = pd.DataFrame(rng.random((2000, 3)), columns=["x", "y", "mean"])
    assert (
        len(surface_charts.contour_figure(surface, asked, ("a", "b"), "s", WORDS).to_json())
        <= 100_000
    )
