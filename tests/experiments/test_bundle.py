"""A bundle holds all of a study, nothing secret, and is worked out again to the same results."""

from __future__ import annotations

import copy
import json
import random
import socket
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import emulators
from backends import as_json, redactor
from emulators.answers import TokenLike
from experiments.bundles import bundle_zip
from experiments.bundles.bundle import Bundle, BundleTrouble, opened, write_bundle
from experiments.figures.study_figures import Choice, StudyFigures
from experiments.figures.study_view import StudyView
from experiments.results import exported
from panels.words import study_words
from tests.conftest import Rig
from tests.emulators.wire import Word
from tests.experiments.bundles import as_lines, lines, parts, put, signed
from tests.experiments.rigs import MODEL, Desk, small
from usage import Store
from usage.prices import Prices

WORDS = study_words("en")
PRICES = Prices.load()
SCORES: list[dict[str, Any]] = [
    {"kind": "judge", "model": MODEL, "params": {"temperature": 0.1}},
    {"kind": "pairwise", "model": MODEL},
    {"kind": "length", "primary": True},
    {"kind": "similarity"},
    {"kind": "latency"},
    {"kind": "cost"},
]
MODELS = {"models": [MODEL, "qianfan/ernie-speed-8k"]}
PLAN: dict[str, Any] = {
    **MODELS,
    "repeats": 2,
    "system": "简短回答。",
    "examples": [["hi", "hello"]],
    "factors": {"temperature": [0.2, 0.6]},
    "scores": SCORES,
    "stop_early": False,
    "params": {"max_output_tokens": 300},
}


def answer(question: str, system: str, sampling: Any) -> Iterator[TokenLike]:
    """A judge's mark and winner where it is asked for them, else an answer of some words."""
    drawn = random.Random(f"{question} {sampling}")
    judged = f"{drawn.randint(1, 5)}\n{drawn.choice('AB')}"
    words = ("茶", "是", "一种", "饮料", "。")
    said = [judged] if "=====" in question else drawn.choices(words, k=drawn.randint(2, 30))
    yield from map(Word, said)
    yield Word("", finish_reason="stop")


@pytest.fixture(scope="module")
def running() -> Iterator[emulators.Emulators]:
    limits = emulators.Limits(requests=100_000, tokens=100_000_000)
    with emulators.start(
        ["deepseek", "qianfan"], tokens_per_second=2000, answer=answer, limits=limits
    ) as started:
        yield started


@pytest.fixture(scope="module")
def desk(running: emulators.Emulators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('study')}/store.db")
    opened_desk = Desk(Rig(running, []), store)
    yield opened_desk
    opened_desk.client.shut()
    store.shut()


@pytest.fixture(scope="module")
def run(desk: Desk) -> str:
    made = desk.create(small(**PLAN))
    assert desk.work(made) == "run"
    return made


