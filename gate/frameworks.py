"""Which paths the pages of each framework need. Everything else is closed.

Read from the requests that the pages make in a browser, with gradio 6.31 and streamlit 1.67; the
browser tests fail when a page asks for a path that is not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

# page: HTML. asset: the framework's own files. data: small answers. file: bytes of somebody's.
# act: a request that does something. upload: a file sent here. stream: stays open.
Kind = Literal["page", "asset", "data", "file", "act", "upload", "stream"]

_READ = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Route:
    """One open path: whole paths that match `path`, with one of the methods.

    `session` names where a request says whose session it belongs to: a field of its JSON body,
    a query parameter or the last part of the path. `per_page`: each page has one of these streams
    as long as it is open.
    """

    kind: Kind
    path: re.Pattern[str]
    methods: tuple[str, ...] = _READ
    session: Literal["", "body", "query", "path"] = ""
    per_page: bool = False


@dataclass(frozen=True, slots=True)
class Framework:
    """The open paths of an app, first match wins.

    `scripts` are the sources of scripts that its pages need beside their own files. `streams`:
    connections that one page may have open at a time.
    """

    name: str
    routes: tuple[Route, ...]
    scripts: tuple[str, ...]
    streams: int

    def route(self, method: str, path: str) -> Route | None:
        """The open route of a request; a WebSocket counts as method WEBSOCKET."""
        return next(
            (
                route
                for route in self.routes
                if method in route.methods and route.path.fullmatch(path)
            ),
            None,
        )


def _route(
    kind: Kind,
    path: str,
    methods: tuple[str, ...] = _READ,
    session: Literal["", "body", "query", "path"] = "",
    *,
    per_page: bool = False,
) -> Route:
    return Route(kind, re.compile(path), methods, session, per_page)


GRADIO: Final = Framework(
    "gradio",
    (
        _route("page", "/"),
        _route("asset", r"/(assets|static|svelte)/.+"),
        _route("asset", r"/(gradio_api/)?theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json"),
        _route("data", r"/config/?|/gradio_api/(info/?|startup-events|heartbeat|app_id)"),
        _route("file", r"/gradio_api/file=.+"),
        _route("stream", r"/gradio_api/heartbeat/[^/]+", session="path", per_page=True),
        _route("stream", r"/gradio_api/queue/data", session="query"),
        _route("stream", r"/gradio_api/upload_progress"),
        _route("act", r"/gradio_api/(queue/join|run/[^/]+/?|cancel|reset/?)", ("POST",), "body"),
        _route("upload", r"/gradio_api/upload", ("POST",)),
        # No route of Gradio's: whatever it is sent, it keeps in its sessions.
        _route("act", r"/tunedesk/keys", ("POST",)),
    ),
    # An event's `js` is a function that Gradio makes from its text.
    scripts=("'unsafe-eval'",),
    streams=2,
)

STREAMLIT: Final = Framework(
    "streamlit",
    (
        _route("page", r"/[A-Za-z0-9_-]*/?"),
        _route("asset", r"/static/.+|/(favicon\.(png|ico)|manifest\.json|robots\.txt)"),
        _route("data", r"/_stcore/(health|host-config)"),
        _route("file", r"/media/.+"),
        _route("stream", r"/_stcore/stream", ("WEBSOCKET",), per_page=True),
        _route("upload", r"/_stcore/upload_file/.+", ("PUT", "DELETE")),
    ),
    # The code of a component comes over the WebSocket and is loaded as a module from a blob, which
    # only a script that already runs can make.
    scripts=("blob:",),
    streams=1,
)
