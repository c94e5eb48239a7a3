"""The listing, against a stand-in of LocalStack's developer endpoint."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ops.lab.app.queue_listing import list_messages
from ops.lab.app.target import Target
from ops.lab.errors import NotUp, Refused

URL = "http://127.0.0.1:9/queue/us-east-1/000000000000/dead"
ANSWER = {
    "Messages": [
        {
            "MessageId": "m",
            "Body": "\ud800 <b>",
            "Attributes": {"IsVisible": "false"},
            "MessageAttributes": {
                "text": {"DataType": "String", "StringValue": "t"},
                "bytes": {"DataType": "Binary", "BinaryValue": "AP8="},
            },
        },
        {"MessageId": "n", "Body": "{}", "Attributes": {}},
    ]
}


class Endpoint(BaseHTTPRequestHandler):
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        Endpoint.asked.append((self.path, self.headers["content-type"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(404 if "unknown" in self.path else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Target]:
    Endpoint.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Target.running(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_lists_what_is_in_flight_too_in_json(endpoint: Target) -> None:
    first, second = list_messages(endpoint, URL)
    [(path, kind)] = Endpoint.asked
    assert path == "/_aws/sqs/messages/us-east-1/000000000000/dead?ShowInvisible=true&ShowDelayed=true"
    assert kind == "application/x-amz-json-1.0"
    assert (first["Body"], first["MessageAttributes"]["bytes"]["BinaryValue"]) == ("\ud800 <b>", b"\x00\xff")
    assert second["MessageAttributes"] == {}


def test_a_queue_that_is_not_there_is_told(endpoint: Target) -> None:
    with pytest.raises(NotUp, match="does not list unknown"):
        list_messages(endpoint, URL.replace("dead", "unknown"))


def test_an_emulator_that_is_gone_is_told() -> None:
    with pytest.raises(NotUp):
        list_messages(Target.running("http://127.0.0.1:9"), URL)


def test_aws_has_no_such_thing(no_aws_settings: None) -> None:
    with pytest.raises(Refused, match="receiving"):
        list_messages(Target.aws(), URL)
