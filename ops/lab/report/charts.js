// Draws the charts of a report: one time axis for all, phases behind, steps as dashed lines. Legends are in the
// page: they show how each curve ended, and while the pointer is in a chart, the values at that second.
(() => {
  "use strict";
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const GUTTER = 56;
  const HEIGHT = { chart: 170, low: 110 };
  let drawn = [];

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name.replaceAll("_", "-")}`).trim();
  const dashes = (name) => (plots.dashes[name] ?? "").split(" ").filter(Boolean).map(Number);
  const shown = (value) => (value == null ? "–" : `${Math.round(value * 10) / 10}`);

  function legend(element, names) {
    const list = element.parentElement.querySelector(".legend");
    return (plot) => {
      const index = plot.cursor.idx;
      list.querySelector(".at").textContent = index == null ? "at the end" : `at ${plots.seconds[index].toFixed(1)} s`;
      for (const name of names) {
        const value = plots.values[name].at(index ?? -1);
        list.querySelector(`[data-value="${name}"]`).textContent = shown(value);
      }
    };
  }

  function draw(element) {
    const names = element.dataset.series.split(" ").filter((name) => plots.values[name]);
    element.replaceChildren();
    if (!names.length || !plots.seconds.length) {
      element.textContent = "no samples";
      return null;
    }
    const axis = {
      stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    const most = Math.max(...names.flatMap((name) => plots.values[name].map((value) => value ?? 0)));
    const options = {
      width: element.clientWidth,
      height: element.classList.contains("low") ? HEIGHT.low : HEIGHT.chart,
      padding: [6, 14, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "drill" }, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [0, plots.total] }, y: { range: [0, Math.max(4, most * 1.1)] } },
      axes: [
        { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
        { ...axis, size: GUTTER, space: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ],
      series: [
        {},
        ...names.map((name) => ({
          label: plots.titles[name], stroke: colour(name), width: 2, dash: dashes(name),
          points: { show: false }, spanGaps: "joined" in element.dataset,
        })),
      ],
      hooks: { drawClear: [(plot) => labBackdrop(plot, plots.bands, plots.marks.map(([at]) => at))], setCursor: [legend(element, names)] },
    };
    return new uPlot(options, [plots.seconds, ...names.map((name) => plots.values[name])], element);
  }

  function redraw() {
    for (const plot of drawn) plot?.destroy();
    drawn = [...document.querySelectorAll(".chart")].map(draw);
  }

  function printing(now) {
    document.documentElement.classList.toggle("printing", now);
    redraw();
  }

  redraw();
  new ResizeObserver(() => {
    for (const plot of drawn) {
      if (plot) plot.setSize({ width: plot.root.parentElement.clientWidth, height: plot.height });
    }
  }).observe(document.querySelector("main"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  addEventListener("beforeprint", () => printing(true));
  addEventListener("afterprint", () => printing(false));
})();
