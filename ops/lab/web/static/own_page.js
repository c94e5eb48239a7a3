// Of every page: the token of this start, which goes with each request, and what a server refused.
(() => {
  "use strict";
  const KEY = "lab-token";

  // The token comes behind # of the address that the command prints, and stays in this browser. One that
  // the server does not know, of a link on another site say, does not take the place of one that it knows.
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    history.replaceState(null, "", location.pathname + location.search);
    if (!localStorage.getItem(KEY)) localStorage.setItem(KEY, given);
    fetch("/token", { method: "POST", headers: { "X-Lab-Token": given } })
      .then((answer) => answer.ok && localStorage.setItem(KEY, given));
  }
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-Lab-Token"] = localStorage.getItem(KEY) ?? "";
  });
  // A problem stands until the next thing is tried.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") document.getElementById("problem").replaceChildren();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 403) return;
    event.detail.shouldSwap = false;
    const refusal = event.detail.xhr.responseText, place = document.getElementById("problem");
    if (place.querySelector(".refused")?.textContent === refusal) return; // a reader says it once
    const text = document.createElement("p");
    text.className = "problem refused";
    text.textContent = refusal;
    place.replaceChildren(text);
  });

  // A look leaves open what a person has opened.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");
})();
