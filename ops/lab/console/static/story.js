// Of a story: it is not asked for again while a person has a log line open, which would close it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const byItself = event.detail.elt.id === "story";
  if (byItself && event.detail.elt.querySelector("details[open]")) event.preventDefault();
});
