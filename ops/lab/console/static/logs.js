// Of the logs: the tail stops while it is paused, keeps its newest lines, and stays at its end.
(() => {
  "use strict";
  const MOST_LINES = 500;
  const tail = document.getElementById("tail");
  const pause = document.getElementById("tail-pause");
  const state = document.getElementById("tail-state");
  let paused = false;
  let atEnd = true;

  const tell = () => {
    const lines = tail.getElementsByClassName("line").length;
    const text = `${lines} ${lines === 1 ? "line" : "lines"}${lines === MOST_LINES ? ", the newest" : ""}${paused ? "; paused" : ""}`;
    if (state.textContent !== text) state.textContent = text;
  };
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Resume" : "Pause";
    tell();
  });
  document.getElementById("tail-clear").addEventListener("click", () => {
    tail.replaceChildren();
    tell();
  });
  tail.addEventListener("scroll", () => {
    atEnd = tail.scrollHeight - tail.scrollTop - tail.clientHeight < 40;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "tail-more") return;
    const first = document.getElementById("tail-after").value === "";
    if (paused || first) event.preventDefault(); // the form asks first
  });
  const settle = () => {
    const lines = tail.getElementsByClassName("line");
    while (lines.length > MOST_LINES) lines[0].remove();
    if (atEnd) tail.scrollTop = tail.scrollHeight;
    tell();
  };
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("htmx:oobAfterSwap", settle);
})();
