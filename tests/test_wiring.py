"""Live or emulated, what is read from where, and a log without keys."""

from __future__ import annotations

import ctypes
import logging
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import wiring
from backends import (
    PROVIDERS,
    Access,
    Catalogue,
    ChatRequest,
    Client,
    Message,
    Provider,
    Secret,
)
from commands.providers_page import providers_page
from tests.conftest import ListLedger

ROOT = Path(__file__).resolve().parents[1]
BEARER = {"QIANFAN_BEARER_TOKEN": "fake-bearer-0123456789"}
IAM = {"QIANFAN_ACCESS_KEY": "fake-access-0123456789", "QIANFAN_SECRET_KEY": "fake-secret-0123456"}


@pytest.fixture
def store(tmp_path: Path) -> dict[str, str]:
    return {"TUNEDESK_DB": f"sqlite:///{tmp_path / 'store.db'}"}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = logging.getLogger()
    before = list(root.handlers)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    factory = logging.getLogRecordFactory()
    wiring.start_logging()
    yield wiring.data_directory() / "tunedesk.log"
    logging.setLogRecordFactory(factory)
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()


@pytest.mark.parametrize(
    ("keys", "live"),
    [
        ({}, set()),
        (BEARER, {"qianfan"}),
        (IAM, {"qianfan", "qianfan-v1"}),
        ({"QIANFAN_AK": "fake-api-key-00", "QIANFAN_SK": "fake-secret-00"}, {"qianfan-v1"}),
        ({"SPARKAI_APP_ID": "fakeapp0"}, set()),
        ({**BEARER, "TUNEDESK_EMULATED": "1"}, set()),
    ],
)
def test_a_provider_is_live_when_its_keys_are_set(
    store: dict[str, str], keys: dict[str, str], live: set[str]
) -> None:
    desk = wiring.Desk({**store, **keys})
    assert {
        provider.name
        for provider in PROVIDERS
        if provider.base_urls and not desk.emulated(provider.name)
    } == live
    assert desk.emulated("handbook") is False
    desk.close()


def test_a_call_that_is_refused_says_by_whom_it_would_have_been_answered(
    store: dict[str, str],
) -> None:
    desk = wiring.Desk(store)
    asked = ChatRequest(
        "qianfan/ernie-speed-8k", (Message("user", "?"),), params={"no such setting": 1}
    )
    call = desk.client.start(asked).result(10)
    desk.close()
    assert (call.state, call.emulated) == ("refused", True)


def test_live_providers_are_called_at_their_documented_addresses(store: dict[str, str]) -> None:
    desk = wiring.Desk({**store, **BEARER, "QIANFAN_V2_BASE_URL": "https://gateway.example/v2/"})
    access = desk.access(_provider("qianfan"))
    assert access.urls == {
        "QIANFAN_V2_BASE_URL": "https://gateway.example/v2",
        "QIANFAN_IAM_BASE_URL": "https://iam.bj.baidubce.com",
    }
    assert access.emulated is False
    desk.close()


def test_the_sdk_s_endpoint_gives_its_origin_the_model_its_path(store: dict[str, str]) -> None:
    keys = {"SPARKAI_APP_ID": "fakeapp0", "SPARKAI_API_KEY": "fakekey0", "SPARKAI_API_SECRET": "x"}
    url = {"SPARKAI_URL": "wss://spark.example:8443/v3.5/chat"}
    desk = wiring.Desk({**store, **keys, **url})
    assert desk.access(_provider("spark")).urls == {"SPARK_BASE_URL": "wss://spark.example:8443"}
    desk.close()


def test_without_keys_everything_stays_on_loopback(store: dict[str, str]) -> None:
    desk = wiring.Desk(store)
    for provider in PROVIDERS:
        for url in desk.access(provider).urls.values():
            assert re.match(r"(http|ws)://127\.0\.0\.1:\d+", url)
    desk.close()


def test_the_environment_wins_over_the_file_and_empty_counts_as_unset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("DEEPSEEK_API_KEY=from-file\nQIANFAN_AK=from-file\n")
    monkeypatch.setattr(wiring.settings, "HERE", tmp_path)
    monkeypatch.setenv("QIANFAN_AK", "from-environment")
    monkeypatch.setenv("QIANFAN_SK", "")
    values = wiring.environment()
    assert values["DEEPSEEK_API_KEY"] == "from-file"
    assert values["QIANFAN_AK"] == "from-environment" and "QIANFAN_SK" not in values


