// The buttons that copy a runbook's commands.
(() => {
  "use strict";
  const SECONDS = 2;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const commands = button.parentElement.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(commands);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => { button.textContent = "Copy"; }, SECONDS * 1000);
  });
})();
