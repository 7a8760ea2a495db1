"""The rules of style of Gradio's compare page."""

COMPARE_CSS = """
/* As many columns side by side as can be read; five and six make two rows of three. */
#compare-panes { display: grid; gap: 12px; grid-template-columns: repeat(auto-fit,
  minmax(min(100%, 260px), 1fr)); --pane: max(260px, calc(100dvh - 470px)); }
#compare-panes:has(> .compare-pane:nth-child(5)) { --pane: max(240px, calc(50dvh - 250px));
  grid-template-columns: repeat(auto-fit, minmax(max(260px, 30%), 1fr)); }
/* Heads of one row are equally high, whatever stands in them, so that answers begin level. */
.compare-pane { min-width: 0 !important; display: grid !important; grid-row: span 3;
  grid-template-rows: subgrid; grid-template-columns: minmax(0, 1fr); row-gap: 6px; }
.compare-head { flex-wrap: nowrap !important; align-items: start; gap: 8px; min-height: 30px; }
.compare-name, .compare-name .html-container { padding: 0 !important; }
.compare-edit, .compare-stop { flex: none !important; }
.compare-name { min-width: 0; }
.head { border-left: 3px solid transparent; padding-left: 8px; font-size: 13px; line-height: 1.5;
  overflow-wrap: anywhere; }
.head.chosen { border-color: var(--color-accent); }
.head .mark { font-size: 11px; padding: 1px 6px; border-radius: 8px; color: var(--quiet);
  background: var(--border-color-primary); white-space: nowrap; }
.head .settings, .head .refused { font-size: 12px; color: var(--quiet); }
.head .refused summary, .head .trouble { color: var(--body-text-color); cursor: pointer;
  font-size: 12px; }
.head .refused summary { list-style: none; }
.head .refused summary::before { content: '⚠ '; }
.head .refused ul { margin: 2px 0 0 16px; list-style: disc; }
/* The left side belongs to the page that is looked at. */
body:has([data-tab-id=compare][aria-selected=true]) .room-chat,
body:not(:has([data-tab-id=compare][aria-selected=true])) .room-compare { display: none; }
#compare-columns label { font-size: 12.5px; padding: 6px 10px; flex: 1 1 100%; }
.compare-chat .top-panel, .compare-chat .user-row .message-buttons-right,
.compare-chat .thought + .message-buttons-left { display: none; }
.compare-chat .message-row.panel { padding: 8px 12px; margin: 0; }
.compare-chat .user-row .message { padding-bottom: 0 !important; margin-bottom: 0 !important; }
.compare-chat .message-buttons-left { margin: 2px 0; }
.compare-chat .prose { font-size: 14px; }
.compare-chat .placeholder { padding: 12px; text-align: center; }
.compare-chat .thought-group { background: transparent; border: 0; padding: 0; margin: 0; }
.compare-chat .thought-group .title { font-size: 12px; color: var(--quiet); }
.compare-chat { height: var(--pane) !important; min-height: 0; }
.compare-foot { flex-wrap: nowrap !important; align-items: center; min-height: 28px; }
#vote-bar { gap: 8px; }
#vote-bar { position: sticky; bottom: 0; z-index: 2; padding: 4px 0;
  background: var(--body-background-fill); }
#vote-bar button::after { font-size: 11px; color: var(--quiet); margin-left: 6px; padding: 0 5px;
  border: 1px solid var(--border-color-primary); border-radius: 4px; }
#vote-left::after { content: 'A'; }
#vote-right::after { content: 'B'; }
#vote-tie::after { content: 'T'; }
#vote-both-bad::after { content: 'X'; }
#vote-reveal::after { content: none; }
#compare-options { align-items: center; gap: 16px; }
#compare-diff-text .note { font-size: 12px; color: var(--quiet); margin: 0 0 6px; }
.diff { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit,
  minmax(min(100%, 280px), 1fr)); }
.side { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.6; font-size: 14px; }
.side ins, .side del { text-decoration: none; border-radius: 3px; }
.side ins { background: #dafbe1; color: #0a3622; }
.side del { background: #ffebe9; color: #58151c; }
.dark .side ins { background: #12421f; color: #d1f7dc; }
.dark .side del { background: #5d1a1a; color: #ffdcd7; }
#scoreboard-table h4 { margin: 12px 0 4px; }
#scoreboard-table .note { font-size: 12px; color: var(--quiet); margin: 4px 0; }
#scoreboard-table .warning { font-size: 13px; margin: 4px 0; padding-left: 10px;
  border-left: 3px solid var(--color-accent); }
.board td:first-child { overflow-wrap: anywhere; min-width: 180px; }
.board td.count { text-align: right; font-variant-numeric: tabular-nums; }
.board td:last-child { min-width: 0; }
.track { position: relative; height: 14px; min-width: 160px; }
.track .bar { position: absolute; top: 5px; height: 4px; border-radius: 2px;
  background: var(--color-accent); opacity: .55; }
.track .open-low { mask-image: linear-gradient(to right, transparent, black 40%); }
.track .open-high { mask-image: linear-gradient(to left, transparent, black 40%); }
.track .dot { position: absolute; top: 2px; width: 10px; height: 10px; margin-left: -5px;
  border-radius: 50%; background: var(--color-accent); }
@media (max-width: 640px) {
  #compare-panes { --pane: auto !important; }
  #vote-bar button::after { content: none; }
  #compare-options > * { min-width: 40% !important; }
  #compare-scroll { display: none; }
  #compare-told { min-width: 100% !important; }
}
"""