def test_no_key_reaches_the_log_in_message_or_traceback(log: Path) -> None:
    key = Secret("canary/+key=0123456789")
    assert "canary" not in f"{key} {key!r} {[key]}"
    try:
        raise ValueError(f"https://x.example/?token={key.reveal()}")
    except ValueError:
        logging.getLogger("anything").exception("it failed with %s", key.reveal())
    text = log.read_text()
    assert "it failed with ***" in text and "canary" not in text


def test_a_missing_key_is_named() -> None:
    client = Client(Catalogue(PROVIDERS), lambda provider: Access(), ListLedger())
    flight = client.start(ChatRequest("deepseek/deepseek-chat", (Message("user", "hi"),)))
    call = flight.result(5)
    assert call.error is not None and call.error.kind == "MissingCredential"
    assert "DEEPSEEK_API_KEY" in call.error.message.zh


def test_a_thread_that_fails_is_logged_without_its_secrets(log: Path) -> None:
    key = Secret("canary/+key=0123456789")

    def fail() -> None:
        raise ValueError(key.reveal())

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "ValueError: ***" in log.read_text()


def test_a_failure_of_ours_is_logged_and_told_in_one_sentence(log: Path) -> None:
    def broken(provider: Provider) -> Access:
        raise KeyError("a bug")

    client = Client(Catalogue(PROVIDERS), broken, ListLedger())
    with pytest.raises(KeyError):
        list(client.stream(ChatRequest("handbook/ngram", (Message("user", "hi"),))))
    assert "a call failed inside Tunedesk" in log.read_text()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_s_variables_exist_with_these_defaults(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([A-Z0-9_]+)` \|[^|]*\| *`?([^|`]*)`? *\|$", text, re.MULTILINE))
    known = {variable.name: variable.default for variable in wiring.variables()}
    assert set(table) <= set(known)
    assert {variable.name for variable in wiring.OWN_VARIABLES} <= set(table)
    for name, default in table.items():
        if "://" in known[name]:
            assert default == known[name]
    assert "PROVIDERS.md" in text and "ERRORS.md" in text


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_counts_the_models_of_every_provider(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)/…` \|[^|]*\| (\d+) \|", text, re.MULTILINE))
    assert rows == {provider.name: str(len(provider.models)) for provider in PROVIDERS}


def test_the_page_of_providers_is_made_from_the_rows() -> None:
    page = (ROOT / "PROVIDERS.md").read_text(encoding="utf-8")
    assert page == providers_page(), "say `make docs`"
    for variable in wiring.variables():
        if variable not in wiring.OWN_VARIABLES and variable.name != "SPARKAI_URL":
            assert f"`{variable.name}`" in page


def test_a_service_without_a_key_is_live_when_its_address_is_set(store: dict[str, str]) -> None:
    keyless = ("chatglm", "chatglm3", "ollama", "vllm", "custom")
    desk = wiring.Desk(store)
    assert all(desk.emulated(name) for name in keyless)
    desk.close()
    urls = {f"{name.upper()}_BASE_URL": "http://127.0.0.1:9/v1" for name in keyless}
    desk = wiring.Desk({**store, **urls})
    assert not any(desk.emulated(name) for name in keyless)
    assert desk.access(_provider("vllm")).keys == {}
    desk.close()
    desk = wiring.Desk({**store, **urls, "VLLM_API_KEY": "fake-vllm-key-0000"})
    assert list(desk.access(_provider("vllm")).keys) == ["VLLM_API_KEY"]
    desk.close()


@pytest.mark.parametrize("mode", ["team", "space"])
def test_an_address_of_the_user_s_own_is_for_local_mode_alone(
    store: dict[str, str], mode: str
) -> None:
    desk = wiring.Desk({**store, "TUNEDESK_MODE": mode, "CUSTOM_BASE_URL": "http://127.0.0.1:9"})
    assert "custom" not in desk.catalogue.providers
    desk.close()
    desk = wiring.Desk({**store, "CUSTOM_BASE_URL": "http://127.0.0.1:9/v1"})
    assert "custom" in desk.catalogue.providers
    desk.close()


def _provider(name: str) -> Provider:
    return next(provider for provider in PROVIDERS if provider.name == name)


_POOLS = """
import ctypes, threading, wiring
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fclose.argtypes = [ctypes.c_void_p]
all_have_some = threading.Barrier(16)
def take():
    libc.malloc(1000)
    all_have_some.wait()
threads = [threading.Thread(target=take) for _ in range(16)]
for each in threads: each.start()
for each in threads: each.join()
told = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, told)
libc.fclose(told)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="not glibc")
def test_threads_share_one_pool_of_memory_so_that_a_burst_is_given_back() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _POOLS], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert told.count("<heap nr=") == 1
