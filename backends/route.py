"""How calls leave this machine: straight, unless whoever runs the desk names a proxy or a netrc.

What other programs' settings say (HTTPS_PROXY, ~/.netrc) counts for nothing here: a proxy sees who
is called, and a netrc entry would stand in the place of a key.
"""

from __future__ import annotations

import base64
import ipaddress
import netrc
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backends.secrets import redactor


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy. `login` is the header with its user and password, where it takes some."""

    url: str
    login: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """What it is told beside where to go."""
        return {"proxy-authorization": self.login} if self.login else {}


@dataclass(frozen=True, slots=True)
class Route:
    """`proxy` is for every host but this machine's own; `logins` are what a netrc file has for
    hosts to which a call brings no credential of its own."""

    proxy: Proxy | None = None
    logins: Mapping[str, str] = field(default_factory=dict)

    def proxy_for(self, url: str) -> Proxy | None:
        """The proxy to reach an address by; None: straight."""
        if self.proxy is None or is_here(urllib.parse.urlsplit(url).hostname or ""):
            return None
        return self.proxy

    def login_for(self, url: str) -> str | None:
        """The Authorization header for an address, if the netrc file has one."""
        if not self.logins:
            return None
        host = urllib.parse.urlsplit(url).hostname or ""
        return self.logins.get(host) or self.logins.get("default")


def route(proxy: str | None, netrc_file: Path | None) -> Route:
    """What the settings ask for; both may be left out.

    Raises:
        ValueError: the proxy is no `http://[user:password@]host:port`, or the file cannot be read.
    """
    logins = {} if netrc_file is None else _logins(netrc_file)
    return Route(None if proxy is None else _proxy(proxy, logins), logins)


def _proxy(text: str, logins: Mapping[str, str]) -> Proxy:
    parts = urllib.parse.urlsplit(text)
    port = parts.port  # raises ValueError when it is no number
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(text)
    login = logins.get(parts.hostname) or logins.get("default")
    if parts.username is not None:
        login = _basic(urllib.parse.unquote(parts.username),
                       urllib.parse.unquote(parts.password or ""))  # fmt: skip
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    url = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return Proxy(url, login or "")


def _logins(file: Path) -> dict[str, str]:
    try:
        found = netrc.netrc(str(file)).hosts
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError) as exc:
        raise ValueError(str(file)) from exc
    return {host: _basic(login, password or "") for host, (login, _, password) in found.items()}


def _basic(user: str, password: str) -> str:
    redactor.learn(password)
    joined = base64.b64encode(f"{user}:{password}".encode()).decode()
    redactor.learn(joined)
    return f"Basic {joined}"


def is_here(host: str) -> bool:
    """Whether a name or address is that of this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
