"""Traffic of an incident: what clients send all the while, one after another at its pace, from a few threads.

What was taken is in the scene's ledger, and each answer is kept with its time.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.api import Api
from ops.lab.app.traffic import new_run_name
from ops.lab.drills.files_accounting import UploadedFile
from ops.lab.drills.scene import Scene
from ops.lab.files.upload import upload
from ops.lab.incidents.declaration import FileTraffic, OrderTraffic
from ops.lab.waiting import eventually

_ACCEPTED = 202
_CLIENTS = 4
_KEPT_ANSWERS = 2000
# Longer than a request to the API may take with its repetitions.
_LAST_ANSWER_SECONDS = 90.0


@dataclass(frozen=True)
class ClientAnswer:
    """Whether what a client sent was taken, and when it knew (epoch seconds)."""

    at: float
    taken: bool


class ClientTraffic:
    """Calls `send` with 1, 2, 3, … every `every` seconds until `stop`. It says whether it was taken."""

    def __init__(self, send: Callable[[int], bool], every: float) -> None:
        self.every = every
        self._send = send
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._stopped = threading.Event()
        self._number = 0
        self._due = 0.0
        self._at_work = 0
        self._answers: deque[ClientAnswer] = deque(maxlen=_KEPT_ANSWERS)
        self._threads = [
            threading.Thread(target=self._send_on, name=f"client {each}", daemon=True)
            for each in range(_CLIENTS)
        ]

    @classmethod
    def of(cls, declared: OrderTraffic | FileTraffic, scene: Scene) -> "ClientTraffic":
        """The traffic that an incident declares, under a run's name of its own."""
        run = new_run_name()
        if isinstance(declared, OrderTraffic):
            api = Api.of(scene.target, connections=_CLIENTS)
            return cls(lambda number: _post(api, scene, declared, run, number), 1 / declared.per_second)
        return cls(lambda number: _upload(scene, declared, run, number), declared.every_seconds)

    def start(self) -> None:
        self._due = time.monotonic()
        self._open.set()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send nothing more. Who waits for an answer notes it still, and is not waited for."""
        self._stopped.set()
        self._open.set()

    def await_answers(self) -> None:
        """Return once nobody waits for an answer any more."""
        eventually(
            lambda: self._at_work, within=_LAST_ANSWER_SECONDS, until=lambda count: count == 0, every=0.05
        )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is on its way while the block runs."""
        with self._lock:  # who has passed the gate is counted as at work
            self._open.clear()
        try:
            self.await_answers()
            yield
        finally:
            self._open.set()

    def answers(self, since: float) -> list[ClientAnswer]:
        """Those since then (epoch seconds), the oldest first."""
        with self._lock:
            return [answer for answer in self._answers if answer.at >= since]

    def _send_on(self) -> None:
        while (number := self._next()) is not None:
            taken = False
            try:
                taken = self._send(number)
            except (BotoCoreError, ClientError, OSError):
                pass  # an answer as any other that says no
            finally:
                with self._lock:
                    self._at_work -= 1
                    self._answers.append(ClientAnswer(time.time(), taken))

    def _next(self) -> int | None:
        """The next number once it is due; None at the end. Who is late does not catch up."""
        with self._lock:
            due = self._due = max(self._due, time.monotonic())
            self._due += self.every
        self._stopped.wait(max(0.0, due - time.monotonic()))
        while True:
            self._open.wait()
            with self._lock:
                if self._stopped.is_set():
                    return None
                if self._open.is_set():
                    self._number += 1
                    self._at_work += 1
                    return self._number


def _post(api: Api, scene: Scene, declared: OrderTraffic, run: str, number: int) -> bool:
    event, sent_at = declared.make(run, number), time.time()
    answer = api.post_event(event.body, event.key)
    if answer.status != _ACCEPTED:
        scene.ledger.refuse(answer.status)
        return False
    scene.ledger.accept(str(answer.body["idempotencyKey"]), sent_at, time.time())
    return True


def _upload(scene: Scene, declared: FileTraffic, run: str, number: int) -> bool:
    scene.ledger.add(UploadedFile.of(upload(scene.target, declared.make(run, number)), time.time()))
    return True
