"""Site of somebody hostile, open in another tab: what its page tries, and what came of each try."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# Each try ends with "refused", or with what it read. A form's answer is of no use to its sender: whether it
# did anything, the lab tells.
_PAGE = """<!doctype html><title>A free gift</title><body><script>
const CONSOLE = %(console)s, CHANGES = %(changes)s, READS = %(reads)s;
const FORMS = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"];
const outcomes = {};
const silence = () => new Promise((_, failed) => setTimeout(() => failed(new Error("silence")), 8000));
const soon = (work) => Promise.race([work, silence()]);
const attempt = async (name, work) => {
  try { outcomes[name] = (await soon(work())) || "refused"; } catch (error) { outcomes[name] = "refused"; }
  window.tried = name;
};
const send = (url, options) => fetch(url, { credentials: "include", ...options });
const text = async (url, options) => (await send(url, options)).text();
const form = (url, enctype) => {
  const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);
  const frame = make("iframe", { name: "f" + Math.random() });
  const form = make("form", { method: "post", action: url, enctype, target: frame.name });
  const field = make("input", { name: "mode", value: "none" });
  form.append(field);
  document.body.append(frame, form);
  return new Promise((done) => { frame.onload = () => done(reading(frame.contentWindow)); form.submit(); });
};
const reading = (seen) => { try { return seen.document.body.innerText.trim(); } catch { return ""; } };
const loaded = (tag, name, url) => new Promise((done, failed) => {
  const element = document.createElement(tag);
  element.onload = () => done(tag + " loaded " + url);
  element.onerror = failed;
  if (tag === "link") element.rel = "stylesheet";
  element[name] = url;
  document.body.append(element);
});
(async () => {
  for (const path of CHANGES) {
    const url = CONSOLE + path;
    // The kinds of forms differ in nothing that the console looks at: all of them at one route.
    for (const enctype of path === CHANGES[0] ? FORMS : FORMS.slice(0, 1))
      await attempt("form " + enctype + path, () => form(url, enctype));
    await attempt("no-cors" + path, () => text(url, { method: "POST", mode: "no-cors", body: "mode=none" }));
    const body = new URLSearchParams({ mode: "none" });
    await attempt("cors" + path, () => text(url, { method: "POST", body }));
    await attempt("token" + path, () => text(url, { method: "POST", headers: { "X-Lab-Token": "guess" } }));
    navigator.sendBeacon(url, body);
  }
  for (const path of READS) {
    const url = CONSOLE + path;
    await attempt("read" + path, () => text(url));
    await attempt("opaque" + path, () => text(url, { mode: "no-cors" }));
    await attempt("htmx" + path, () => text(url, { headers: { "HX-Request": "true" } }));
    await attempt("frame" + path, () => new Promise((done) => {
      const frame = Object.assign(document.createElement("iframe"), { src: url });
      frame.onload = () => done(reading(frame.contentWindow));
      document.body.append(frame);
    }));
  }
  await attempt("script", () => loaded("script", "src", CONSOLE + "/static/console.js"));
  await attempt("style", () => loaded("link", "href", CONSOLE + "/static/frame.css"));
  await attempt("feed", () => new Promise((done, failed) => {
    const feed = new EventSource(CONSOLE + "/feed");
    feed.addEventListener("look", (event) => done(event.data));
    feed.onerror = failed;
  }));
  await attempt("socket", () => new Promise((done, failed) => {
    const socket = new WebSocket(CONSOLE.replace("http", "ws") + "/feed");
    socket.onopen = () => done("open");
    socket.onerror = failed;
  }));
  await attempt("window", async () => {
    const opened = window.open(CONSOLE + "/#token=of-the-attacker", "lab");
    await new Promise((done) => setTimeout(done, 1500));
    try { return opened.document.body.innerText; } catch { /* another origin */ }
    try { return opened.localStorage.getItem("lab-token"); } catch { return ""; }
  });
  window.outcomes = outcomes;
})();
</script>"""


@contextmanager
def hostile_site(console: str, changes: Sequence[str], reads: Sequence[str]) -> Iterator[int]:
    """Serve it on a free port of 127.0.0.1. `window.outcomes` of its page is set once all was tried, and
    `window.tried` names the last try."""
    tries = {"console": console, "changes": list(changes), "reads": list(reads)}
    page = (_PAGE % {name: json.dumps(value) for name, value in tries.items()}).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Nothing: it is seen by what the browser says."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
