"""Playing the optimisation in the browser: a slider and a button, no trip to the server."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

_HTML = """
<div class="player">
  <img alt="">
  <p aria-live="off"></p>
  <div class="row">
    <button type="button">Play</button>
    <input type="range" min="0" step="1" aria-label="Step of the optimisation">
  </div>
</div>
"""
_CSS = """
.player { display: grid; gap: 0.5rem; max-width: 20rem; font-family: var(--st-font);
  color: var(--st-text-color); }
.player img { width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated;
  border-radius: 0.5rem; background: #000; }
.player p { margin: 0; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.row { display: flex; gap: 0.75rem; align-items: center; }
.row input { flex: 1; min-width: 0; accent-color: var(--st-primary-color); height: 1.5rem; }
.row button { font: inherit; color: inherit; padding: 0.375rem 1rem; min-width: 5rem;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: 0.5rem;
  background: transparent; cursor: pointer; }
.row button:hover { border-color: var(--st-primary-color); }
.row :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_JS = """
const states = new WeakMap();
export default function ({ data, parentElement }) {
  const find = name => parentElement.querySelector(name);
  const image = find('img'), words = find('p'), button = find('button'), range = find('input');
  const before = states.get(parentElement);
  const same = before && before.name === data.name && before.frames.join() === data.frames.join();
  if (before) clearInterval(before.timer);
  const fresh = { ...data, timer: 0, playing: false, at: data.frames.length - 1 };
  const state = same ? before : fresh;
  states.set(parentElement, state);
  const last = data.frames.length - 1;
  const show = at => {
    state.at = at;
    image.src = data.frames[at];
    image.alt = `${data.name}, picture ${at + 1} of ${last + 1}`;
    words.textContent = `Picture ${at + 1} of ${last + 1} of the optimisation`;
    range.value = String(at);
    range.setAttribute('aria-valuetext', `picture ${at + 1} of ${last + 1}`);
  };
  const stop = () => {
    clearInterval(state.timer);
    state.playing = false;
    button.textContent = 'Play';
  };
  const play = () => {
    clearInterval(state.timer);
    state.playing = true;
    button.textContent = 'Pause';
    state.timer = setInterval(step, Math.max(120, Math.min(400, 4000 / (last + 1))));
  };
  const step = () => {
    if (state.at >= last) stop(); else show(state.at + 1);
  };
  range.max = String(last);
  range.oninput = () => { stop(); show(Number(range.value)); };
  button.onclick = () => {
    if (state.playing) { stop(); return; }
    if (state.at >= last) show(0);
    play();
  };
  show(state.at);
  // A page that is live is drawn again every second: what plays goes on.
  if (state.playing) play(); else stop();
  return () => clearInterval(state.timer);
}
"""
_component = st.components.v2.component(
    "ppml_inversion_player", html=_HTML, css=_CSS, js=_JS, isolate_styles=True
)


def player(frames: Sequence[str], *, name: str, key: str) -> None:
    """``frames`` are data URIs, first to last. It starts at the last one and plays only when
    asked to, so nothing moves by itself."""
    _component(key=key, data={"frames": list(frames), "name": name})
