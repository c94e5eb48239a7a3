"""Delivery of the rows of a batch, several at once, each until it is delivered, refused or given up."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Executor, wait
from dataclasses import dataclass, field

from functions.common.backoff import pause_seconds
from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable, TransientFailure
from functions.files.processor.csv_rows import Columns, Row
from functions.files.processor.rejects import Reject
from functions.files.processor.row_validation import InvalidRow, OrderRow, read_order
from functions.files.processor.simulated_api import CallTimedOut, SimulatedApi, SimulatedEndpoint

MAX_TRIES = 5  # with one call in ten failing, one row in 100,000 fails them all
_MAX_CALL_SECONDS = 60  # twice what the API takes at its slowest


@dataclass
class DeliveryOutcome:
    """What became of a batch of rows: their numbers, in no order. What is in none of the lists was not
    delivered, and goes out again.

    `unknown` are rows whose call got no answer in time: the API may have them. `error` is what made the
    attempt give up, None if it only ran out of time.
    """

    delivered: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    error: Exception | None = None


@dataclass
class Calls:
    """What an invocation asked of the API; one row may take several calls."""

    count: int = 0
    errors: int = 0
    seconds: float = 0.0

    @property
    def mean_milliseconds(self) -> float:
        return round(self.seconds * 1000 / self.count, 1) if self.count else 0.0


@dataclass(frozen=True)
class RowDelivery:
    """One invocation's way to the API. `concurrency` is how many calls it may get at once, and
    `threads` has as many threads."""

    api: SimulatedApi
    concurrency: int
    threads: Executor
    deadline: Deadline
    calls: Calls = field(default_factory=Calls)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, rows: Iterable[Row], key: str, columns: Columns) -> DeliveryOutcome:
        """Send rows of the file `key`, and return once no call is under way any more.

        The first row that is given up ends the batch: where the API is down, the others would fare no better.
        """
        shift = _Shift(self, self.api.open(key), columns, deque(rows))
        workers = min(self.concurrency, len(shift.waiting))
        done, _ = wait([self.threads.submit(shift.work) for _ in range(workers)])
        for worker in done:
            worker.result()
        return shift.outcome

    def count(self, seconds: float, *, failed: bool) -> None:
        """Keep the account of a call."""
        with self._lock:
            self.calls.count += 1
            self.calls.errors += failed
            self.calls.seconds += seconds

    def call_seconds(self) -> float:
        """What a call may take: it may eat into half of the reserve, the rest is for writing down the end."""
        until_half = (self.deadline.spare_seconds() + self.deadline.remaining_seconds()) / 2
        return max(0.0, min(_MAX_CALL_SECONDS, until_half))


@dataclass(frozen=True)
class _Shift:
    """One batch: each worker takes the next row that waits, until there is none or the batch is given up."""

    delivery: RowDelivery
    endpoint: SimulatedEndpoint
    columns: Columns
    waiting: deque[Row]
    outcome: DeliveryOutcome = field(default_factory=DeliveryOutcome)

    def work(self) -> None:
        """A worker's thread. The lists and the deque are shared: `append` and `popleft` are atomic."""
        while not self._is_over():
            try:
                row = self.waiting.popleft()
            except IndexError:
                return
            self._deal_with(row)

    def _is_over(self) -> bool:
        return self.outcome.error is not None or self.delivery.deadline.is_near()

    def _deal_with(self, row: Row) -> None:
        try:
            self._deliver(read_order(row.fields, self.columns))
        except InvalidRow as error:
            self.outcome.rejects.append(Reject(row, str(error)))
        except CallTimedOut:
            self.outcome.unknown.append(row.number)
        except DownstreamUnavailable as error:
            self.outcome.error = TransientFailure(f"row {row.number}: {error}, {MAX_TRIES} times")
        except _LeftUndone:
            return
        else:
            self.outcome.delivered.append(row.number)

    def _deliver(self, order: OrderRow) -> None:
        failures = 0
        while not self._was_delivered(order, failures):
            failures += 1
            pause = pause_seconds(failures)
            if pause > self.delivery.deadline.spare_seconds():
                raise _LeftUndone
            time.sleep(pause)

    def _was_delivered(self, order: OrderRow, failures: int) -> bool:
        """Try once. Raises DownstreamUnavailable if it was the last time."""
        if self._is_over():  # while this worker paused
            raise _LeftUndone
        try:
            self._call(order)
        except DownstreamUnavailable:
            if failures + 1 == MAX_TRIES:
                raise
            return False
        return True

    def _call(self, order: OrderRow) -> None:
        started = time.monotonic()
        failed = True
        try:
            self.endpoint.send(order, self.delivery.call_seconds())
            failed = False
        except InvalidRow:
            failed = False
            raise
        finally:
            self.delivery.count(time.monotonic() - started, failed=failed)


class _LeftUndone(Exception):
    """The row is not delivered, and nothing is wrong with it."""
