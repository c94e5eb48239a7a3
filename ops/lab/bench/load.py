"""Load generator: posts events over kept-alive connections, each in a thread of its own.

`python -m ops.lab.bench.load` reads a `LoadOrder` as JSON from its input and prints a `LoadAnswer`. It is a
process of its own, so that its processor time is not taken for the emulator's, and it imports little.
"""

import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 120
_ACCEPTED = 202
NO_ANSWER = 0


@dataclass(frozen=True)
class LoadOrder:
    """What to post: `events` events with keys that begin with `run`, over so many connections.

    `url` is that of the API, `headers` go with each request.
    """

    url: str
    headers: dict[str, str]
    run: str
    events: int
    clients: int

    def key(self, number: int) -> str:
        return f"{self.run}-{number:06d}"

    @property
    def keys(self) -> list[str]:
        return [self.key(number) for number in range(self.events)]


@dataclass(frozen=True)
class LoadAnswer:
    """What came of it. `began` is the first POST in epoch seconds; `posts` has for each POST the second of
    its answer since then, and how many seconds it took. `refused` are statuses but 202 (0: no answer), and
    `problem` the first such answer. `cpu_seconds` are the generator's own.
    """

    began: float
    posts: list[tuple[float, float]]
    refused: list[int]
    problem: str
    cpu_seconds: float

    @classmethod
    def from_json(cls, text: str) -> "LoadAnswer":
        fields: dict[str, Any] = json.loads(text)
        return cls(**fields | {"posts": [(at, seconds) for at, seconds in fields["posts"]]})


class LoadGenerator:
    """Carries one order out. The threads share the numbers of the events, each taking the next one."""

    def __init__(self, order: LoadOrder) -> None:
        self._order = order
        self._numbers = iter(range(order.events))
        self._lock = threading.Lock()
        self._posts: list[tuple[float, float]] = []
        self._refused: list[int] = []
        self._problem = ""
        self._began = 0.0

    def generate(self) -> LoadAnswer:
        clients = [threading.Thread(target=self._post_all) for _ in range(self._order.clients)]
        cpu, self._began = time.process_time(), time.time()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        used = time.process_time() - cpu
        return LoadAnswer(self._began, sorted(self._posts), self._refused, self._problem, used)

    def _post_all(self) -> None:
        address = urlsplit(self._order.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=_TIMEOUT_SECONDS)
        path = f"{address.path.rstrip('/')}/events"
        while (number := self._next()) is not None:
            key = self._order.key(number)
            body = json.dumps({"orderId": key, "amount": 10 + number % 90 + 0.5})
            headers = {"content-type": "application/json", "idempotency-key": key, **self._order.headers}
            started = time.perf_counter()
            status, said = _post(connection, path, body, headers)
            self._note(status, said, time.perf_counter() - started)
        connection.close()

    def _next(self) -> int | None:
        with self._lock:
            return None if NO_ANSWER in self._refused else next(self._numbers, None)

    def _note(self, status: int, said: str, seconds: float) -> None:
        with self._lock:
            self._posts.append((time.time() - self._began, seconds))
            if status != _ACCEPTED:
                self._refused.append(status)
                self._problem = self._problem or said


def _post(
    connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]
) -> tuple[int, str]:
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")[:500]
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return NO_ANSWER, f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    print(json.dumps(asdict(LoadGenerator(LoadOrder(**json.load(sys.stdin))).generate())))
