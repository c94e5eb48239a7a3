"""Run of a redrive job, one invocation's share: receive, filter, send or park, delete what SQS confirmed."""

from dataclasses import dataclass, field

from functions.common.clock import Clock
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import RedriveCounts, StopReason
from functions.redrive.parameters import Parameters
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Outgoing, Removal
from functions.redrive_runner.pace import Pace, RandomInteger, delay_seconds
from functions.redrive_runner.parking import Parking, counted_attributes, reason_to_park


@dataclass
class RedriveRun:
    """Copies come before deletions: a crash in between leaves a second copy, which the worker's idempotency
    makes harmless; the other order would lose the event. `counts` holds what is done so far.
    """

    parameters: Parameters
    counts: RedriveCounts
    scan: DlqScan
    main_queue: Destination
    parking: Parking
    removal: Removal
    failures: LetterFailures
    lease: JobLease
    pace: Pace
    clock: Clock
    random_integer: RandomInteger
    _sent_none: bool = field(default=False, init=False)

    def until_it_stops(self) -> StopReason:
        """Batch by batch, reporting after each. Raises LeaseLost, and AWS_ERRORS."""
        while (wanted := self.parameters.max_messages - self.counts.taken) > 0:
            letters = self.scan.next_letters(self.pace.batch_size)
            if not letters:
                return self.scan.stop_reason
            self.counts += self._deal_with(letters, wanted)
            if not self.lease.report(self.counts):
                return StopReason.CANCELLED
            if self._sent_none:
                return StopReason.SEND_FAILED
        return StopReason.MAX_MESSAGES

    def _deal_with(self, letters: list[IngestionDeadLetter], wanted: int) -> RedriveCounts:
        matching = self._matching(letters)
        chosen = matching[:wanted]
        reasons = {
            letter.message_id: reason
            for letter in chosen
            if (reason := reason_to_park(letter, self.parameters.max_redrives))
        }
        returning = [letter for letter in chosen if letter.message_id not in reasons]
        self.pace.wait_for(len(returning))
        moved = self.main_queue.send(self._copy(letter) for letter in returning)
        deleted = self.removal.remove(moved.confirmed)  # before anything else can fail
        parked = self.parking.park(reasons, [letter for letter in chosen if letter.message_id in reasons])
        deleted += self.removal.remove(parked.confirmed)
        self.scan.drop(deleted)
        gone = len(moved.confirmed) + len(parked.confirmed)
        # A letter that is refused for what it holds says nothing of the next one.
        self._sent_none = bool(chosen) and not (gone or moved.refused or parked.refused)
        return RedriveCounts(
            moved=len(moved.confirmed),
            skipped=len(letters) - len(matching),
            parked=len(parked.confirmed),
            failed=len(chosen) - gone,
            deleted_failed=gone - len(deleted),
        )

    def _matching(self, letters: list[IngestionDeadLetter]) -> list[IngestionDeadLetter]:
        now = self.clock()
        asked_for = [letter for letter in letters if self.parameters.match_itself(letter, now)]
        if self.parameters.error_type is None:  # then the table is not needed
            return asked_for
        failures = self.failures.of(asked_for)
        return [
            letter for letter in asked_for if failures[letter.message_id].matches(self.parameters.error_type)
        ]

    def _copy(self, letter: IngestionDeadLetter) -> Outgoing:
        delay = delay_seconds(letter.redrive_count, self.parameters.jitter_seconds, self.random_integer)
        return Outgoing(letter, counted_attributes(letter), delay)
