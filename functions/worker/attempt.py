"""Attempt at a record: claim, process, announce, conclude.

The order of the calls is the reliability of the pipeline. A crash after the claim leaves a lease that runs
out; one after the event repeats the event under the same `eventId`; the verdict comes last, so nothing counts
as done that was not announced. No crash loses a message: SQS deletes it only after the batch's answer.
Which attempts are announced together is `batch`'s to say.

While a circuit that an attempt needs is open, a record fails before its claim: no call, and no write to the
table. Its message comes back after the visibility timeout, which is what spaces the deliveries. Each costs it
a receive, but no circuit takes the last one: the delivery before the dead-letter queue goes out as a trial,
whatever the circuits say. So an attempt that is made dead-letters a message by a service's own answer, which
redrive finds in the table.

Three things can take the last receive without an attempt, and then nothing is announced: another attempt's
lease (its outcome is the one to announce), a process that dies, and an invocation without time left
(`OutOfTime`, see `batch`). Of the last the table knows what an earlier delivery left, or nothing: then
redrive shows `Unknown` with 0 attempts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.common.circuits import Circuit
from functions.common.clock import Clock, Deadline, elapsed_ms
from functions.common.errors import LeaseHeld, LeaseLost
from functions.events.outcome_events import Announcement, OutcomeEvents
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.processor.processing import Order, Processing
from functions.worker.records import RecordLog, WorkerRecord


@dataclass(frozen=True)
class Processed:
    """A record whose event is processed, and not announced yet. Times are seconds since the epoch."""

    record: WorkerRecord
    claim: Claim
    order: Order
    started: float
    ended: float


@dataclass(frozen=True)
class RecordAttempts:
    """Attempts at records, each on its own: no exception leaves them."""

    claims: Claims
    verdicts: Verdicts
    events: OutcomeEvents
    processing: Processing
    circuits: Sequence[Circuit]
    max_receive_count: int
    clock: Clock
    log: RecordLog

    def process(self, record: WorkerRecord, deadline: Deadline) -> Processed | bool:
        """The first half: claim and process. Where that is the end of it, whether SQS may delete the
        record's message: it may if the record is a duplicate."""
        started = self.clock()
        claim = None
        try:
            self._ask_circuits(record)
            claim = self.claims.claim(record.identity, started)
            if claim is not None:
                order = self.processing.process(record.identity, record.body, deadline)
                return Processed(record, claim, order, started, self.clock())
        except Exception as error:
            self._fail(record, claim, error, started)
            return False
        self.log.duplicate(record, elapsed_ms(started, self.clock()))
        return True

    def settle(self, attempts: Sequence[Processed]) -> list[WorkerRecord]:
        """The second half: announce all in one call, and conclude each. Returns those that failed after all.

        An entry that the bus refuses fails its own record; a call that fails, all of them.
        """
        emitted_at = self.clock()
        successes = [
            Announcement(each.record.identity, each.order, each.claim.attempts, emitted_at)
            for each in attempts
        ]
        refusals: Sequence[Exception | None]
        try:
            refusals = self.events.successes(successes)
        except Exception as error:
            refusals = [error] * len(attempts)
        return [
            attempt.record
            for attempt, refusal in zip(attempts, refusals, strict=True)
            if not self._conclude(attempt, emitted_at, refusal)
        ]

    def _conclude(self, attempt: Processed, emitted_at: float, refusal: Exception | None) -> bool:
        """Whether SQS may delete the record's message."""
        error = refusal
        if error is None:
            try:
                self.verdicts.succeeded(attempt.claim, emitted_at, self.clock())
            except Exception as raised:
                error = raised
        if error is not None:
            self._fail(attempt.record, attempt.claim, error, attempt.started)
            return False
        self.log.processed(attempt.record, elapsed_ms(attempt.started, self.clock()))
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

    def _fail(self, record: WorkerRecord, claim: Claim | None, error: Exception, started: float) -> None:
        """Keep the failure for redrive, and announce it if it is the last before the dead-letter queue.

        Earlier ones are not announced: SQS retries whatever the category, so only the last failure means that
        the event was not ingested. What goes wrong in here changes nothing: the record fails anyway.
        """
        self.log.failed(record, error, elapsed_ms(started, self.clock()))
        overtaken = claim is not None and not self._keep(record, claim, error)
        if self._is_last(record) and not overtaken and not _is_anothers(error):
            self._announce(record, claim.attempts if claim is not None else record.receive_count, error)

    def _keep(self, record: WorkerRecord, claim: Claim, error: Exception) -> bool:
        """Whether this attempt may announce the failure: not once another has taken the key over. Where the
        table does not answer, it may."""
        try:
            self.verdicts.failed(claim, error, self.clock())
        except Exception as secondary:
            self.log.failure_not_registered(record, secondary)
            return not _is_anothers(secondary)
        return True

    def _announce(self, record: WorkerRecord, attempts: int, error: Exception) -> None:
        """By itself and at once: where the process dies later in the batch, no delivery is left to tell."""
        try:
            self.events.failure(record.identity, error, attempts, self.clock())
        except Exception as secondary:
            self.log.failure_not_registered(record, secondary)


def _is_anothers(error: Exception) -> bool:
    """Whether another attempt owns the key: its outcome is the one to announce."""
    return isinstance(error, LeaseHeld | LeaseLost)
