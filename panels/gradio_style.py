"""The few rules of style that Gradio's own theme does not have."""

CSS = """
:root, .gradio-container, .gradio-container * {
  --font: system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif;
}
:root { --quiet: var(--neutral-500); }
.dark { --quiet: var(--neutral-400); }
.quiet, .quiet *, .knob-caption, .knob-caption * { font-size: 12px !important; line-height: 1.5;
  color: var(--quiet) !important; }
.quiet, .knob-caption { padding: 0 !important; }
.quiet a, .knob-caption a { text-decoration: underline; }
.knob-caption code, .not-taken code { padding: 0;
  background: transparent; border: 0; }

/* Under the pointer Gradio paints what is chosen white, as if it were not. */
.gradio-container input:is([type=radio], [type=checkbox]):checked:hover {
  background-color: var(--checkbox-background-color-selected);
  border-color: var(--checkbox-border-color-selected); }

/* The side panel: a little closer together than Gradio's default. */
.sidebar .column { gap: 12px; }
.sidebar .form { background: transparent; border: 0; gap: 12px; box-shadow: none; }
.sidebar .form > .block { padding: 0; border: 0; background: transparent; }
#language { padding: 0; }
#language label { padding: 4px 10px; }
.small-list input { font-size: 12.5px;
  text-overflow: ellipsis; margin: 4px 18px 4px 0; }
.plain-box { border: 0 !important; background: transparent !important; padding: 0 !important;
  box-shadow: none !important; }

/* A knob: switch and value on one line, the slider, one quiet line of facts. */
.column.knob { position: relative; gap: 4px; padding-top: 10px;
  border-top: 1px solid var(--border-color-primary); }
.knob-send { min-height: 28px; padding-right: 98px !important; display: flex;
  align-items: center; }
.knob-value { position: static !important; overflow: visible !important; padding: 0 !important; }
.knob-value .head { position: absolute; top: 12px; right: 0; margin: 0; width: auto; }
.knob-value .head label { display: none; }
.knob-value .tab-like-container, .knob-corner { width: 92px !important; }
.knob-corner { position: absolute !important; top: 12px; right: 0; padding: 0 !important;
  min-width: 92px !important; flex-grow: 0 !important; }
.knob-send .label-text { font-size: 13px; }
.knob-corner input { font-size: 12px; padding: 3px 8px !important; text-align: center; }
.knob-value:has(input:disabled), .knob-value:has(textarea:disabled),
.knob-corner:has(input:disabled) { opacity: .45; }
.knob-bool .wrap { gap: 4px; flex-wrap: nowrap; }
.knob-bool label { padding: 2px 8px !important; font-size: 12px; flex: 1; }
.knob-bool label input { display: none; }
.knob-bool label span { margin: 0; width: 100%; text-align: center; }
.knob-bool label.selected { background: var(--border-color-primary); }
.knob:has(.knob-send input:checked) .knob-bool label.selected { color: white;
  background: var(--color-accent); border-color: var(--color-accent); }
.more-parameters .column { gap: 12px; }
.more-parameters .knob:first-child { border-top: 0; }

/* The chat takes the height that is there; figures under an answer stay quiet. */
#chat { height: calc(100dvh - 320px) !important; min-height: 300px; }
#chat .thought-group { background: transparent; border: 0; padding: 4px 0 0; margin: 0; }
#chat .thought-group .title { font-size: 12px; color: var(--quiet); }
#attach .row { align-items: start; }
#recognised { min-width: 0; }
.sheet { overflow-x: auto; max-height: 420px; }
.sheet table { border-collapse: collapse; width: 100%; font-size: 13px; }
.sheet th, .sheet td { text-align: left; vertical-align: top; padding: 5px 14px 5px 0;
  border-bottom: 1px solid var(--border-color-primary); white-space: pre-wrap; }
.sheet th { position: sticky; top: 0; background: var(--block-background-fill);
  font-weight: 500; color: var(--quiet); white-space: nowrap; }
.sheet td:last-child { min-width: 280px; }
/* There no sentence is last. */
#glance-latest td:last-child, #usage-limits-table td:last-child { min-width: 0; }
#glance-latest td:first-child { white-space: nowrap; }
.block.trouble { border-left: 3px solid var(--color-accent) !important; border-radius: 0 !important;
  padding: 2px 0 2px 10px !important; }
.trouble p { font-size: 13px; }

/* The stop icon takes the place of the send button, so the second half of a double click meets it:
   for the length of one it is not there to be clicked. */
@keyframes not-yet { from, to { pointer-events: none; } }
#question .stop-button, #compare-question .stop-button { animation: not-yet 0.5s; }

/* Metric cards: as many a row as fit, so that a phone wraps them cleanly. */
#cards .html-container, .sheet .html-container { padding: 0; }
.cards { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); }
.card { padding: 12px 14px; border: 1px solid var(--border-color-primary);
  border-radius: var(--radius-lg); background: var(--block-background-fill); }
/* Money in two currencies is long; on a phone it wraps. */
@media (min-width: 700px) { .card:last-child { grid-column: span 2; } }
.card .name { font-size: 12px; color: var(--quiet); }
.card .figure { font-size: 22px; font-variant-numeric: tabular-nums; margin-top: 2px; }
.cards-of { font-weight: 600; font-size: 13px; margin: 10px 0 6px; }
#full-usage { max-width: 260px; }
.chart-heading p { font-weight: 600; margin: 8px 0 0; }
"""
