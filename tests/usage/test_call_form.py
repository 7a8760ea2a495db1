"""A call written as JSON is read back as it was, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends import Call, as_json
from tests.conftest import REMOTE, Rig
from tests.usage.conftest import Make
from usage import Store
from usage.call_form import FormTrouble, call_of


def written(call: Call) -> Any:
    return json.loads(json.dumps(as_json(call, whole=True)))


def test_a_full_call_and_a_bare_one_come_back(make: Make) -> None:
    start = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
    bare = Call("a", 1, None, start, "p", "m", False, "refused")
    for call in (make(), bare):
        assert call_of(written(call)) == call


@pytest.mark.parametrize("model", REMOTE)
def test_a_call_of_every_model_comes_back_from_store_and_json(
    rig: Rig, store: Store, model: str
) -> None:
    call = rig.call(model)
    store.open(call)
    kept = store.find(call.id)
    assert kept is not None and kept.chunks == call.chunks
    assert written(call_of(written(kept))) == written(kept)


def test_calls_taken_over_are_all_there_in_order(store: Store, make: Make) -> None:
    made = [make(run="r" if number % 2 else "s") for number in range(5)]
    store.take_over(made)
    store.take_over([])
    assert list(store.each()) == made
    assert list(store.each("r")) == [call for call in made if call.run == "r"]


def test_bytes_that_are_not_those_of_their_digest_are_refused(make: Make) -> None:
    form = written(make())
    form["messages"][0]["attachments"][0]["data"] = "AAAA"
    with pytest.raises(FormTrouble) as trouble:
        call_of(form)
    assert trouble.value.where == ".messages[0].attachments[0].data"


JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({}),
    st.just([[1, 2, 3]]), st.just({"a": {}}), st.just(2**70), st.just("0001-01-01T00:00:00"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += places(item, (*path, key))
    return found


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_any_place_is_a_call_or_refused(make: Make, data: st.DataObject) -> None:
    form = written(make())
    *path, last = data.draw(st.sampled_from(places(form)))
    inside = form
    for key in path:
        inside = inside[key]
    inside[last] = data.draw(JUNK)
    try:
        call = call_of(form)
    except FormTrouble as trouble:
        assert trouble.where.startswith(".")
    else:
        assert timedelta(0) == call.started_at.utcoffset() and written(call)
