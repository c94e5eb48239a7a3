// Behind the curves of a chart, in reports and in the console: what was in force when, and what was done. A global
// of the page, as uPlot is.
const labBackdrop = (() => {
  "use strict";
  const HATCH = 7;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  // Slanted lines, which tell a fault from its repair without any colour.
  function hatch(ctx, left, top, width, height) {
    const step = HATCH * devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.strokeStyle = css("fault-line");
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    for (let x = left - height; x < left + width; x += step) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }

  // `stretches` are [kind, from, to], `marks` times, of the plot's axis of time; what lies outside is left out.
  return (plot, stretches, marks) => {
    const { ctx, bbox } = plot;
    const right = bbox.left + bbox.width;
    const place = (at) => plot.valToPos(at, "x", true);
    const x = (at) => Math.max(bbox.left, Math.min(place(at), right));
    ctx.save();
    for (const [kind, from, to] of stretches) {
      if (kind === "calm" || x(to) <= x(from)) continue;
      ctx.fillStyle = css(kind);
      ctx.fillRect(x(from), bbox.top, x(to) - x(from), bbox.height);
      if (kind === "fault") hatch(ctx, x(from), bbox.top, x(to) - x(from), bbox.height);
    }
    ctx.strokeStyle = css("soft");
    ctx.globalAlpha = 0.7;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    for (const at of marks) {
      if (place(at) < bbox.left || place(at) > right) continue;
      ctx.moveTo(place(at), bbox.top);
      ctx.lineTo(place(at), bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
  };
})();
