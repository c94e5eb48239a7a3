// Page of the dashboard: its metric widgets, as charts by plots.js or as numbers.
(() => {
  "use strict";
  const { make, table, clock, shown } = labPlots;
  const root = document.getElementById("dashboard");
  const numbers = new Map([...root.querySelectorAll("[data-numbers]")].map((each) => [each.dataset.numbers, each]));

  // The newest value of a line, and when its period began.
  function last(line, times) {
    const at = line.values.findLastIndex((value) => value != null);
    return at < 0 ? [null, null] : [line.values[at], times[at]];
  }

  function tell(element, data) {
    const values = element.querySelector(".values");
    if (data.problem || !data.series.length) {
      values.replaceChildren(make("p", { text: data.empty, className: data.problem ? "warn" : "soft" }));
    } else if (element.dataset.view === "singleValue") {
      values.replaceChildren(...data.series.map((line) => {
        const [value, at] = last(line, data.times);
        return make("dl", {}, make("dt", { text: line.label }), make("dd", { text: shown(value) }),
          make("dt", { text: at == null ? "no data" : `at ${clock(at)}` }));
      }));
    } else {
      const rows = data.series.map((line) => {
        const [value, at] = last(line, data.times);
        return [line.label, shown(value), at == null ? "–" : clock(at)];
      });
      const name = element.querySelector("h2").textContent;
      values.replaceChildren(make("div", { className: "wide", tabindex: 0, role: "region", "aria-label": name },
        table("the newest values", ["metric", "value", "at"], rows)));
    }
  }

  const group = labPlots.group(root, "dashboard");
  labPlots.follow(root, (data) => {
    // Deployed anew: other widgets, or other resources behind them.
    if (data.version !== root.dataset.version) {
      location.reload();
      return;
    }
    group.show(data);
    for (const each of data.charts) if (numbers.has(each.key)) tell(numbers.get(each.key), each);
  });
})();