@pytest.fixture(scope="module")
def bundle(desk: Desk, run: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "study.zip"
    write_bundle(desk.journal, desk.find(run), path, WORDS, PRICES)
    return path


def trouble(path: Path) -> str:
    with pytest.raises(BundleTrouble) as told, opened(path):
        pass
    zh, en = told.value.message
    assert zh.endswith("。") and en.endswith(".")
    return en


def test_it_is_worked_out_again_offline_to_the_same_results(
    desk: Desk, run: str, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a replay opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with opened(bundle) as found:
        result = found.replay(study_words("zh"))
        again = exported(found.journal, found.run, "json")
    assert result.different == () and result.versions == {}
    assert {"results.json", "tables/settings.json", "charts/main.json"} <= set(result.same)
    assert again == exported(desk.journal, desk.find(run), "json")


def test_its_figures_are_those_of_the_study(desk: Desk, run: str, bundle: Path) -> None:
    view = StudyView(desk.journal, desk.find(run), WORDS)
    held = parts(bundle)
    figures = StudyFigures(view, PRICES).all()
    assert {"main", "heat", "front", "timeline"} <= set(figures)
    for name, draw in figures.items():
        drawn = json.loads(draw(Choice(*view.factors)).to_json())
        assert json.loads(held[f"charts/{name}.json"]) == drawn
    table = json.loads(held["tables/settings.json"])
    assert table["columns"] == list(view.table()) and len(table["rows"]) == 4


def test_every_call_is_in_it_whole(desk: Desk, run: str, bundle: Path) -> None:
    calls = {call["id"]: call for call in lines(parts(bundle)["calls.jsonl"])}
    made = list(desk.store.each(run))
    assert calls.keys() == {call.id for call in made}
    assert len({call["tag"] for call in calls.values()}) == 2  # the study's own and its judges'
    for call in made:
        assert calls[call.id] == json.loads(json.dumps(as_json(call, whole=True)))
        assert call.chunks and call.wire is not None and call.wire.body["messages"]
    assert any(call.rate_limit and call.rate_limit.headers for call in made)


def test_the_same_run_makes_the_same_bytes(
    desk: Desk, run: str, bundle: Path, tmp_path: Path
) -> None:
    write_bundle(desk.journal, desk.find(run), tmp_path / "b.zip", WORDS, PRICES)
    assert (tmp_path / "b.zip").read_bytes() == bundle.read_bytes()
    assert list(tmp_path.iterdir()) == [tmp_path / "b.zip"]
    with zipfile.ZipFile(bundle) as packed:
        names = packed.namelist()
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
    assert names == [*sorted(names[:-1]), "manifest.json"]


def test_no_known_secret_is_in_it_in_any_form(
    running: emulators.Emulators, desk: Desk, tmp_path: Path
) -> None:
    canary = "canary-key-0123456789/+x"
    redactor.learn(canary)
    run = desk.create(small(prompts=[f"我的密钥是 {canary}，安全吗？"], system=canary, **MODELS))
    desk.work(run)
    write_bundle(desk.journal, desk.find(run), tmp_path / "b.zip", WORDS, PRICES)
    held = parts(tmp_path / "b.zip")
    for name, data in held.items():
        text = data.decode()
        assert redactor.clean(text) == text, name
        for key in (canary, *running.keys.values()):
            assert key not in text, name
    assert "$DEEPSEEK_API_KEY" in held["calls.jsonl"].decode()
    with opened(tmp_path / "b.zip") as found:
        assert found.replay(WORDS).different == ()


def test_a_study_that_goes_on_makes_a_bundle_that_fits_itself(desk: Desk, tmp_path: Path) -> None:
    run = desk.create(small(scores=[{"kind": "length"}, {"kind": "similarity"}], concurrency=1))
    settled: list[int] = []

    def told(cell: Any) -> None:
        settled.append(cell.number)
        if len(settled) == 2:
            desk.journal.want(run, "pause")

    assert desk.work(run, told=told) == "pause"
    write_bundle(desk.journal, desk.find(run), tmp_path / "b.zip", WORDS, PRICES)
    with opened(tmp_path / "b.zip") as found:
        assert found.replay(WORDS).different == ()
        assert found.journal.counts(run)["waiting"] > 0


SEARCH: dict[str, Any] = {
    "design": "adaptive",
    "factors": {"temperature": {"minimum": 0.1, "maximum": 0.9}},
    "points": 3,
    "repeats": 2,
    "scores": [{"kind": "judge", "model": MODEL}],
    "remeasure": 3,
    "params": {"max_output_tokens": 300},
}
CHOICE: dict[str, Any] = {
    **SEARCH,
    "design": "grid",
    "factors": {"temperature": [0.2, 0.6, 0.9]},
    "prompts": [f"问题 {number} 是什么？" for number in range(8)],
}


@pytest.mark.parametrize("form", [SEARCH, CHOICE], ids=["adaptive", "remeasured"])
def test_a_search_and_its_measured_winner_are_worked_out_again(
    desk: Desk, tmp_path: Path, form: dict[str, Any]
) -> None:
    run = desk.create(small(**form))
    assert desk.work(run) == "run"
    assert {"confirm"} <= {cell.stage for cell in desk.cells(run)}
    write_bundle(desk.journal, desk.find(run), tmp_path / "b.zip", WORDS, PRICES)
    with opened(tmp_path / "b.zip") as found:
        result = found.replay(WORDS)
        again = exported(found.journal, found.run, "json")
    assert result.different == () and "charts/winner.json" in result.same
    assert again == exported(desk.journal, desk.find(run), "json")


def change(bundle: Path, name: str, edit: Callable[[Any], None]) -> dict[str, bytes]:
    """The parts of a bundle, with one value changed and the manifest to match."""
    held = parts(bundle)
    values = lines(held[name])
    edit(values)
    return signed({**held, name: as_lines(values)})


def replayed(path: Path) -> Any:
    with opened(path) as found:
        return found.replay(WORDS)


def test_a_changed_answer_changes_the_results_even_with_a_matching_manifest(
    bundle: Path, tmp_path: Path
) -> None:
    def edit(calls: list[Any]) -> None:
        answer = next(call for call in calls if call["tag"] != "judge" and call["state"] == "ok")
        answer["text"] += " and more"

    result = replayed(put(tmp_path / "b.zip", change(bundle, "calls.jsonl", edit)))
    assert {"results.json", "tables/settings.json", "charts/main.json"} <= set(result.different)


def test_a_changed_reply_of_a_judge_changes_the_scores(bundle: Path, tmp_path: Path) -> None:
    def edit(calls: list[Any]) -> None:
        for call in calls:
            if call["tag"] == "judge":
                call["text"] = "评分：1\nSCORE: 1"

    result = replayed(put(tmp_path / "b.zip", change(bundle, "calls.jsonl", edit)))
    assert "results.json" in result.different or "tables/cells.json" in result.different


def test_other_versions_are_told(bundle: Path, tmp_path: Path) -> None:
    def edit(values: list[Any]) -> None:
        values[0]["packages"]["plotly"] = "1.0"

    result = replayed(put(tmp_path / "b.zip", change(bundle, "versions.json", edit)))
    assert result.versions["plotly"][0] == "1.0" and result.different == ()


def test_code_that_a_bundle_names_is_not_run(bundle: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "own.py").write_text(f"open({str(ran)!r}, 'w')\ndef f(text, prompt): return 1")
    spec = {"kind": "python", "value": "own.py:f", "folder": str(tmp_path), "primary": False}

    def edit(values: list[Any]) -> None:
        values[0]["plan"]["scores"].append(spec)

    replayed(put(tmp_path / "b.zip", change(bundle, "plan.json", edit)))
    assert not ran.exists()


def test_where_own_code_lies_is_not_told(desk: Desk, tmp_path: Path) -> None:
    spec = {"kind": "python", "value": "own.py:f", "folder": str(tmp_path)}
    run = desk.create(small(scores=[{"kind": "length"}, spec]))
    write_bundle(desk.journal, desk.find(run), tmp_path / "b.zip", WORDS, PRICES)
    assert str(tmp_path) not in str(parts(tmp_path / "b.zip"))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda held: held.pop("calls.jsonl"), "calls.jsonl"),
        (lambda held: held.update({"calls.jsonl": b""}), "calls.jsonl"),
        (lambda held: held.pop("manifest.json"), "no bundle"),
        (lambda held: held.update({"manifest.json": b"{}"}), "no bundle"),
        (lambda held: held.update({"charts/x.json": b"{}"}), "charts/x.json"),
        (lambda held: held.update({"../out.json": b"{}"}), "../out.json"),
        (lambda held: held.update({"/etc/out.json": b"{}"}), "/etc/out.json"),
        (lambda held: held.update({"tables/../../out.json": b"{}"}), "out.json"),
        (lambda held: held.update({"own.py": b""}), "own.py"),
        (lambda held: held.update({"cells.pickle": b""}), "cells.pickle"),
        (lambda held: held.update(
            {"manifest.json": held["manifest.json"].replace(b'"version":1', b'"version":99')}
        ), "format 99"),
    ],
)  # fmt: skip
def test_what_is_not_as_the_manifest_says_is_refused_in_a_sentence(
    bundle: Path, tmp_path: Path, edit: Callable[[dict[str, bytes]], Any], said: str
) -> None:
    held = parts(bundle)
    edit(held)
    place = tmp_path / "inner" / "deeper"
    place.mkdir(parents=True)
    assert said in trouble(put(place / "b.zip", held))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [place / "b.zip"]


