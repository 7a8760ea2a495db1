"""What a place allows: a laptop, a team's server, or a Space full of strangers."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from backends import Words

Mode = Literal["local", "team", "space"]
MODES: Final[tuple[Mode, ...]] = ("local", "team", "space")

_NO_MODE = Words(
    "TUNEDESK_MODE 不能是“{mode}”。请改为 local、team 或 space。",
    "TUNEDESK_MODE cannot be “{mode}”. Set it to local, team or space.",
)
_NOT_BEYOND = Words(
    "local 模式只在本机提供服务，不能监听 {address}。"
    "请去掉该地址，或设置 TUNEDESK_MODE=team（前面放一个 TLS 代理）。",
    "In local mode only this machine is served, so not on {address}. "
    "Leave the address out, or set TUNEDESK_MODE=team and put a TLS proxy in front.",
)
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much comes from one address. Per minute: requests other than assets, and uploads.

    `open_streams`: connections that stay open, of which a tab of Gradio's has two. `addresses`: how
    many are kept in mind; the one not seen for longest is forgotten first.
    """

    requests: int
    uploads: int
    open_streams: int
    addresses: int = 10_000


# Nobody is counted on a laptop; in a team many may share one address.
_LIMITS: Final[dict[Mode, Limits | None]] = {
    "local": None,
    "team": Limits(requests=6_000, uploads=240, open_streams=400),
    "space": Limits(requests=1_200, uploads=0, open_streams=24),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """One mode with the names of this place.

    `hosts` are the names under which it is reached, loopback always among them. What a proxy says
    of its client is believed of the `proxies` alone. `streams` bounds all open connections.
    Bytes: `most_upload` of a file, `most_body` of any other request or WebSocket message.
    """

    mode: Mode = "local"
    hosts: frozenset[str] = _LOOPBACK_NAMES
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    framed_by: tuple[str, ...] = ()
    limits: Limits | None = None
    streams: int = 600
    most_upload: int = 20_000_000
    # Gradio sends a whole conversation to the server with each turn.
    most_body: int = 16_000_000

    @property
    def uploads(self) -> bool:
        """Whether files are taken at all."""
        return self.mode != "space"

    @property
    def strangers(self) -> bool:
        """Whether those who come do not know one another, so that nobody reads what others ask."""
        return self.mode == "space"

    @property
    def detail(self) -> bool:
        """Whether an error page may say what the framework says."""
        return self.mode == "local"

    def trusts(self, peer: str) -> bool:
        """Whether a peer is a proxy of ours."""
        address = _address(peer)
        return address is not None and any(
            address in network for network in self.proxies if network.version == address.version
        )

    def refusal_to_listen(self, address: str) -> Words | None:
        """Why this place may not listen there, or None. The empty address is every one."""
        if self.mode == "local" and not is_loopback(address):
            return _NOT_BEYOND.format(address=address or "*")
        return None


def policy(
    mode: str | None,
    *,
    hosts: Iterable[str] = (),
    proxies: Iterable[str] = (),
    framed_by: Iterable[str] = (),
) -> Policy:
    """The policy of a mode; without any other word a proxy is on this machine or its network.

    Raises:
        ValueError: no such mode, or a proxy that is no address or network. Its one argument is
            a sentence in both languages, as `Words`.
    """
    chosen = (mode or "local").strip().lower()
    if chosen not in MODES:
        raise ValueError(_NO_MODE.format(mode=mode))
    return Policy(
        mode=chosen,
        hosts=_LOOPBACK_NAMES | {host.strip().lower().rstrip(".") for host in hosts},
        proxies=_networks(tuple(proxies), chosen),
        framed_by=tuple(framed_by),
        limits=_LIMITS[chosen],
        most_body=2_000_000 if chosen == "space" else 16_000_000,
    )


def is_loopback(address: str) -> bool:
    """Whether an address or its name is this machine's own. IPv4 inside IPv6 is looked into."""
    if address.lower() in _LOOPBACK_NAMES:
        return True
    found = _address(address)
    return found is not None and found.is_loopback


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


_NO_PROXY = Words(
    "TUNEDESK_PROXIES 中的“{text}”不是地址或网段。请写成 10.0.0.1 或 10.0.0.0/8。",
    "“{text}” in TUNEDESK_PROXIES is no address or network. Write 10.0.0.1 or 10.0.0.0/8.",
)
_NEAR: Final[dict[Mode, tuple[str, ...]]] = {
    "local": (),
    "team": ("127.0.0.0/8", "::1/128"),
    # Inside a Space every request comes from the Hub's proxy, on a private network.
    "space": ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
}


def _networks(
    given: tuple[str, ...], mode: Mode
) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    found = []
    for text in given or _NEAR[mode]:
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError:
            raise ValueError(_NO_PROXY.format(text=text)) from None
    return tuple(found)
