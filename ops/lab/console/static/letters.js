// Of the table of dead letters: it stands still while letters are ticked, so that none is ticked or shown anew by itself.
(() => {
  "use strict";
  const table = document.getElementById("letters-table");
  const choosing = () => table.querySelector("input[name=id]:checked") !== null;
  const still = (event) => {
    if (event.target === table && choosing()) event.preventDefault();
  };
  document.addEventListener("htmx:beforeRequest", still);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target === table && choosing() && event.detail.xhr.status < 300) event.detail.shouldSwap = false;
  });
  document.addEventListener("change", () => {
    document.getElementById("choosing").hidden = !choosing();
  });
  document.getElementById("tick-shown")?.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll("input[name=id]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
    document.getElementById("choosing").hidden = !choosing();
  });
  // What was shown is done: it must not be done a second time, and the table may go on.
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.verb !== "post" || !event.detail.successful) return;
    if (!event.detail.elt.closest("#plan")) return;
    document.getElementById("plan").replaceChildren();
    for (const box of table.querySelectorAll("input[name=id]:checked")) box.checked = false;
    document.getElementById("choosing").hidden = true;
  });
})();
