"""Load generator: every event once, over as many connections as told, and what it says of refusals."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ops.lab.bench.load import LoadAnswer, LoadGenerator, LoadOrder
from ops.lab.repository import REPOSITORY


@dataclass
class _Ingest:
    """An API that keeps what it is sent, and from which connection; it refuses the keys of `refused`."""

    url: str = ""
    keys: list[str] = field(default_factory=list)
    peers: set[Any] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


@pytest.fixture
def ingest() -> Iterator[_Ingest]:
    kept, lock = _Ingest(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            key = self.headers["idempotency-key"]
            with lock:
                kept.keys.append(key)
                kept.peers.add(self.client_address)
                kept.headers = dict(self.headers.items())
            assert (self.path, body["orderId"]) == ("/live/events", key)
            self.send_response(429 if key in kept.refused else 202)
            self.send_header("content-length", "9")
            self.end_headers()
            self.wfile.write(b"slow down")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}/live/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


def _order(ingest: _Ingest, **more: Any) -> LoadOrder:
    values: dict[str, Any] = {"url": ingest.url, "headers": {}, "run": "run-a", "events": 20, "clients": 4}
    return LoadOrder(**values | more)


def test_each_event_is_posted_once_over_kept_connections(ingest: _Ingest) -> None:
    order = _order(ingest)
    answer = LoadGenerator(order).generate()

    assert sorted(ingest.keys) == order.keys
    assert 1 <= len(ingest.peers) <= 4
    assert (len(answer.posts), answer.refused, answer.problem) == (20, [], "")
    assert answer.posts == sorted(answer.posts)
    assert all(0 < seconds <= at for at, seconds in answer.posts)


def test_the_host_can_be_another_than_the_address(ingest: _Ingest) -> None:
    LoadGenerator(_order(ingest, headers={"host": "abc.execute-api.localhost"})).generate()

    assert ingest.headers["host"] == "abc.execute-api.localhost"


def test_a_refusal_is_told_and_the_others_go_on(ingest: _Ingest) -> None:
    ingest.refused = frozenset({"run-a-000003"})
    answer = LoadGenerator(_order(ingest)).generate()

    assert (answer.refused, answer.problem, len(answer.posts)) == ([429], "slow down", 20)


def test_without_an_answer_no_more_is_posted(ingest: _Ingest) -> None:
    gone = LoadGenerator(_order(ingest, url="http://127.0.0.1:9/", clients=1)).generate()

    assert (gone.refused, len(gone.posts)) == ([0], 1)
    assert "Connection refused" in gone.problem


def test_it_is_a_process_that_reads_an_order_and_prints_an_answer(ingest: _Ingest) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ops.lab.bench.load"],
        input=json.dumps(asdict(_order(ingest))),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    answer = LoadAnswer.from_json(ended.stdout)

    assert (len(answer.posts), len(ingest.keys)) == (20, 20)
    assert answer.cpu_seconds > 0
