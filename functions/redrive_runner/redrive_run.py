"""Run of a redrive job, one invocation's share: receive, filter, send or park, delete what SQS confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil

from functions.common.batch_sending import BatchOutcome
from functions.common.clock import Clock
from functions.common.side_by_side import SideBySide
from functions.redrive.dead_letters import IngestionDeadLetter, LetterFailures
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import RedriveCounts, StopReason
from functions.redrive.parameters import Parameters
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Outgoing, Removal
from functions.redrive_runner.pace import Pace, RandomInteger, delay_seconds
from functions.redrive_runner.parking import ParkedReason, Parking, counted_attributes, reason_to_park


@dataclass(frozen=True)
class _BatchMove:
    """What became of one batch; `is_in_vain` where its queue took none and refused none for what it holds."""

    counts: RedriveCounts
    deleted: Sequence[IngestionDeadLetter]
    is_in_vain: bool


@dataclass
class RedriveRun:
    """Rounds of batches that are received side by side, then sent and deleted side by side.

    Of each batch copies come before deletions: a crash in between leaves a second copy, which the worker's
    idempotency makes harmless; the other order would lose the event. No letter is received before those of
    the round before are dealt with, so each is held when it is deleted. `counts` holds what is done so far.
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
    side_by_side: SideBySide
    _sent_none: bool = field(default=False, init=False)

    def until_it_stops(self) -> StopReason:
        """Round by round, reporting after each. Raises LeaseLost, and AWS_ERRORS."""
        while (wanted := self.parameters.max_messages - self.counts.taken) > 0:
            batch_size = self.pace.batch_size
            receives = min(self.pace.batches_at_once, ceil(wanted / batch_size))
            letters = self.scan.next_letters(batch_size, receives)
            if not letters:
                return self.scan.stop_reason
            self._deal_with(letters, wanted)
            if not self.lease.report(self.counts):
                return StopReason.CANCELLED
            if self._sent_none:
                return StopReason.SEND_FAILED
            self.pace.quicken()
        return StopReason.MAX_MESSAGES

    def _deal_with(self, letters: list[IngestionDeadLetter], wanted: int) -> None:
        matching = self._matching(letters)
        chosen = matching[:wanted]
        self.counts += RedriveCounts(skipped=len(letters) - len(matching))
        reasons = {
            letter.message_id: reason
            for letter in chosen
            if (reason := reason_to_park(letter, self.parameters.max_redrives))
        }
        returning = self._batches([letter for letter in chosen if letter.message_id not in reasons])
        parting = self._batches([letter for letter in chosen if letter.message_id in reasons])
        self.pace.wait_for(sum(map(len, returning)))
        ended = self.side_by_side.run(
            [partial(self._return, batch) for batch in returning]
            + [partial(self._park, reasons, batch) for batch in parting]
        )
        for move in ended:
            if move.exception() is None:
                self.counts += move.result().counts
                self.scan.drop(move.result().deleted)
        moves = [move.result() for move in ended]
        # The main queue decides: with nothing for it in the round, the parking queue.
        self._sent_none = any(move.is_in_vain for move in moves[: len(returning)] or moves)

    def _return(self, batch: Sequence[IngestionDeadLetter]) -> _BatchMove:
        moved = self.main_queue.send(self._copy(letter) for letter in batch)
        return self._removed(batch, moved, RedriveCounts(moved=len(moved.confirmed)))

    def _park(self, reasons: Mapping[str, ParkedReason], batch: Sequence[IngestionDeadLetter]) -> _BatchMove:
        parked = self.parking.park(reasons, batch)
        return self._removed(batch, parked, RedriveCounts(parked=len(parked.confirmed)))

    def _removed(
        self,
        batch: Sequence[IngestionDeadLetter],
        outcome: BatchOutcome[IngestionDeadLetter],
        gone: RedriveCounts,
    ) -> _BatchMove:
        """The move, once what SQS confirmed is deleted."""
        deleted = self.removal.remove(outcome.confirmed)
        left = RedriveCounts(
            failed=len(batch) - len(outcome.confirmed),
            deleted_failed=len(outcome.confirmed) - len(deleted),
        )
        # A letter that is refused for what it holds says nothing of the next one.
        return _BatchMove(gone + left, deleted, not (outcome.confirmed or outcome.refused))

    def _batches(self, letters: Sequence[IngestionDeadLetter]) -> list[Sequence[IngestionDeadLetter]]:
        size = self.pace.batch_size
        return [letters[start : start + size] for start in range(0, len(letters), size)]

    def _matching(self, letters: list[IngestionDeadLetter]) -> list[IngestionDeadLetter]:
        now = self.clock()
        asked_for = [letter for letter in letters if self.parameters.match_itself(letter, now)]
        if self.parameters.error_type is None:  # then the table is not needed
            return asked_for
        failures = self.failures.of(asked_for)
        return [
            letter for letter in asked_for if self.parameters.match(letter, failures[letter.message_id], now)
        ]

    def _copy(self, letter: IngestionDeadLetter) -> Outgoing:
        delay = delay_seconds(letter.redrive_count, self.parameters.jitter_seconds, self.random_integer)
        return Outgoing(letter, counted_attributes(letter), delay)
