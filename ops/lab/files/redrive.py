"""Bring dead letters back to the files' queue: those that an operator chooses, and never without a copy."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.files.rounds.plan import kept_attributes
from ops.lab.app.redrive.filters import Filters
from ops.lab.app.target import Target
from ops.lab.files.dead_letter import DeadLetter
from ops.lab.files.dead_letter_queue import DeadLetterQueue

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef


@dataclass
class Redriven:
    """Counts of messages. `failed` are those that SQS did not take; `copied` ones it took, but did not
    delete here: their files are processed once more, which changes nothing."""

    moved: int = 0
    skipped: int = 0
    failed: int = 0
    copied: int = 0


def redrive(
    target: Target, filters: Filters, *, on_progress: Callable[[Redriven], None] = lambda _: None
) -> Redriven:
    """Send what matches back to the queue without the round's attributes, and delete what SQS confirmed.

    Of the filters, the error type, the least age and the most messages count. Messages that come to the DLQ
    after this began stay: what fails again at once would go round for ever.
    """
    run = _Run(target, filters)
    for letters in run.dlq.batches():
        chosen = run.choose(letters)
        if chosen:
            run.bring_back(chosen)
        on_progress(run.done)
        if run.enough:
            break
    run.dlq.give_back(run.kept)
    return run.done


class _Run:
    def __init__(self, target: Target, filters: Filters) -> None:
        self.dlq = DeadLetterQueue.of(target)
        self.done = Redriven()
        self.kept: list[DeadLetter] = []
        self._target = target
        self._queue_url = target.output("CsvQueueUrl")
        self._filters = filters
        self._before = time.time() - (filters.min_age_seconds or 0)

    @property
    def enough(self) -> bool:
        return self._left == 0

    @property
    def _left(self) -> int | None:
        most = self._filters.max_messages
        return None if most is None else max(0, most - self.done.moved - self.done.failed - self.done.copied)

    def choose(self, letters: Sequence[DeadLetter]) -> list[DeadLetter]:
        """Those that match, as many as are still wanted; the others are kept, and counted if they differ."""
        matching = [letter for letter in letters if self._matches(letter)]
        chosen = matching[: self._left]
        self.done.skipped += len(letters) - len(matching)
        self.kept += [letter for letter in letters if letter not in chosen]
        return chosen

    def _matches(self, letter: DeadLetter) -> bool:
        wanted = self._filters.error_type
        return letter.sent <= self._before and (wanted is None or wanted == letter.error_type)

    def bring_back(self, letters: Sequence[DeadLetter]) -> None:
        """At most ten letters."""
        numbered = {str(at): letter for at, letter in enumerate(letters)}
        entries = [_entry(id_, letter) for id_, letter in numbered.items()]
        answer = self._target.sqs.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
        taken = [numbered[entry["Id"]] for entry in answer.get("Successful", [])]
        self.done.failed += len(letters) - len(taken)
        self.kept += [letter for letter in letters if letter not in taken]
        if taken:
            self._delete(taken)

    def _delete(self, letters: Sequence[DeadLetter]) -> None:
        answer = self._target.sqs.delete_message_batch(
            QueueUrl=self.dlq.url,
            Entries=[
                {"Id": str(at), "ReceiptHandle": letter.receipt_handle} for at, letter in enumerate(letters)
            ],
        )
        deleted = len(answer.get("Successful", []))
        self.done.moved += deleted
        self.done.copied += len(letters) - deleted


def _entry(id_: str, letter: DeadLetter) -> "SendMessageBatchRequestEntryTypeDef":
    attributes: Any = kept_attributes(letter.attributes)
    return {"Id": id_, "MessageBody": letter.body, "MessageAttributes": attributes}
