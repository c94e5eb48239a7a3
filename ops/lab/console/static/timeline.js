// Page of the timeline: lanes of alarms and marks of what was done, beside the charts that plots.js draws.
(() => {
  "use strict";
  const { make, table, clock } = labPlots;
  const root = document.getElementById("timeline");
  const SIGNS = { action: "▲", deployment: "◆", drill: "●" };
  const STATES = { OK: "OK", ALARM: "ALARM", INSUFFICIENT_DATA: "unknown", GAP: "not known" };
  const LEAST_ROOM = 60; // pixels
  let latest = null;

  // A piece of a lane between two times, where it lies within the range.
  function piece([from, to], begins, ends, options) {
    const left = Math.max(begins, from);
    const right = Math.min(ends, to);
    if (right < left || right < from || left > to) return null;
    const share = (right - left) / (to - from);
    // A word that has no room would be taken for another one.
    const room = ends === begins || share * root.clientWidth >= LEAST_ROOM;
    const element = make("span", { ...options, text: room ? options.text : "" });
    element.style.left = `${(100 * (left - from)) / (to - from)}%`;
    if (ends > begins) element.style.width = `${100 * share}%`;
    return element;
  }

  function lane(each, range) {
    const bands = each.states.map(([begins, state], at) => {
      const ends = each.states[at + 1]?.[0] ?? latest.to;
      const text = state === "ALARM" ? "ALARM" : "";
      return piece(range, begins, ends, { text, className: state.toLowerCase(), title: `${STATES[state] ?? state} ${clock(begins)} to ${clock(ends)}` });
    });
    const raised = each.now === "ALARM";
    return make("div", { className: "lane" },
      make("p", {}, make("b", { text: each.alarm }), make("span", { text: `${raised ? "▲ " : ""}${STATES[each.now] ?? each.now} now`, className: raised ? "bad" : "soft" })),
      make("div", { className: "strip states", role: "img", "aria-label": `${each.alarm}: ${inWords(each)}` }, ...bands.filter(Boolean)));
  }

  const inWords = (each) => each.states.map(([at, state], index) => `${STATES[state] ?? state} ${index ? `from ${clock(at)}` : "at first"}`).join(", ");

  function alarms(range) {
    const open = latest.lanes.filter((each) => each.noteworthy);
    const folded = latest.lanes.filter((each) => !each.noteworthy);
    root.querySelector(".lanes").replaceChildren(...open.map((each) => lane(each, range)));
    const none = root.querySelector(".alarms .none");
    none.hidden = open.length > 0;
    none.textContent = latest.lanes.length ? "No alarm was raised in this span." : "The app has no alarms, or they have not been read yet.";
    const steady = root.querySelector(".steady");
    steady.hidden = !folded.length;
    steady.querySelector("summary").textContent = `${folded.length} other alarms were not raised`;
    steady.querySelector("ul").replaceChildren(...folded.map((each) => make("li", { text: `${each.alarm}: ${inWords(each)}` })));
    const changes = root.querySelector(".changes");
    changes.hidden = !open.length;
    const rows = open.flatMap((each) => each.states.slice(1).map(([at, state]) => [at, each.alarm, STATES[state] ?? state]));
    rows.sort((a, b) => b[0] - a[0]);
    changes.querySelector(".wide").replaceChildren(table("the newest first", ["time", "alarm", "became"], rows.map(([at, ...rest]) => [clock(at), ...rest])));
  }

  function done(range) {
    const signs = latest.marks.map((each) =>
      piece(range, each.at, each.at, { text: SIGNS[each.kind], className: `${each.kind}${each.failed ? " failed" : ""}`, title: `${clock(each.at)} ${each.title}: ${each.detail}` }));
    root.querySelector(".strip.marks").replaceChildren(...signs.filter(Boolean));
    const bands = latest.stretches.filter((each) => each.kind !== "calm").map((each) =>
      piece(range, each.from, each.to, { text: each.title, className: each.kind, title: each.title }));
    root.querySelector(".strip.drills").replaceChildren(...bands.filter(Boolean));
    const count = latest.marks.length;
    root.querySelector(".happened .count").textContent = count ? `${count} thing${count === 1 ? "" : "s"}` : "Nothing";
    const rows = [...latest.marks].reverse().map((each) =>
      [clock(each.at), `${SIGNS[each.kind]} ${each.kind}`, each.title, `${each.failed ? "✗ " : ""}${each.detail}`]);
    root.querySelector(".happened .list").replaceChildren(table("the newest first", ["time", "kind", "what", "how it ended"], rows));
  }

  const group = labPlots.group(root, "timeline", (range) => {
    if (!latest) return;
    alarms(range);
    done(range);
  });
  labPlots.follow(root, (data) => {
    latest = data;
    group.show(data, (chart) => ({ ...chart, times: data.times, fresh: data.fresh }));
  });
})();
