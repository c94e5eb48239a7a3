// Of a room's pages: they look again every two seconds, their clocks tick in between, and files are saved.
(() => {
  "use strict";
  const EVERY = 2000;
  // A page that nobody sees asks for nothing.
  const look = () => document.hidden || document.body.dispatchEvent(new CustomEvent("room:look"));
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);

  const tell = (text) => {
    const line = document.getElementById("connection");
    line.hidden = text === "";
    if (line.textContent !== text) line.textContent = text;
  };
  document.addEventListener("htmx:sendError", () =>
    tell("The room does not answer. Start it again: lab room serve. It has every card; this page goes on by itself."));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    tell("");
    // The page has its token again.
    if (event.detail.requestConfig.verb === "get" && event.detail.xhr.status === 200 && document.querySelector("#problem .refused"))
      document.getElementById("problem").replaceChildren();
    if (event.detail.requestConfig.verb === "post") look();
  });

  // What the server said last, and when this page heard it.
  const heard = new WeakMap();
  const shown = (seconds) => {
    const whole = Math.floor(Math.abs(seconds)), pad = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    const text = hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
    return seconds <= -1 ? `-${text}` : text;
  };
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-ticks]")) {
      const said = clock.dataset.seconds;
      if (heard.get(clock)?.said !== said) heard.set(clock, { said, at: performance.now() });
      const passed = (performance.now() - heard.get(clock).at) / 1000;
      const text = shown(Number(said) + (clock.dataset.ticks === "up" ? passed : -passed));
      if (clock.textContent !== text) clock.textContent = text;
    }
  }, 250);

  // A link would go without the token.
  document.addEventListener("click", async (event) => {
    const path = event.target.closest("[data-download]")?.dataset.download;
    if (!path) return;
    const answer = await fetch(path, { headers: { "X-Lab-Token": localStorage.getItem("lab-token") ?? "" } }).catch(() => null);
    if (!answer?.ok) return tell(answer ? await answer.text() : "The room does not answer.");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = path.slice(1).replace("export", "room");
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
