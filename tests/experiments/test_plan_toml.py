"""A plan written as TOML is read back as it was."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from experiments.plan import as_form, plan_of
from experiments.plan_toml import to_toml

# TOML takes no lone surrogates, and has whole numbers of 64 bits.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUE = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXT, VALUE, max_size=5))
def test_any_form_reads_back_as_the_same_values(form: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(form)) == form


def test_a_plan_survives_its_file() -> None:
    plan = plan_of(
        {
            "name": '引号" \\ 与\n换行',
            "models": ["qianfan/ernie-speed-8k"],
            "prompts": ["第一题", {"id": "b", "prompt": "多\n行", "reference": "是"}],
            "factors": {"temperature": [0.2, 0.9], "top_p": {"minimum": 0.1, "maximum": 1.0}},
            "params": {"stop": ["。", "\x7f"]},
            "scores": [{"kind": "contains", "value": "是", "primary": True}, {"kind": "length"}],
            "preregistered": {"hypothesis": "h", "metric": "contains"},
        }
    )
    assert plan_of(tomllib.loads(to_toml(as_form(plan)))) == plan
