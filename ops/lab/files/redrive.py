"""Redrive of the files pipeline's DLQ: messages that an operator chooses, or all of them by SQS's own task.

A message leaves the DLQ only once its copy is in the queue.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.common.batch_sending import send_in_batches
from functions.common.sqs_message import kept_system_attributes
from functions.files.rounds.plan import kept_attributes
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, NotUp, Refused
from ops.lab.files.dead_letter_queue import FileDeadLetter, FileDeadLetterQueue
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import ListMessageMoveTasksResultEntryTypeDef

_ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


@dataclass
class Redriven:
    """Counts of messages. `failed` are those that SQS did not take; `copied` ones it took, but did not
    delete here: their files are processed once more, which changes nothing."""

    moved: int = 0
    skipped: int = 0
    failed: int = 0
    copied: int = 0


def redrive(
    target: Target, filters: RedriveFilters, *, on_progress: Callable[[Redriven], None] = lambda _: None
) -> Redriven:
    """Send what matches back to the queue without the round's attributes, and delete what SQS confirmed.

    Of the filters, the error type, the least age and the most messages count. Messages that come to the DLQ
    after this began stay: what fails again at once would go round for ever.
    """
    run = _FileRedrive(target, filters)
    try:
        for letters in run.dlq.batches():
            chosen = run.choose(letters)
            if chosen:
                run.bring_back(chosen)
            on_progress(run.done)
            if run.enough:
                break
    finally:
        run.dlq.give_back(run.kept)
    return run.done


class _FileRedrive:
    def __init__(self, target: Target, filters: RedriveFilters) -> None:
        self.dlq = FileDeadLetterQueue.of(target)
        self.done = Redriven()
        self.kept: list[FileDeadLetter] = []
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

    def choose(self, letters: Sequence[FileDeadLetter]) -> list[FileDeadLetter]:
        """Those that match, as many as are still wanted; the others are kept, and counted if they differ."""
        matching = [letter for letter in letters if self._matches(letter)]
        chosen = matching[: self._left]
        self.done.skipped += len(letters) - len(matching)
        self.kept += [letter for letter in letters if letter not in chosen]
        return chosen

    def _matches(self, letter: FileDeadLetter) -> bool:
        wanted = self._filters.error_type
        return letter.sent <= self._before and (wanted is None or wanted == letter.error_type)

    def bring_back(self, letters: Sequence[FileDeadLetter]) -> None:
        """At most ten letters. Raises what ended the sending, once what was sent before is deleted."""
        sent = send_in_batches(self._target.sqs, self._queue_url, letters, _entry)
        taken = {letter.message_id for letter in sent.confirmed}
        self.done.failed += len(letters) - len(taken)
        self.kept += [letter for letter in letters if letter.message_id not in taken]
        if taken:
            self._delete(sent.confirmed)
        if sent.error is not None:
            raise sent.error

    def _delete(self, letters: Sequence[FileDeadLetter]) -> None:
        answer = self._target.sqs.delete_message_batch(
            QueueUrl=self.dlq.url,
            Entries=[
                {"Id": str(at), "ReceiptHandle": letter.receipt_handle} for at, letter in enumerate(letters)
            ],
        )
        deleted = len(answer.get("Successful", []))
        self.done.moved += deleted
        self.done.copied += len(letters) - deleted


def _entry(letter: FileDeadLetter) -> dict[str, Any]:
    return {
        "MessageBody": letter.body,
        "MessageAttributes": kept_attributes(letter.attributes),
        **kept_system_attributes(letter.system),
    }


@dataclass(frozen=True)
class MoveTask:
    """As ListMessageMoveTasks tells of it: counts are approximate."""

    status: str
    moved: int
    to_move: int
    reason: str

    @classmethod
    def of(cls, entry: "ListMessageMoveTasksResultEntryTypeDef") -> "MoveTask":
        return cls(
            status=entry["Status"],
            moved=entry.get("ApproximateNumberOfMessagesMoved", 0),
            to_move=entry.get("ApproximateNumberOfMessagesToMove", 0),
            reason=entry.get("FailureReason", ""),
        )


def start_move_task(target: Target, rate_per_second: int | None = None) -> None:
    """Have SQS move every message of the DLQ to the queue; one such task runs at a time on a queue.

    Without a rate SQS chooses one itself; 500 a second is the most (SQS API reference). Raises Refused while
    another task runs.
    """
    rate: Any = {} if rate_per_second is None else {"MaxNumberOfMessagesPerSecond": rate_per_second}
    try:
        target.sqs.start_message_move_task(
            SourceArn=target.output("CsvDlqArn"), DestinationArn=target.output("CsvQueueArn"), **rate
        )
    except ClientError:
        refuse_beside_move_task(target)
        raise


def refuse_beside_move_task(target: Target) -> None:
    """Raise Refused, with how far it is and since when, while SQS moves the DLQ's messages."""
    answer = target.sqs.list_message_move_tasks(SourceArn=target.output("CsvDlqArn"), MaxResults=1)
    for entry in answer.get("Results", []):
        task = MoveTask.of(entry)
        if task.status not in _ENDED:
            begun = time.strftime("%H:%M:%S", time.localtime(entry.get("StartedTimestamp", 0) / 1000))
            raise Refused(
                f"SQS moves this DLQ already, since {begun}: the task is {task.status}, "
                f"{task.moved} of {task.to_move} messages moved",
                hint="wait, or: aws sqs list-message-move-tasks, aws sqs cancel-message-move-task",
            )


def latest_move_task(target: Target) -> MoveTask:
    """The task that was started last. Raises NotUp where there is none."""
    answer = target.sqs.list_message_move_tasks(SourceArn=target.output("CsvDlqArn"), MaxResults=1)
    if not answer.get("Results"):
        raise NotUp("SQS knows of no move task of the DLQ", hint="start one: lab files redrive --move-task")
    return MoveTask.of(answer["Results"][0])


def wait_for_move_task(target: Target, within: float, on_progress: Callable[[MoveTask], None]) -> MoveTask:
    """The latest task once it has ended.

    Raises CommandError unless it completed, WaitTimedOut after `within` seconds.
    """

    def probe() -> MoveTask:
        task = latest_move_task(target)
        on_progress(task)
        return task

    task = eventually(
        probe,
        within=within,
        until=lambda task: task.status in _ENDED,
        what="the end of the move task",
        hint="it goes on: aws sqs list-message-move-tasks, aws sqs cancel-message-move-task",
    )
    if task.status != "COMPLETED":
        raise CommandError(
            f"the move task is {task.status}: {task.reason}", hint="what is left is still in the DLQ"
        )
    return task
