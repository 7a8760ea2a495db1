"""After everything has been done and gone wrong, no key is anywhere but where it was put."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

import emulators
from tests.canary.values import Scan, canaries
from tests.shell import NO_KEYS, ROOT, Shell


@pytest.mark.timeout(400)
def test_a_tour_through_every_fault_export_and_crash_leaves_no_key_behind(tmp_path: Path) -> None:
    keys = canaries()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.canary.tour", str(tmp_path)],
        cwd=ROOT,
        input=json.dumps(keys).encode(),
        capture_output=True,
        timeout=380,
        env={
            **os.environ,
            **NO_KEYS,
            **{name: str(tmp_path) for name in ("XDG_DATA_HOME", "TMPDIR", "HOME")},
        },
    )
    said = ended.stdout.decode() + ended.stderr.decode()
    # It came to its end, which is the crash.
    assert "RuntimeError: the end, with ***" in said, said[-3000:]
    assert "could not reach https://x.example/oauth?client_secret=***" in said
    assert re.search(r"desk 1: 8 calls, (length, )?ok", said), "the keys were accepted"
    assert re.search(r"desk 2: 8 calls, failed, ok", said), "another's keys were not"
    assert (tmp_path / "exports-0" / "calls.xlsx").exists()
    assert "***" in (tmp_path / "tunedesk" / "tunedesk.log").read_text()
    scan = Scan(keys)
    scan.text("stdout", ended.stdout)
    scan.text("stderr", ended.stderr)
    scan.files(tmp_path)
    assert scan.places > 20
    assert not scan.hits


def test_the_command_line_keeps_the_keys_of_file_environment_and_address(shell: Shell) -> None:
    keys = canaries()
    home = Path(shell.environment["XDG_DATA_HOME"])
    password = "p4ss" + keys["QIANFAN_AK"]
    at = "127.0.0.1:1"
    urls = {"DEEPSEEK_BASE_URL": f"http://{at}/v1", "QIANFAN_BASE_URL": f"http://{at}"}
    asked = ("chat", "deepseek/deepseek-chat", "hi", "--json")
    said = [
        shell.run(*asked, **keys, **urls),
        shell.run("chat", "qianfan-v1/ernie_speed", "hi", **keys, **urls),
        shell.run("doctor", **keys, **urls),
        shell.run("usage", "export", **keys),
        shell.run(*asked, TUNEDESK_DB=f"postgresql://u:{urllib.parse.quote(password)}@{at}/x"),
    ]
    scan = Scan({**keys, "password": password})
    scan.texts("the command line", [one.stdout + one.stderr for one in said])
    scan.files(home)
    assert not scan.hits
    assert json.loads(said[0].stdout)["state"] == "failed"


@pytest.mark.parametrize(
    "dress",
    [
        str,
        str.upper,
        lambda text: urllib.parse.quote(text, safe=""),
        lambda text: json.dumps({"key": text}),
        lambda text: base64.b64encode(f"xx{text}".encode()).decode(),
        lambda text: f"…{text[5:21]}…",
        lambda text: text.encode().hex(),
    ],
)
def test_the_search_itself_finds_what_is_there(dress: object, tmp_path: Path) -> None:
    keys = canaries()
    scan = Scan(keys)
    scan.text("nothing", "x" * 1000 + str(emulators.FAULTS))
    assert not scan.hits
    (tmp_path / "file.txt").write_text("before " + dress(keys["QIANFAN_SK"]))  # type: ignore[operator]
    scan.files(tmp_path)
    assert scan.hits == {"file.txt: QIANFAN_SK"}
