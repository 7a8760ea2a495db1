"""Which browser tab it is, across a reload of its page, and what it was talking about.

Gradio's own name for a tab is made anew with every page and is no secret. So each tab keeps a
random word of its own, which goes with every request; on record stands only what is made of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gradio.context import LocalContext

from backends import CallInFlight, addresses
from panels.latest import Latest

_HEADER = "x-tunedesk-tab"
_LENGTH = 32
# How many tabs' conversations are kept in mind.
_MOST = 2000

# Before Gradio's bundle makes its first request.
TAB_SCRIPT = """<script>(() => {
  let word = null;
  try { word = sessionStorage.getItem('tunedesk.tab'); } catch { /* storage may be forbidden */ }
  if (!/^[0-9a-f]{32}$/.test(word || '')) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    word = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    try { sessionStorage.setItem('tunedesk.tab', word); } catch { /* then not after a reload */ }
  }
  const plain = window.fetch;
  window.fetch = (what, options = {}) => {
    if (what instanceof Request || new URL(what, location.href).origin !== location.origin)
      return plain(what, options);
    const headers = new Headers(options.headers);
    headers.set('x-tunedesk-tab', word);
    return plain(what, {...options, headers});
  };
})()</script>"""

# Gradio takes the words out of the box only after a round trip to the server: until then a second
# Enter or click would send them again, or an empty box in their place. So with *retry*, *undo* and
# *edit*: until the page shows what the first click came to, a second takes another question away.
ONCE_SCRIPT = """<script>(() => {
  const AGAIN = ['Retry', 'Submit', '重试', '发送'], BACK = ['Undo', '撤销'];
  const BOXES = ['#question', '#compare-question'];
  const held = new Map();
  let sent = -Infinity;
  const area = (box) => document.querySelector(`${box} textarea`);
  const turns = () => document.querySelectorAll('#chat .message.user').length;
  const hold = (what, shown) => {
    const end = () => {
      seen.disconnect();
      clearTimeout(late);
      held.delete(what);
    };
    const look = () => { if (shown()) end(); };
    const seen = new MutationObserver(look);
    // What the server never heard of never shows.
    const late = setTimeout(end, 10000);
    held.set(what, look);
    seen.observe(document, {childList: true, subtree: true, attributeFilter: ['disabled']});
  };
  const isHeld = (what) => {
    held.get(what)?.();
    return held.has(what);
  };
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const send = (event, box) => {
    const early = performance.now() - sent < 500, words = area(box).value;
    sent = performance.now();
    if (early || isHeld(box)) return swallow(event);
    // A comparison that is refused says why, and leaves the words where they are.
    const refused = () => document.querySelector('#compare-trouble')?.offsetParent;
    if (words && !refused()) hold(box, () => area(box).value !== words || refused());
  };
  const turn = (event, which) => {
    if (event.detail > 1 || isHeld('turn')) return swallow(event);
    const before = turns();
    // Gradio locks the box when it has taken the answer away and is about to ask.
    const locked = () => area('#question').disabled;
    hold('turn', BACK.includes(which) ? () => turns() !== before : locked);
  };
  const within = (event, part) => BOXES.find((box) => event.target.closest?.(`${box} ${part}`));
  addEventListener('keypress', (event) => {
    const box = within(event, 'textarea');
    if (box && event.key === 'Enter' && !event.shiftKey) send(event, box);
  }, true);
  addEventListener('click', (event) => {
    const box = within(event, '.submit-button');
    const which = event.target.closest?.('#chat button')?.ariaLabel;
    if (box) send(event, box);
    else if (AGAIN.includes(which) || BACK.includes(which)) turn(event, which);
  }, true);
})()</script>"""

# The page of the app that was looked at last is the one that a reload shows.
PAGE_SCRIPT = """<script>(() => {
  const KEPT = 'tunedesk.page';
  let wanted = null;
  try { wanted = sessionStorage.getItem(KEPT); } catch { /* then a reload begins at the first */ }
  addEventListener('click', (event) => {
    const page = event.target.closest?.('[role=tab][data-tab-id]')?.dataset.tabId;
    if (!page || !event.isTrusted) return;
    wanted = null;
    try { sessionStorage.setItem(KEPT, page); } catch { /* as above */ }
  }, true);
  // The button is there before anything listens to it, and nothing says when something does.
  const looks = setInterval(() => {
    const button = [...document.querySelectorAll('[role=tab][data-tab-id]')]
      .find((each) => each.dataset.tabId === wanted);
    if (wanted === null || button?.ariaSelected === 'true') clearInterval(looks);
    else button?.click();
  }, 100);
})()</script>"""


class Asks(Protocol):
    """A request as Gradio hands it to a handler, or as a route of ours gets it."""

    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def client(self) -> Any: ...


def tab(request: Asks) -> str | None:
    """The name of the tab, the same after a reload; None for those who come without a page."""
    word = str(request.headers.get(_HEADER) or "")
    if len(word) != _LENGTH or not word.isalnum():
        return None
    return _name(word)


def visitor(request: Any) -> str:
    """A random name for this browser tab, for the record; where it comes from is kept in mind, for
    limits alone."""
    if request is None:
        return ""
    name = tab(request) or session_name(str(request.session_hash))
    addresses.seen(name, request.client.host if request.client else "")
    return name


def session_name(session: str) -> str:
    """The name of who comes without a page, by the session that they made up.

    Never a name that is on record as such: those anybody may read there, and come under.
    """
    return _name(f"session {session}")


def here() -> str:
    """The name of the visitor whose event is being handled; "" while none is."""
    return visitor(LocalContext.request.get(None))


def _name(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Talk:
    """The calls behind the answers on a tab's page, oldest first, and the one that may run."""

    ids: tuple[str, ...] = ()
    flight: CallInFlight | None = None


class Talks:
    """What each tab is talking about, by its visitor's name."""

    def __init__(self) -> None:
        self._latest = Latest[Talk](_MOST)
        self._coming: dict[str, CallInFlight] = {}

    def note(self, who: str, ids: Any, flight: CallInFlight | None = None) -> None:
        """These answers are on the page now."""
        self._latest.note(who, Talk(tuple(ids), flight))
        self._coming.pop(who, None)
        for name, coming in list(self._coming.items()):
            if coming.done:
                self._coming.pop(name, None)
                self._recorded(name, coming)
        if flight is not None:
            self._coming[who] = flight

    def _recorded(self, who: str, flight: CallInFlight) -> None:
        """Who left before an answer's end may never come back for it, and it is on record."""
        talk = self.of(who)
        if talk.flight is flight and flight.size:
            self._latest.note(who, Talk((*talk.ids, flight.result(0).id)))

    def of(self, who: str) -> Talk:
        """What the page of this visitor shows, or showed before it was loaded anew."""
        return self._latest.of(who) or Talk()
