// Charts that share one axis of time: drawn, read on, zoomed and pointed at together. A page calls labPlots.group.
window.labPlots = (() => {
  "use strict";
  const HEIGHT = 170;
  const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [1, 5]];
  const COLOURS = 6;
  const ROWS = 40; // of a table: more are taken together
  const LEAST_SECONDS = 5; // that one can zoom to

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const narrow = () => matchMedia("(max-width: 620px)").matches;
  const gutter = () => (narrow() ? 40 : 56);
  const edge = () => (narrow() ? 6 : 14);
  const clock = (at) => new Date(at * 1000).toLocaleTimeString("en-GB");
  const shown = (value) =>
    value == null ? "–" : Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en-GB")
      : `${Math.round(value * 10) / 10}`;

  // An element with its text, classes and children; text is never taken for markup.
  function make(tag, { text, className, ...rest } = {}, ...children) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    for (const [name, value] of Object.entries(rest)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  function table(caption, heads, rows) {
    const cell = (value, at) => make(at ? "td" : "th", { text: value, ...(at ? {} : { scope: "row" }) });
    return make("table", {},
      make("caption", { text: caption }),
      make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { text, scope: "col" })))),
      make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))));
  }

  function swatch(index) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [name, value] of Object.entries({ width: 26, height: 8, "aria-hidden": "true" })) svg.setAttribute(name, value);
    const stroke = { x1: 0, y1: 4, x2: 26, y2: 4, stroke: `var(--curve-${index % COLOURS})`, "stroke-width": 2.5,
      "stroke-dasharray": DASHES[index % DASHES.length].join(" ") };
    for (const [name, value] of Object.entries(stroke)) line.setAttribute(name, value);
    svg.append(line);
    return svg;
  }

  // One chart: `data` has times, series [{label, values, counts, axis}], words, unit; the group has the rest.
  class LabPlot {
    constructor(element, group) {
      this.element = element;
      this.group = group;
      this.canvas = element.querySelector(".canvas");
      this.plot = null;
      element.querySelector("details").addEventListener("toggle", () => this.tabulate());
    }

    show(data) {
      const before = this.data;
      this.data = data;
      const name = this.element.getAttribute("aria-label");
      this.canvas.setAttribute("aria-label", `${name}. ${data.words}`);
      this.element.querySelector(".words").textContent = data.words;
      const unit = this.element.querySelector(".unit");
      if (unit) unit.textContent = data.unit ?? "";
      const labels = (of) => of?.series.map((line) => `${line.label} ${line.axis ?? ""}`).join("\n");
      if (this.plot && labels(before) === labels(data)) this.plot.setData(this.columns(), true);
      else this.draw();
      this.tabulate();
    }

    columns() {
      return [this.data.times, ...this.data.series.map((line) => line.values)];
    }

    draw() {
      this.plot?.destroy();
      this.plot = null;
      this.canvas.replaceChildren();
      const data = this.data;
      this.legend();
      if (!data.series.some((line) => line.values.some((value) => value != null))) {
        this.canvas.append(make("p", { text: data.empty ?? "No data in this span" }));
        return;
      }
      this.plot = new uPlot(this.options(), this.columns(), this.canvas);
      this.point();
    }

    options() {
      const axis = { stroke: css("--soft"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false },
        font: "11px system-ui, sans-serif" };
      const right = this.data.series.some((line) => line.axis === "right");
      const scale = (side) => ({
        range: (_, least, most) => {
          const given = this.data.limits?.[side] ?? {};
          return [given.min ?? Math.min(0, least ?? 0), given.max ?? Math.max((most ?? 0) * 1.1, (given.min ?? 0) + 4)];
        },
      });
      const y = (side, at, rest) => ({ ...axis, scale: side, side: at, size: gutter(), space: 28, ...rest,
        values: (_, ticks) => ticks.map((tick) => (Math.abs(tick) >= 10000 ? `${tick / 1000}k` : `${tick}`)) });
      return {
        width: this.canvas.clientWidth,
        height: this.data.height ?? HEIGHT,
        padding: [6, right ? 0 : edge(), 0, 0],
        legend: { show: false },
        cursor: {
          sync: { key: this.group.name, filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
          points: { size: 6 },
          drag: { x: true, y: false, setScale: false, dist: 8 },
          bind: { dblclick: () => () => this.group.reset() },
        },
        scales: { x: { time: true, range: () => this.group.range }, left: scale("left"), ...(right ? { right: scale("right") } : {}) },
        axes: [
          { ...axis, size: 26, space: 60, values: (_, ticks) => ticks.map((tick) => clock(tick).slice(0, this.group.width > 900 ? 5 : 8)) },
          y("left", 3),
          ...(right ? [y("right", 1, { grid: { show: false } })] : []),
        ],
        series: [{}, ...this.data.series.map((line, index) => ({
          label: line.label, scale: line.axis === "right" ? "right" : "left", stroke: css(`--curve-${index % COLOURS}`),
          width: 2, dash: DASHES[index % DASHES.length], spanGaps: !!line.joined, points: { show: true, size: 5, filter: (plot, at) => isolated(plot.data[at]) },
        }))],
        hooks: {
          drawClear: [(plot) => this.group.behind(plot)],
          draw: [(plot) => this.annotate(plot)],
          setCursor: [() => this.point()],
          setSelect: [(plot) => this.selected(plot)],
        },
      };
    }

    selected(plot) {
      const { left, width } = plot.select;
      if (width < 8) return;
      const chosen = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      this.group.zoom(...chosen);
    }

    // Levels that a dashboard's body draws, each with its name in the legend.
    annotate(plot) {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.strokeStyle = css("--bad");
      ctx.setLineDash([6 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.lineWidth = devicePixelRatio;
      for (const level of this.data.levels ?? []) {
        const y = plot.valToPos(level.value, level.axis === "right" ? "right" : "left", true);
        if (y < bbox.top || y > bbox.top + bbox.height) continue;
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
      }
      ctx.restore();
    }

    legend() {
      this.values = this.data.series.map(() => make("b", { text: "–" }));
      this.at = make("li", { text: "now", className: "at" });
      const lines = this.data.series.map((line, index) =>
        make("li", {}, swatch(index), `${line.label}${line.axis === "right" ? " (right)" : ""} `, this.values[index]));
      const levels = (this.data.levels ?? []).map((level) => make("li", { text: `┄ ${level.label || "level"} ` }, make("b", { text: shown(level.value) })));
      this.element.querySelector(".legend").replaceChildren(...(lines.length ? [this.at, ...lines, ...levels] : []));
    }

    // The values under the pointer, wherever it is; without one, the last of each: of a depth only what is still so.
    point() {
      const index = this.plot?.cursor.idx;
      this.at.textContent = index == null ? "last" : clock(this.data.times[index]);
      this.data.series.forEach((line, at) => {
        this.values[at].textContent = shown(index == null ? this.last(line) : line.values[index]);
      });
    }

    last(line) {
      const at = line.values.findLastIndex((value) => value != null);
      const fresh = line.counts || !this.data.fresh || this.data.times[at] >= this.group.whole[1] - this.data.fresh;
      return at >= 0 && fresh ? line.values[at] : null;
    }

    tabulate() {
      const details = this.element.querySelector("details");
      if (!details.open || !this.data) return;
      const [from, to] = this.group.range;
      const inside = this.data.times.map((at, index) => [at, index]).filter(([at]) => at >= from && at <= to);
      const step = Math.max(1, Math.ceil(inside.length / ROWS));
      const rows = [];
      for (let at = 0; at < inside.length; at += step) {
        const part = inside.slice(at, at + step);
        rows.push([clock(part[0][0]), ...this.data.series.map((line) => shown(taken(line, part)))]);
      }
      const how = step === 1 ? "each period" : `${step} periods a row: sums of what is counted, else the greatest value`;
      details.querySelector(".wide").replaceChildren(
        table(how, ["from", ...this.data.series.map((line) => line.label)], rows.reverse()));
    }
  }

  function taken(line, part) {
    const values = part.map(([, index]) => line.values[index]).filter((value) => value != null);
    if (!values.length) return null;
    return line.counts ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  }

  // Where a line cannot be seen: values without one on either side.
  function isolated(values) {
    const found = [];
    values.forEach((value, at) => {
      if (value != null && values[at - 1] == null && values[at + 1] == null) found.push(at);
    });
    return found;
  }

  // The charts of a page: `name` for the pointer that they share, `changed` is called when their range is another.
  class LabPlotGroup {
    constructor(root, name, changed = () => {}) {
      this.root = root;
      this.name = name;
      this.changed = changed;
      this.whole = [Date.now() / 1000 - 900, Date.now() / 1000];
      this.chosen = null;
      this.marks = [];
      this.stretches = [];
      this.plots = new Map([...root.querySelectorAll("[data-plot]")].map((each) => [each.dataset.plot, new LabPlot(each, this)]));
      for (const button of root.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => this.step(button.dataset.zoom));
      new ResizeObserver(() => this.resize()).observe(root);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    }

    get range() { return this.chosen ?? this.whole; }
    get width() { return this.range[1] - this.range[0]; }

    show(data, of = (plot) => plot) {
      this.whole = [data.from, data.to];
      this.marks = data.marks ?? [];
      this.stretches = data.stretches ?? [];
      for (const each of data.charts) this.plots.get(each.key)?.show(of(each));
      this.tell();
    }

    zoom(from, to) {
      const least = Math.max(LEAST_SECONDS, to - from);
      const middle = (from + to) / 2;
      const [first, last] = this.whole;
      const begin = Math.max(first, Math.min(middle - least / 2, last - least));
      const end = Math.min(last, begin + least);
      this.chosen = end - begin >= last - first - 1 ? null : [begin, end];
      this.refresh();
    }

    step(how) {
      const [from, to] = this.range;
      const size = to - from;
      if (how === "reset") this.reset();
      else if (how === "in") this.zoom(from + size / 4, to - size / 4);
      else if (how === "out") this.zoom(from - size / 2, to + size / 2);
      else this.zoom(...[from, to].map((at) => at + (how === "later" ? size / 2 : -size / 2)));
    }

    reset() {
      this.chosen = null;
      this.refresh();
    }

    refresh() {
      for (const each of this.plots.values()) {
        each.plot?.setData(each.columns(), true);
        if (each.data) each.tabulate();
      }
      this.tell();
    }

    tell() {
      const [from, to] = this.range;
      const text = `${clock(from)} to ${clock(to)}${this.chosen ? ", zoomed" : ""}`;
      const line = this.root.querySelector(".range");
      // A span that goes on with the time is no news for who listens to the page.
      line.setAttribute("aria-live", this.chosen ? "polite" : "off");
      if (line.textContent !== text) line.textContent = text;
      for (const button of this.root.querySelectorAll("[data-zoom]")) {
        const way = button.dataset.zoom;
        const idle = !this.chosen && way !== "in";
        button.setAttribute("aria-disabled", idle ? "true" : "false");
      }
      this.changed(this.range);
    }

    resize() {
      for (const each of this.plots.values()) {
        const width = each.canvas.clientWidth;
        if (each.plot && width && width !== each.plot.width) each.plot.setSize({ width, height: each.plot.height });
      }
      this.changed(this.range);
    }

    redraw() {
      for (const each of this.plots.values()) if (each.data) each.draw();
    }

    // Where a drill's fault was in force, or repaired; and when something was done.
    behind(plot) {
      labBackdrop(plot, this.stretches.map(({ kind, from, to }) => [kind, from, to]), this.marks.map(({ at }) => at));
    }
  }

  // Asks `source` for JSON at first, and then at the looks of the console, not more often than the answer says.
  function follow(root, shown) {
    const stale = root.querySelector(".stale");
    let next = 0;
    let asking = false;
    const ask = async () => {
      if (asking || Date.now() < next) return;
      asking = true;
      try {
        const answer = await fetch(root.dataset.source, { headers: { "HX-Request": "true" } });
        const text = await answer.text();
        if (answer.ok) {
          const data = JSON.parse(text);
          next = Date.now() + (data.refresh - 0.2) * 1000;
          stale.hidden = true;
          shown(data);
        } else {
          const words = new DOMParser().parseFromString(text, "text/html").body.textContent.trim();
          tell(`Not up to date: ${words}`);
        }
      } catch {
        tell("Not up to date: the console does not answer. This page goes on by itself.");
      } finally {
        asking = false;
      }
    };
    const tell = (text) => {
      stale.hidden = false;
      if (stale.textContent !== text) stale.textContent = text;
      next = Date.now() + 2000;
    };
    document.body.addEventListener("lab:look", ask);
    ask();
  }

  return { group: (...args) => new LabPlotGroup(...args), follow, make, table, clock, shown };
})();
