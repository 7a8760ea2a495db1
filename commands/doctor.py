"""What could be wrong with this machine, found before it hurts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import wiring
from backends import Provider, ProviderError, clock_skew, in_clear
from experiments.bundles.versions import installed, required


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `what` says how it is, and if not ok, what to do."""

    ok: bool
    what: str


def examine(desk: wiring.Desk) -> Iterator[Finding]:
    """Look at packages, keys, clock, store and ports. Keys are told by name, never by value."""
    yield from _packages()
    yield from _keys(desk)
    yield from _clock(desk)
    yield Finding(
        True,
        f"store {desk.store.url.render_as_string(hide_password=True)}: opens and is up to date",
    )
    yield from _ports()


def _packages() -> Iterator[Finding]:
    for name, version in required():
        found = installed(name)
        yield Finding(
            found == version,
            f"package {name} {found or 'missing'}"
            + ("" if found == version else f", expected {version}: run make setup"),
        )
    # Both packages own the import name `websocket`; the other one breaks Spark.
    clash = installed("websocket")
    yield Finding(
        clash is None,
        "package websocket is not installed beside websocket-client"
        if clash is None
        else f"package websocket {clash} hides websocket-client: pip "
        "uninstall websocket, then pip install --force-reinstall websocket-client",
    )


def _keys(desk: wiring.Desk) -> Iterator[Finding]:
    for provider in desk.catalogue.providers.values():
        if not provider.credentials:
            yield Finding(True, f"{provider.name}: built in, needs no key")
        elif desk.emulated(provider.name):
            names = " or ".join("+".join(group) for group in provider.credentials)
            yield Finding(True, f"{provider.name}: emulated; live once {names} are set")
        else:
            yield _live(desk, provider)


def _live(desk: wiring.Desk, provider: Provider) -> Finding:
    try:
        access = desk.access(provider)
    except ProviderError as error:
        return Finding(False, f"{provider.name}: {error.message.en}")
    bare = [name for name, url in access.urls.items() if access.keys and in_clear(url)]
    names = ", ".join(sorted(access.keys))
    if bare:
        return Finding(
            False,
            f"{provider.name}: live, but {', '.join(bare)} is no https or wss address: whoever is "
            f"on the way reads {names}",
        )
    return Finding(True, f"{provider.name}: live, with {names}")


def _clock(desk: wiring.Desk) -> Iterator[Finding]:
    live = [
        provider
        for provider in desk.catalogue.providers.values()
        if provider.base_urls and not desk.emulated(provider.name)
    ]
    if not live:
        yield Finding(True, "clock: not checked, no provider is live")
    for provider in live:
        try:
            url = next(iter(desk.access(provider).urls.values()))
            skew = clock_skew(url, desk.route)
        except ProviderError as error:
            yield Finding(False, f"{provider.name}: {error.message.en}")
            continue
        if skew is None:
            yield Finding(True, f"{provider.name}: reachable; it tells no time")
        else:
            yield Finding(
                abs(skew) < 60,
                f"{provider.name}: reachable; this clock is {skew:.0f} s "
                "ahead of it" + ("" if abs(skew) < 60 else ": set the clock"),
            )


def _ports() -> Iterator[Finding]:
    for port in (7860, 8501):
        with socket.socket() as probe:
            free = probe.connect_ex(("127.0.0.1", port)) != 0
        use = (
            "free"
            if free
            else ("in use, by Tunedesk or another; make run PORT=… STREAMLIT_PORT=… moves it")
        )
        yield Finding(True, f"port {port}: {use}")
