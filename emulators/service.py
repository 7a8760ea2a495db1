"""What an emulated service is: its address, its credentials and its application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from starlette.applications import Starlette

from .qianfan.access import Tokens
from .stage import Stage


@dataclass(frozen=True, slots=True)
class Service:
    """One service on a port of its own.

    `path` is that of its base URL. `variables` maps each environment variable with which a client
    finds it to the path that belongs there. `keys` are the fake credentials it accepts, by the
    variable that holds them for a client.
    """

    name: str
    app: Callable[[Stage, Tokens], Starlette]
    variables: Mapping[str, str]
    keys: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    scheme: Literal["http", "ws"] = "http"

    def url(self, port: int) -> str:
        """The base URL."""
        return f"{self.scheme}://127.0.0.1:{port}{self.path}"

    def environment(self, port: int) -> dict[str, str]:
        """The variables that point a client here."""
        return {
            name: f"{self.scheme}://127.0.0.1:{port}{path}" for name, path in self.variables.items()
        }
