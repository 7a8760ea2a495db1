"""Settings and cells of a plan, before anything is called."""

from __future__ import annotations

from collections import Counter

from experiments import designs
from experiments.types import Factor
from tests.experiments.rigs import small


def test_a_grid_is_every_combination_under_every_model() -> None:
    plan = small(
        models=["handbook/ngram", "spark/lite"],
        factors={"temperature": [0.2, 0.6], "top_k": {"minimum": 1, "maximum": 5}},
    )
    settings = designs.settings(plan)
    assert len(settings) == 2 * 2 * 3
    assert {setting.params["top_k"] for setting in settings} == {1, 3, 5}
    assert settings[0].params == {"max_output_tokens": 12, "temperature": 0.2, "top_k": 1}


def test_a_sobol_design_fills_the_ranges_and_repeats_itself() -> None:
    factors = {
        "temperature": {"minimum": 0.1, "maximum": 0.9},
        "top_p": {"minimum": 0.5, "maximum": 1.0},
    }
    plan = small(design="sobol", points=16, factors=factors)
    settings = designs.settings(plan)
    assert settings == designs.settings(plan)
    quarters = Counter(int((s.params["temperature"] - 0.1) / 0.8 * 4) for s in settings)
    assert [quarters[part] for part in range(4)] == [4, 4, 4, 4]
    other = designs.settings(small(design="sobol", points=16, factors=factors, seed=1))
    assert other != settings


def test_cells_come_prompt_by_prompt_with_all_settings_in_each() -> None:
    plan = small(repeats=2)
    cells = list(designs.cells(plan, range(2)))
    assert [cell.number for cell in cells] == list(range(12))
    for place in range(0, 12, 4):
        block = cells[place : place + 4]
        assert len({cell.prompt_id for cell in block}) == 1
        assert {(cell.setting, cell.repeat) for cell in block} == {
            (0, 0), (0, 1), (1, 0), (1, 1),
        }  # fmt: skip


def test_personas_that_begin_alike_keep_names_of_their_own() -> None:
    long = "你是一位非常严谨的科学编辑，请用最简短的句子回答"
    plan = small(factors={"system": [long + "A", long + "B"]})
    names = designs.labels(designs.settings(plan))
    assert len(set(names)) == 2


def test_a_range_of_whole_numbers_gives_whole_numbers() -> None:
    factor = Factor("max_output_tokens", (), 10, 21)
    assert designs.levels(factor) == (10, 16, 21)
    assert all(isinstance(level, int) for level in designs.levels(factor))
