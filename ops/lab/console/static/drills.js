// Beside the live part: who starts a drill is taken to it, and the list of runs asks for itself again once a
// drill has ended, and once its report is there.
(() => {
  "use strict";
  let before = null; // what is there at the page's beginning is in the list already
  const notice = () => {
    const { stage = "", report = "" } = document.getElementById("drill")?.dataset ?? {};
    const over = ["ended", "broken off"].includes(stage) ? `${stage} ${report}` : "";
    if (over && before !== null && over !== before) {
      document.body.dispatchEvent(new CustomEvent("lab:drill-ended"));
    }
    before = over;
  };
  notice();
  document.addEventListener("htmx:afterSettle", notice);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.detail.pathInfo.requestPath === "/drills/launch") {
      document.getElementById("progress").scrollIntoView({ block: "start" });
    }
  });
})();
