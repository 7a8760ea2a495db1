"""A proxy and a netrc file are used where they are asked for, and otherwise do not count."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import emulators
import wiring
from backends import Call, ChatRequest, Message, redactor, route
from tests.proxies import FAR, LocalProxy
from usage import Trouble

LOGIN = "Basic " + base64.b64encode(b"someone:fake-proxy-password").decode()


@contextmanager
def far_away(tmp_path: Path, login: str = "", **more: str) -> Iterator[tuple[wiring.Desk, Any]]:
    """A desk whose providers are at a host that only the proxy finds."""
    with emulators.start(tokens_per_second=2000) as running:
        proxy = LocalProxy(login)
        urls = {
            name: re.sub(r"127\.0\.0\.1:(\d+)", r"p\1.example", url)
            for name, url in running.environment.items()
        }
        chosen = {name: value.replace("PORT", str(proxy.port)) for name, value in more.items()}
        desk = wiring.Desk(
            {**urls, **running.keys, "TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}", **chosen}
        )
        yield desk, proxy
        desk.close()
        proxy.close()


def called(desk: wiring.Desk, model: str) -> Call:
    return desk.client.start(ChatRequest(model, (Message("user", "hi"),))).result(20)


MODELS = ["deepseek/deepseek-chat", "spark/generalv3.5"]


@pytest.mark.parametrize("model", MODELS)
def test_calls_go_by_the_proxy_that_is_asked_for(tmp_path: Path, model: str) -> None:
    url = "http://someone:fake-proxy-password@127.0.0.1:PORT"
    with far_away(tmp_path, LOGIN, TUNEDESK_PROXY=url) as (desk, proxy):
        assert [called(desk, model).state for _ in range(2)] == ["ok", "ok"]
        assert proxy.heads and all(FAR.search(head) for head in proxy.heads)
        if model.startswith("spark"):
            assert re.match(r"CONNECT p\d+\.example:80 ", proxy.heads[0])
        assert redactor.clean("a fake-proxy-password") == "a ***"
        assert redactor.clean(LOGIN) == "Basic ***"


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("trouble", ["no password", "not there"])
def test_trouble_of_the_proxy_is_told_as_that_and_nothing_was_sent(
    tmp_path: Path, model: str, trouble: str
) -> None:
    url = "http://127.0.0.1:PORT" if trouble == "no password" else "http://127.0.0.1:9"
    with far_away(tmp_path, LOGIN, TUNEDESK_PROXY=url) as (desk, _):
        call = called(desk, model)
    assert call.error is not None and "TUNEDESK_PROXY" in call.error.message.en
    assert (call.state, call.billed, call.error.code) == ("failed", "no", "proxy")
    assert "代理" in call.error.message.zh


def test_what_other_programs_use_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password fake-netrc-password\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with emulators.start(tokens_per_second=2000) as running:
        values = {**running.environment, **running.keys}
        desk = wiring.Desk({**values, "TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}"})
        assert [called(desk, model).state for model in MODELS] == ["ok", "ok"]
        desk.close()


def test_this_machine_itself_is_reached_straight(tmp_path: Path) -> None:
    with emulators.start(tokens_per_second=2000) as running:
        values = {**running.environment, **running.keys, "TUNEDESK_PROXY": "http://127.0.0.1:9"}
        desk = wiring.Desk({**values, "TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}"})
        assert [called(desk, model).state for model in MODELS] == ["ok", "ok"]
        desk.close()


@pytest.mark.parametrize(
    ("model", "name"),
    [("deepseek/deepseek-chat", "DEEPSEEK_BASE_URL"), ("spark/generalv3.5", "SPARK_BASE_URL")],
)
def test_a_proxy_is_not_blamed_for_who_is_reached_straight(
    tmp_path: Path, model: str, name: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    scheme = "ws" if model.startswith("spark") else "http"
    keys = ("DEEPSEEK_API_KEY", "SPARKAI_APP_ID", "SPARKAI_API_KEY", "SPARKAI_API_SECRET")
    desk = wiring.Desk(
        {
            "TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}",
            "TUNEDESK_PROXY": "http://127.0.0.1:9",
            name: f"{scheme}://127.0.0.1:{port}",
            **dict.fromkeys(keys, "fake-key-of-a-test"),
        }
    )
    call = called(desk, model)
    desk.close()
    assert call.error is not None and "proxy" not in call.error.message.en.lower()
    assert (call.state, call.error.code) == ("failed", "connect")


def test_a_netrc_file_logs_in_where_no_key_goes_and_never_in_its_place(tmp_path: Path) -> None:
    netrc = tmp_path / "logins"
    netrc.write_text(
        "default login someone password fake-netrc-password\n"
        "machine 127.0.0.1 login someone password fake-proxy-password\n"
    )
    named = {"TUNEDESK_PROXY": "http://127.0.0.1:PORT", "TUNEDESK_NETRC": str(netrc)}
    with far_away(tmp_path, LOGIN, **named) as (desk, proxy):
        assert called(desk, "chatglm/api").state == "ok"
        assert called(desk, "deepseek/deepseek-chat").state == "ok"
        own = "Authorization: Basic " + base64.b64encode(b"someone:fake-netrc-password").decode()
        keyless, keyed = proxy.heads[0], proxy.heads[-1]
    assert own in keyless
    assert own not in keyed and "Authorization: Bearer" in keyed
    assert redactor.clean(own) == "Authorization: Basic ***"


@pytest.mark.parametrize(
    "settings",
    [
        {"TUNEDESK_PROXY": "proxy.example:3128"},
        {"TUNEDESK_PROXY": "socks5://proxy.example:1080"},
        {"TUNEDESK_PROXY": "http://user:fake-proxy-password@proxy.example:port"},
        {"TUNEDESK_NETRC": "/no/such/file"},
    ],
)
def test_settings_that_cannot_be_used_are_a_sentence(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with pytest.raises(Trouble) as told:
        wiring.Desk({**settings, "TUNEDESK_DB": f"sqlite:///{tmp_path / 's.db'}"})
    assert next(iter(settings)) in told.value.message.en
    assert "fake-proxy-password" not in str(told.value)
    assert route(None, None).proxy is None
