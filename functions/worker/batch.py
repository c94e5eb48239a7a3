"""Batch of the worker: its records are processed one after another, and announced together.

Ten events in one PutEvents spare a batch nine calls. The price is that a record waits between its processing
and its verdict: should the process die meanwhile, the record comes back and is processed again. The table
counts that attempt, and its event has the same `eventId`; but it is work done twice, so it has bounds.

- Nothing has waited for `MAX_WAIT_SECONDS` when the next record begins.
- What was delivered before goes by itself. It may be what killed the process, and may do so at each delivery:
  those before it would be processed each time, and end as dead letters. So they are processed twice at most.
- While a service fails, each record goes by itself: its circuit then opens before more are processed.
- A second record of a key that waits has to see the first one's verdict.

Claims and verdicts stay single calls: docs/cost.md says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from functions.common.clock import Deadline
from functions.common.errors import OutOfTime
from functions.events.outcome_events import MAX_ENTRIES
from functions.worker.attempt import Processed, RecordAttempts
from functions.worker.records import WorkerRecord

MAX_WAIT_SECONDS = 1.0


@dataclass
class Batch:
    """One batch on its way. `failed` are the records whose messages have to come back."""

    attempts: RecordAttempts
    deadline: Deadline
    failed: list[WorkerRecord] = field(default_factory=list)
    _waiting: list[Processed] = field(default_factory=list)

    def run(self, records: Iterable[WorkerRecord]) -> list[WorkerRecord]:
        """Those that failed.

        Once the deadline is near the rest is left untouched and comes back: a record that Lambda cuts off
        would take the finished ones with it, since a batch that times out comes back whole. Nothing is
        announced of it either, not even at its last receive: PutEvents may take longer than the reserve, and
        this record, never claimed, may be another delivery's success.
        """
        for record in records:
            if self.deadline.is_near():
                error = OutOfTime("not started: the invocation is about to end")
                self.attempts.log.failed(record, error, latency_ms=0)
                self.failed.append(record)
            else:
                self._take(record)
        self._settle()
        return self.failed

    def _take(self, record: WorkerRecord) -> None:
        if self._must_not_wait_for(record):
            self._settle()
        match self.attempts.process(record, self.deadline):
            case Processed() as processed:
                self._waiting.append(processed)
            case False:
                self.failed.append(record)
        if _came_back(record) or self._is_service_doubtful():
            self._settle()

    def _must_not_wait_for(self, record: WorkerRecord) -> bool:
        """Whether what waits has to be settled before this record begins."""
        if not self._waiting:
            return False
        return (
            _came_back(record)
            or len(self._waiting) == MAX_ENTRIES
            or self.attempts.clock() - self._waiting[0].ended >= MAX_WAIT_SECONDS
            or any(waiting.record.identity.key == record.identity.key for waiting in self._waiting)
        )

    def _is_service_doubtful(self) -> bool:
        return any(circuit.is_doubtful() for circuit in self.attempts.circuits)

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.failed += self.attempts.settle(waiting)


def _came_back(record: WorkerRecord) -> bool:
    return record.receive_count > 1
