"""Attempt at a record: claim, process, announce, conclude.

The order of the calls is the reliability of the pipeline. A crash after the claim leaves a lease that runs
out; one after the event repeats the event under the same `eventId`; the verdict comes last, so nothing counts
as done that was not announced. No crash loses a message: SQS deletes it only after the batch's answer.

While a circuit that an attempt needs is open, a record fails before its claim: no call, and no write to the
table. Its message comes back after the visibility timeout, which is what spaces the deliveries. Each costs it
a receive, but no circuit takes the last one: the delivery before the dead-letter queue goes out as a trial,
whatever the circuits say. So only a service's own answer dead-letters a message, and that answer is what
redrive finds in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.common.circuits import Circuit
from functions.common.clock import Clock, Deadline, elapsed_ms
from functions.common.errors import LeaseHeld, LeaseLost
from functions.events.outcome_events import OutcomeEvents
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.processor.processing import Processing
from functions.worker.records import RecordLog, WorkerRecord


@dataclass(frozen=True)
class RecordAttempts:
    """Attempts at records, each on its own: `run` is the boundary that no exception crosses."""

    claims: Claims
    verdicts: Verdicts
    events: OutcomeEvents
    processing: Processing
    circuits: Sequence[Circuit]
    max_receive_count: int
    clock: Clock
    log: RecordLog

    def run(self, record: WorkerRecord, deadline: Deadline) -> bool:
        """Whether SQS may delete the record's message."""
        started = self.clock()
        claim = None
        try:
            self._ask_circuits(record)
            claim = self.claims.claim(record.identity, started)
            if claim is not None:
                self._ingest(record, claim, deadline)
        except Exception as error:
            self.log.failed(record, error, elapsed_ms(started, self.clock()))
            self._register_failure(record, claim, error)
            return False
        log = self.log.duplicate if claim is None else self.log.processed
        log(record, elapsed_ms(started, self.clock()))
        return True

    def _ask_circuits(self, record: WorkerRecord) -> None:
        for circuit in self.circuits:
            if self._is_last(record):
                circuit.allow_trial()
            else:
                circuit.refuse_while_open()

    def _is_last(self, record: WorkerRecord) -> bool:
        """Whether the next stop after a failure is the dead-letter queue."""
        return record.receive_count >= self.max_receive_count

    def _ingest(self, record: WorkerRecord, claim: Claim, deadline: Deadline) -> None:
        order = self.processing.process(record.identity, record.body, deadline)
        emitted_at = self.clock()
        self.events.success(record.identity, order, claim.attempts, emitted_at)
        self.verdicts.succeeded(claim, emitted_at, self.clock())

    def _register_failure(self, record: WorkerRecord, claim: Claim | None, error: Exception) -> None:
        """Keep the failure for redrive, and announce it if it is the last before the dead-letter queue.

        Earlier ones are not announced: SQS retries whatever the category, so only the last failure means that
        the event was not ingested. What goes wrong in here changes nothing: the record fails anyway.
        """
        overtaken = claim is not None and not self._keep(record, claim, error)
        if self._is_last(record) and not overtaken and not _is_anothers(error):
            self._announce(record, claim.attempts if claim is not None else record.receive_count, error)

    def _keep(self, record: WorkerRecord, claim: Claim, error: Exception) -> bool:
        """Whether the failure is this attempt's to tell. A table that does not answer leaves it so."""
        try:
            self.verdicts.failed(claim, error, self.clock())
        except Exception as secondary:
            self.log.failure_not_registered(record, secondary)
            return not _is_anothers(secondary)
        return True

    def _announce(self, record: WorkerRecord, attempts: int, error: Exception) -> None:
        try:
            self.events.failure(record.identity, error, attempts, self.clock())
        except Exception as secondary:
            self.log.failure_not_registered(record, secondary)


def _is_anothers(error: Exception) -> bool:
    """Whether another attempt owns the key: its outcome is the one to announce."""
    return isinstance(error, LeaseHeld | LeaseLost)
