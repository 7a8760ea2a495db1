"""Scripts of faults: which request gets which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulators import FAULTS, listed, read_script
from tests.emulators.conftest import Serve
from tests.emulators.wire import ASK, Http


def test_each_request_takes_the_next_and_the_last_one_holds(serve: Serve) -> None:
    running = serve("qianfan", fault="html,ok,error_500")
    http = Http(running)
    statuses = [http.v2({}).status_code for _ in range(4)]
    assert statuses == [502, 200, 500, 500] and running.fault == "error_500"
    running.fault = "ok"
    assert running.fault is None and http.v2({}).status_code == 200


def test_a_token_uses_up_a_fault_of_its_own_kind_alone(serve: Serve) -> None:
    http = Http(serve("qianfan", fault="token_down,html,ok"))
    assert http.oauth().status_code == 503
    token = http.token()
    assert http.v1({"messages": ASK}, token=token).status_code == 502
    assert http.v1({"messages": ASK}, token=token).status_code == 200


def test_a_script_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "script"
    file.write_text("cut\n\n# then\nok  # well\nreset\n")
    assert read_script(f"@{file}").text == "cut,ok,reset"
    with pytest.raises(OSError, match="nowhere"):
        read_script(f"@{tmp_path}/nowhere")


@pytest.mark.parametrize("text", ["", "nope", "cut,,ok", "cut,nope"])
def test_a_word_that_is_no_fault_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="There is no fault"):
        read_script(text)


def test_the_list_holds_every_fault_and_every_row_of_the_catalogue() -> None:
    rows = json.loads(listed(as_json=True))
    assert {row["name"] for row in rows} == set(FAULTS)
    text = listed()
    assert all(name in text for name in FAULTS)
    numbers = {int(word.strip(",")) for line in text.splitlines() for word in line[:8].split()
               if word.strip(",").isdigit()}  # fmt: skip
    assert numbers == set(range(1, 75))
