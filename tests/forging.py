"""What a browser would send to the Gradio app, written by hand: any value in any place."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

TAB = "x-tunedesk-tab"
LAST = ("process_completed", "unexpected_error", "server_stopped")


class Forger:
    """Speaks to a served app as its page does, but checks nothing."""

    def __init__(self, address: str, tab: str = "", session: str = "") -> None:
        self._session, self.address = session, address
        headers = {TAB: tab} if tab else {}
        self._http = httpx.Client(
            base_url=address,
            headers=headers,
            timeout=60,
            trust_env=False,
            follow_redirects=False,
            # A server closes a connection that was kept for a while, perhaps just as it is used.
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        self.config: dict[str, Any] = self._http.get("/config").json()
        self.components = {each["id"]: each for each in self.config["components"]}

    def close(self) -> None:
        self._http.close()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events that the server handles."""
        return [each for each in self.config["dependencies"] if each["backend_fn"]]

    def event(self, name: str) -> dict[str, Any]:
        """The event of the public name."""
        return next(each for each in self.events if each["api_name"] == name)

    def usual(self, event: Mapping[str, Any]) -> list[Any]:
        """What a page that nobody has touched sends for an event."""
        return [self.components[each]["props"].get("value") for each in event["inputs"]]

    def place(self, event: Mapping[str, Any], element: str) -> int:
        """Where in an event's values the component with this element id stands."""
        return next(
            place
            for place, each in enumerate(event["inputs"])
            if self.components[each]["props"].get("elem_id") == element
        )

    def send(self, event: Mapping[str, Any], values: Sequence[Any]) -> list[dict[str, Any]]:
        """Join the queue with these values; every message until the end, or the refusal alone."""
        # Gradio closes what a session hears a little after it was left, so each time another.
        session = self._session or uuid.uuid4().hex[:11]
        body = {
            "data": values,
            "fn_index": event["id"],
            "session_hash": session,
            "event_data": None,
            "trigger_id": None,
        }
        joined = self._http.post(
            "/gradio_api/queue/join",
            # As it is: json.dumps also writes NaN and Infinity, which are no JSON.
            content=json.dumps(body).encode("utf-8", "surrogatepass"),
            headers={"content-type": "application/json"},
        )
        if joined.status_code != 200:
            return [{"msg": "refused", "status": joined.status_code, "said": joined.text}]
        return self._heard(session, joined.json()["event_id"])

    def _heard(self, session: str, event_id: str) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        path = f"/gradio_api/queue/data?session_hash={session}"
        try:
            with self._http.stream("GET", path) as stream:
                for line in stream.iter_lines():
                    if line.startswith("data:"):
                        heard.append(json.loads(line[5:]))
                        if heard[-1]["msg"] in LAST and heard[-1].get("event_id") == event_id:
                            break
        except httpx.RemoteProtocolError:
            # Gradio repeats in its refusal what it cannot encode; who sent it hears no more.
            heard.append({"msg": "cut"})
        return heard
