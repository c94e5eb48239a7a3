// Of every page: the feed that says when to look again, and what is so with it.
(() => {
  "use strict";
  const tell = (text) => {
    const line = document.getElementById("connection");
    line.hidden = text === "";
    if (line.textContent !== text) line.textContent = text;
  };

  let source = null;
  const listen = () => {
    source = new EventSource("/feed");
    source.addEventListener("look", (event) => {
      const look = JSON.parse(event.data);
      tell(look.problem && [`Not up to date: ${look.problem}.`, look.hint && `${look.hint}.`, "This page goes on by itself."]
        .filter(Boolean).join(" "));
      document.body.dispatchEvent(new CustomEvent("lab:look", { detail: look }));
    });
    // The browser tries again by itself, every few seconds.
    source.onerror = () => tell("The console does not answer. Start it again: lab console. This page goes on by itself.");
  };
  // A page that nobody sees asks for nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      listen();
    }
  });
  if (!document.hidden) listen(); // the script is deferred: the document is there
})();