def plan_with(**changes: Any) -> tuple[str, Callable[[list[Any]], None]]:
    return "plan.json", lambda values: values[0]["plan"].update(changes)


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("cells.jsonl", lambda cells: cells[0].update(setting=99), "line 1, is not"),
        ("cells.jsonl", lambda cells: cells[0].update(call_id="x"), ".call_id"),
        ("cells.jsonl", lambda cells: cells[0].update(repeat=10**6), ".repeat"),
        ("cells.jsonl", lambda cells: cells.append(cells[0]), ".number"),
        ("cells.jsonl", lambda cells: cells[0].update(scores={"x": "1"}), ".scores.x"),
        ("calls.jsonl", lambda calls: calls.append(calls[0]), ".id"),
        ("calls.jsonl", lambda calls: calls[0].update(run="other"), ".run"),
        ("calls.jsonl", lambda calls: calls[0].pop("chunks"), ".chunks"),
        ("prompts.jsonl", lambda prompts: prompts.append(prompts[0]), ".id"),
        (*plan_with(repeats=10**9), ".plan.repeats"),
        (*plan_with(surprise=1), "surprise"),
        (*plan_with(scores=[{"kind": "regex", "value": "("}]), "regex"),
        (*plan_with(scores=[{"kind": "nonsense"}]), "nonsense"),
    ],
)
def test_parts_that_do_not_fit_each_other_are_refused_in_a_sentence(
    bundle: Path, tmp_path: Path, name: str, edit: Callable[[Any], None], said: str
) -> None:
    path = put(tmp_path / "b.zip", change(bundle, name, edit))
    with pytest.raises(BundleTrouble) as told:
        replayed(path)
    assert said in told.value.message.en


