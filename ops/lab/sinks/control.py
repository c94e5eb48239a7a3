"""Control server of the sinks: plain HTTP on 127.0.0.1, for `lab sinks` and scenarios alone.

GET /access, GET /status, GET /received/SINK?after=N, PUT /failures/SINK, DELETE /failures[/SINK],
DELETE /received.
"""

import json
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ops.lab.sinks.access import HOST, Access, SinkName, bound
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import LocalSinks, Sink


class ControlServer:
    """Listens within the context."""

    def __init__(self, sinks: LocalSinks, port: int = 0) -> None:
        self._server = ThreadingHTTPServer((HOST, port), _ControlHandler, bind_and_activate=False)
        self._server.socket.close()
        self._server.socket = bound(port)
        self._server.daemon_threads = True
        self.port = int(self._server.socket.getsockname()[1])
        access = sinks.access(self.port)
        self._server.RequestHandlerClass = type(
            "Handler", (_ControlHandler,), {"all": sinks, "access": access}
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "ControlServer":
        self._server.server_activate()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def status_of(sink: Sink) -> dict[str, Any]:
    """Its port, its counts, and how it fails now: null where it is well."""
    failure = sink.failures.current
    counts = asdict(sink.ledger.counts())
    return {"port": sink.port, **counts, "failure": None if failure is None else asdict(failure)}


class _ControlHandler(BaseHTTPRequestHandler):
    all: LocalSinks
    access: Access

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        match place.path.strip("/").split("/"):
            case ["access"]:
                self._send(200, asdict(self.access))
            case ["status"]:
                self._send(200, {name.value: status_of(sink) for name, sink in self.all.sinks.items()})
            case ["received", name] if name in self.all.sinks:
                after = int(parse_qs(place.query).get("after", ["0"])[0])
                arrivals = self.all.sinks[SinkName(name)].ledger.arrivals(after)
                self._send(200, [asdict(arrival) for arrival in arrivals])
            case _:
                self._not_found()

    def do_PUT(self) -> None:
        match self.path.strip("/").split("/"):
            case ["failures", name] if name in self.all.sinks:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                failure = SinkFailure(FailureKind(told["kind"]), told["delaySeconds"])
                self.all.sinks[SinkName(name)].failures.fail(failure, told["forSeconds"])
                self._send(200, status_of(self.all.sinks[SinkName(name)]))
            case _:
                self._not_found()

    def do_DELETE(self) -> None:
        match self.path.strip("/").split("/"):
            case ["failures"]:
                chosen = list(self.all.sinks.values())
            case ["received"]:
                for sink in self.all.sinks.values():
                    sink.ledger.forget()
                chosen = []
            case ["failures", name] if name in self.all.sinks:
                chosen = [self.all.sinks[SinkName(name)]]
            case _:
                self._not_found()
                return
        for sink in chosen:
            sink.failures.heal()
        self._send(200, {})

    def _not_found(self) -> None:
        self._send(404, {"error": f"no resource {self.path}"})

    def _send(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """A request every second is nothing to log."""
