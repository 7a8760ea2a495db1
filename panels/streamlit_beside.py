"""What the browser does for a comparison: panes that follow and scroll, and keys that stay free.

Our own script and style, static; nothing of a model's or a user's goes into them.
"""

from __future__ import annotations

import streamlit as st

from panels.compare import Round

# The list of panes is looked up at every event: Streamlit draws them anew as it likes.
_SCRIPT = """
const PANES = '[class*="st-key-compare-pane-"]';
const BOX = '[data-testid="stChatInputTextArea"]';
const INTENT = ["wheel", "touchmove", "pointerdown", "keydown"];
let forget = () => {};
let left = new WeakSet();  // panes whose end the reader left; the others follow their answer
let before = {};

export default function ({ data }) {
  forget();
  const gone = new AbortController();
  const on = (name, act) =>
    document.addEventListener(name, act, { capture: true, passive: true, signal: gone.signal });
  if (data.round !== before.round) left = new WeakSet();
  const followers = new MutationObserver(follow);
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) followers.observe(main, { subtree: true, childList: true, characterData: true });
  forget = () => { gone.abort(); followers.disconnect(); };

  scrolling(on, data.scroll);
  if (data.voting) keepKeysFree(on);
  else if (before.voting && matchMedia("(pointer: fine)").matches)
    document.querySelector(BOX)?.focus();
  before = data;
  return () => forget();
}

const panes = () => document.querySelectorAll(PANES);
const room = (pane) => pane.scrollHeight - pane.clientHeight;

function follow() {
  for (const pane of panes())
    if (!left.has(pane) && room(pane) - pane.scrollTop > 1) pane.scrollTop = room(pane);
}

// Only the pane that the reader moves leads, so panes that follow set nothing off in turn.
function scrolling(on, together) {
  let leader = null, meant = -Infinity;
  const intent = (event) => {
    leader = event.target.closest?.(PANES) ?? null;
    meant = performance.now();
  };
  for (const name of INTENT) on(name, intent);
  on("pointermove", (event) => { if (event.buttons) meant = performance.now(); });
  on("scroll", (event) => {
    if (event.target !== leader || performance.now() - meant > 1000) return;
    const away = room(leader) - leader.scrollTop > 24;
    const share = leader.scrollTop / Math.max(1, room(leader));
    for (const pane of together ? panes() : [leader]) {
      if (away) left.add(pane); else left.delete(pane);
      if (pane !== leader) pane.scrollTop = share * room(pane);
    }
  });
}

// The message box takes the focus back by itself whenever it is enabled; a vote would be typed
// into it. Whoever goes there by pointer or Tab means it.
function keepKeysFree(on) {
  let meant = -Infinity;
  on("pointerdown", () => { meant = performance.now(); });
  on("keydown", (event) => { if (event.key === "Tab") meant = performance.now(); });
  const leave = (node) => {
    if (node?.matches?.(BOX) && !node.value && performance.now() - meant > 500) node.blur();
  };
  on("focusin", (event) => leave(event.target));
  leave(document.activeElement);
}
"""

_STYLE = """
[data-testid="stMainBlockContainer"] { padding: 4.5rem 2rem 1rem; }
[data-testid="stBottomBlockContainer"] { padding: 0.5rem 2rem 1rem; }
[class*="st-key-compare-asked-"] {
  background: color-mix(in srgb, currentColor 7%, transparent);
  border-radius: 0.5rem;
  padding: 0.5rem 0.75rem;
}
/* Heads, panes, figures, votes and the box for the next question on one screen. */
:root { --compare-pane: max(15rem, calc(100vh - 30rem)); }
:root:has(.st-key-compare-beside-blind) { --compare-pane: max(15rem, calc(100vh - 32.5rem)); }
div:has(> [class*="st-key-compare-pane-"]), div[class*="st-key-compare-pane-"][class] {
  height: var(--compare-pane); flex: none;
}
[class*="st-key-compare-foot-"] { min-height: 4.25rem; }
@media (min-width: 641px) {
  [class*="st-key-compare-beside"] > div > [data-testid="stHorizontalBlock"] {
    flex-wrap: nowrap; overflow-x: auto;
  }
  [class*="st-key-compare-beside"] [data-testid="stColumn"] { min-width: 13rem; }
  /* Heads of different heights leave the panes in one line. */
  [class*="st-key-compare-beside"] [data-testid="stColumn"] > * { height: 100%; }
  div:has(> [class*="st-key-compare-head-"]) { flex: 1 0 auto; }
}
@media (max-width: 640px) {
  :root:root { --compare-pane: auto; }
  [data-testid="stMainBlockContainer"] { padding: 4rem 1rem 1rem; }
  [data-testid="stBottomBlockContainer"] { padding: 0.5rem 1rem 1rem; }
  div[class*="st-key-compare-pane-"][class] { max-height: 60vh; }
  [class*="st-key-compare-foot-"] { min-height: 0; }
  .st-key-compare-stop:has(button:disabled) { display: none; }
}
"""

_beside = st.components.v2.component(
    "tunedesk_beside", js=_SCRIPT, css=_STYLE, isolate_styles=False
)


def beside(last: Round | None, *, scroll: bool) -> None:
    """Have panes follow their answers, scroll together, and keep the keys free for a vote."""
    data = {
        "round": None if last is None else last.key,
        "scroll": scroll,
        "voting": last is not None and last.hidden,
    }
    _beside(key="compare-script", data=data)
