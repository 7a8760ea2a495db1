"""What the browser does for Gradio's comparison: panes that scroll together, keys that vote.

Our own script, static; nothing of a model's or a user's goes into it.
"""

from __future__ import annotations

import json

from panels.compare import VOTE_KEYS

# Only the pane that the reader touched last leads, so panes that follow set nothing off in turn.
# Questions are met at the same height in all panes; between them every pane moves in proportion.
_SCRIPT = """() => {
  if (window.tunedeskCompare) return;
  window.tunedeskCompare = true;
  const PANES = '#compare-panes [role=log]';
  let leader = null;
  const lead = (event) => { leader = event.target.closest?.(PANES) ?? leader; };
  for (const name of ['wheel', 'touchstart', 'pointerdown', 'keydown', 'focusin'])
    addEventListener(name, lead, {capture: true, passive: true});
  const marks = (pane) => {
    const top = pane.getBoundingClientRect().top - pane.scrollTop;
    const asked = [...pane.querySelectorAll('.user-row')]
      .map((row) => row.getBoundingClientRect().top - top);
    const room = Math.max(0, pane.scrollHeight - pane.clientHeight);
    return [0, ...asked.slice(1).filter((at) => at < room), room];
  };
  const place = (value, from, to) => {
    const count = Math.min(from.length, to.length) - 1;
    let step = 0;
    while (step < count - 1 && value >= from[step + 1]) step += 1;
    const [low, high] = [from[step], step + 1 === count ? from.at(-1) : from[step + 1]];
    const [start, end] = [to[step], step + 1 === count ? to.at(-1) : to[step + 1]];
    return start + (end - start) * (value - low) / Math.max(1, high - low);
  };
  // Gradio's own following pulls a reader who scrolls up back down, for 300 ms after every word.
  const left = new WeakSet();
  const follow = (changes) => {
    for (const pane of document.querySelectorAll(PANES))
      if (!left.has(pane) && changes.some((change) => pane.contains(change.target)))
        pane.scrollTop = pane.scrollHeight;
  };
  new MutationObserver(follow)
    .observe(document.body, {childList: true, characterData: true, subtree: true});
  const note = (pane) => {
    const end = pane.scrollTop + pane.clientHeight > pane.scrollHeight - 40;
    left[end ? 'delete' : 'add'](pane);
  };
  addEventListener('scroll', (event) => {
    if (!event.target.matches?.(PANES)) return;
    note(event.target);
    if (event.target !== leader) return;
    if (!document.querySelector('#compare-scroll input')?.checked) return;
    const from = marks(leader);
    for (const pane of document.querySelectorAll(PANES))
      if (pane !== leader) {
        pane.scrollTop = place(leader.scrollTop, from, marks(pane));
        note(pane);
      }
  }, {capture: true, passive: true});

  const KEYS = VOTE_KEYS;
  const writes = (node) => node.matches?.('textarea, select, [contenteditable=true]') ||
    node.matches?.('input:not([type=checkbox]):not([type=radio]):not([type=button])');
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    const button = document.querySelector(`#vote-${KEYS[event.key.toUpperCase()]}`);
    if (!button || button.disabled || !button.offsetParent) return;
    event.preventDefault();
    button.click();
  });
}"""

SCRIPT = _SCRIPT.replace(
    "= VOTE_KEYS",
    "= " + json.dumps({key: winner.replace(" ", "-") for winner, key in VOTE_KEYS.items()}),
)
# An answer is followed where one is at the end. A vote would be typed into the box, so the box
# lets go of the keys, and has them back afterwards.
ASKED_JS = """(blind) => {
  for (const pane of document.querySelectorAll('#compare-panes [role=log]'))
    pane.scrollTop = pane.scrollHeight;
  if (blind) document.activeElement?.blur();
}"""
TAKE_UP_JS = """() => {
  if (matchMedia('(pointer: fine)').matches)
    document.querySelector('#compare-question textarea')?.focus();
}"""
