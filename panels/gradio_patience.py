"""What a Gradio page does when it is told to come later: it says so, waits and asks again.

Gradio itself would lock the message box until the page is reloaded, and what was typed were gone.
The gate refuses before anything is done, so that what is sent again is done once.
"""

from __future__ import annotations

import json

from panels.words import WORDS

_AGAIN = WORDS["asks_again"]

# Before Gradio's bundle makes its first request. Seconds come from our own gate: at most a minute.
PATIENT_SCRIPT = """<script>(() => {
  const plain = window.fetch, AGAIN = WORDS;
  let waiting = 0;
  const say = (text) => {
    let said = document.getElementById('tunedesk-later');
    if (!said) {
      said = document.createElement('div');
      said.id = 'tunedesk-later';
      said.setAttribute('role', 'status');
      document.body.append(said);
    }
    said.textContent = text;
    said.hidden = !text;
  };
  const wait = async (answer, seconds) => {
    waiting += 1;
    const told = await answer.json().catch(() => ({}));
    say(`${told.detail || ''} ${AGAIN[document.documentElement.lang] || AGAIN.en}`);
    await new Promise((done) => setTimeout(done, Math.min(60, seconds) * 1000));
    waiting -= 1;
    if (!waiting) say('');
  };
  window.fetch = async (what, options = {}) => {
    const request = new Request(what, options);
    if (new URL(request.url).origin !== location.origin) return plain(request);
    // The page may be in another language than its browser.
    request.headers.set('accept-language', document.documentElement.lang);
    for (;;) {
      const answer = await plain(request.clone());
      const seconds = Number(answer.headers.get('retry-after'));
      if (![429, 503].includes(answer.status) || !(seconds > 0)) return answer;
      await wait(answer, seconds);
    }
  };
})()</script>""".replace("WORDS", json.dumps({"zh-CN": _AGAIN.zh, "en": _AGAIN.en}), 1)

PATIENT_CSS = """
#tunedesk-later {
    position: fixed; top: 12px; left: 50%; transform: translateX(-50%); z-index: 1000;
    max-width: min(34rem, calc(100vw - 24px)); padding: 8px 14px; border-radius: 8px;
    border: 1px solid var(--border-color-primary); background: var(--background-fill-primary);
    color: var(--body-text-color); box-shadow: var(--shadow-drop-lg);
    font-family: var(--font); font-size: 14px;
}
#tunedesk-later[hidden] { display: none; }
"""