def test_a_bomb_is_refused_before_it_fills_the_disk(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_zip, "MOST_UNPACKED", 8 << 20)
    bomb = {**parts(bundle), "calls.jsonl": b" " * (64 << 20)}
    path = put(tmp_path / "b.zip", bomb)
    assert path.stat().st_size < 1 << 20
    assert "larger than a bundle" in trouble(path)


def test_a_directory_of_millions_is_not_even_read(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    data = bundle.read_bytes()
    end = bytearray(data[-22:])
    struct.pack_into("<HHL", end, 8, 65535, 65535, 400_000_000)
    path.write_bytes(data[:-22] + end)
    assert "larger than a bundle" in trouble(path)
    path.write_bytes(data[:-22] + b"PK\6\7" + b"\0" * 16 + data[-22:])
    assert "no bundle" in trouble(path)


def test_what_is_no_file_or_no_zip_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in trouble(tmp_path / "missing.zip")
    assert "cannot be read" in trouble(tmp_path)
    for data in (b"", b"PK", b"no zip at all" * 10, b"PK\5\6" + b"\0" * 18):
        (tmp_path / "b.zip").write_bytes(data)
        assert "no bundle" in trouble(tmp_path / "b.zip")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 40)),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_damaged_bytes_are_refused_in_a_sentence(
    bundle: Path, tmp_path: Path, cuts: list[tuple[float, bytes, int]], at_end: bool
) -> None:
    data = whole = bundle.read_bytes()
    for where, new, length in cuts:
        # The directory at the end steers the reader; damage there is the likelier to mislead it.
        start = len(data) - 1500 if at_end else 0
        place = max(0, start) + int(where * (len(data) - max(0, start)))
        data = data[:place] + new + data[place + length :]
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    try:
        with opened(path) as found:
            assert found.run.id
    except BundleTrouble as told:
        assert told.message.zh.endswith("。") and told.message.en.endswith(".")
    else:
        assert parts(path) == parts(bundle) or data == whole


JUNK: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, 0, -1, 2**31, 2**64, 1e308, -0.5, "", "\ud800", "main", "ok"]),
    st.sampled_from([[], {}, [[0, 1, 2]], {"a": 1}, [1] * 5, "x" * 2000, {"kind": "chrf"}]),
    st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["plan.json", "prompts.jsonl", "cells.jsonl", "calls.jsonl", "words.json"]),
    st.data(),
)
def test_whatever_the_parts_say_ends_in_results_or_a_sentence(
    bundle: Path, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    def edit(values: list[Any]) -> None:
        for _ in range(data.draw(st.integers(1, 2))):
            *path, last = data.draw(st.sampled_from(list(places(values))))
            inside: Any = values
            for key in path:
                inside = inside[key]
            inside[last] = copy.deepcopy(data.draw(JUNK))

    path = put(tmp_path / "b.zip", change(bundle, name, edit))
    try:
        result = replayed(path)
    except BundleTrouble as told:
        assert told.message.zh and told.message.en
    else:
        assert result.same or result.different


def test_a_bundle_is_gone_from_the_disk_when_it_is_closed(bundle: Path) -> None:
    def place(found: Bundle) -> Path:
        return Path(str(found.journal.store.url.database))

    with opened(bundle) as found:
        assert place(found).exists()
    assert not place(found).parent.exists()
