// Draws the charts of a report: one time axis for all, phases behind, steps as dashed lines.
(() => {
  "use strict";
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const GUTTER = 56;
  const HEIGHT = { chart: 190, low: 130 };
  let drawn = [];

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name.replaceAll("_", "-")}`).trim();

  function background(plot) {
    const { ctx, bbox } = plot;
    const x = (seconds) => plot.valToPos(seconds, "x", true);
    ctx.save();
    for (const [kind, begins, ends] of plots.bands) {
      if (kind === "calm") continue;
      ctx.fillStyle = colour(kind);
      ctx.fillRect(x(begins), bbox.top, x(ends) - x(begins), bbox.height);
    }
    ctx.strokeStyle = colour("soft");
    ctx.globalAlpha = 0.5;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    for (const [at] of plots.marks) {
      ctx.moveTo(x(at), bbox.top);
      ctx.lineTo(x(at), bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
  }

  function draw(element) {
    const names = element.dataset.series.split(" ").filter((name) => plots.values[name]);
    if (!names.length || !plots.seconds.length) {
      element.textContent = "no samples";
      return null;
    }
    const axis = { stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
    const most = Math.max(...names.flatMap((name) => plots.values[name].map((value) => value ?? 0)));
    const options = {
      width: element.clientWidth,
      height: element.classList.contains("low") ? HEIGHT.low : HEIGHT.chart,
      padding: [6, 14, 0, 0],
      cursor: { sync: { key: "drill" }, points: { size: 6 }, drag: { x: false, y: false } },
      scales: { x: { time: false, range: [0, plots.total] }, y: { range: [0, Math.max(4, most * 1.1)] } },
      axes: [
        { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
        { ...axis, size: GUTTER, space: 28, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ],
      series: [
        { label: "at", value: (_, seconds) => (seconds == null ? "" : `${seconds.toFixed(1)} s`) },
        ...names.map((name) => ({
          label: plots.titles[name], stroke: colour(name), width: 1.75, points: { show: false },
          spanGaps: "joined" in element.dataset,
          value: (_, value) => (value == null ? "" : `${Math.round(value * 10) / 10}`),
        })),
      ],
      hooks: { drawClear: [background] },
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
