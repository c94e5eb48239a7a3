// Of every page: the token of this start, the feed that says when to look again, and what is so with both.
(() => {
  "use strict";
  const KEY = "lab-token";

  // The token comes behind # of the address that `lab console` prints, and stays in this browser. One that
  // the console does not know, of a link on another site say, does not take the place of one that it knows.
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    history.replaceState(null, "", location.pathname + location.search);
    if (!localStorage.getItem(KEY)) localStorage.setItem(KEY, given);
    fetch("/token", { method: "POST", headers: { "X-Lab-Token": given } })
      .then((answer) => answer.ok && localStorage.setItem(KEY, given));
  }
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-Lab-Token"] = localStorage.getItem(KEY) ?? "";
  });
  // A problem stands until the next thing is tried.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") document.getElementById("problem").replaceChildren();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 403) return;
    const text = document.createElement("p");
    text.className = "problem";
    text.textContent = event.detail.xhr.responseText;
    document.getElementById("problem").replaceChildren(text);
    event.detail.shouldSwap = false;
  });

  // A look leaves open what a person has opened.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");

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
