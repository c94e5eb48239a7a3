"""The lab's own calls to this machine, on one whose way out is a proxy."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ops.lab.loopback import past_proxies
from ops.lab.repository import REPOSITORY

# Nothing listens there: what takes this proxy fails.
PROXY = "http://127.0.0.1:9"
# As LocalStack is called: by urllib, by the SDK and by requests, which reads the variables its own way.
CALLS = """
import sys
from ops.lab.app.target import Target
from ops.lab.local.emulator_process import parts_of
import requests
endpoint = sys.argv[1]
assert parts_of(endpoint) == {}, "urllib"
Target.running(endpoint).sqs.list_queues()
assert requests.get(endpoint, timeout=5).json() == {}
"""


@pytest.fixture
def emulator() -> Iterator[str]:
    """The endpoint of something that answers an empty object, as SQS does that has no queues."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "caller",
    [
        {"HTTP_PROXY": PROXY},
        {"http_proxy": PROXY, "https_proxy": PROXY, "no_proxy": "intranet.example"},
        {"ALL_PROXY": PROXY, "NO_PROXY": "intranet.example"},
    ],
)
def test_the_labs_own_calls_go_past_the_callers_proxy(emulator: str, caller: dict[str, str]) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    ended = subprocess.run(
        [sys.executable, "-c", CALLS, emulator],
        cwd=REPOSITORY,
        env=plain | caller,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def test_without_a_proxy_nothing_is_set() -> None:
    assert past_proxies({"PATH": "/bin", "HTTP_PROXY": ""}) == {}


def test_the_callers_exceptions_stay() -> None:
    both = past_proxies({"all_proxy": PROXY, "NO_PROXY": "a.example, b.example", "no_proxy": "localhost"})
    assert both["NO_PROXY"] == both["no_proxy"] == "localhost,a.example,b.example,127.0.0.1,::1,[::1]"
    assert past_proxies({"all_proxy": PROXY, "NO_PROXY": "*"})["NO_PROXY"] == "*"
