"""Redriving as AWS has it: SQS moves the whole DLQ by itself (StartMessageMoveTask)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.lab.app.target import Target
from ops.lab.errors import CommandError, NotUp
from ops.lab.waiting import eventually

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import ListMessageMoveTasksResultEntryTypeDef

_ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


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


def start(target: Target, rate_per_second: int | None = None) -> None:
    """Have SQS move every message of the DLQ to the queue; one such task runs at a time on a queue.

    Without a rate SQS chooses one itself; 500 a second is the most (SQS API reference).
    """
    rate: Any = {} if rate_per_second is None else {"MaxNumberOfMessagesPerSecond": rate_per_second}
    target.sqs.start_message_move_task(
        SourceArn=target.output("CsvDlqArn"), DestinationArn=target.output("CsvQueueArn"), **rate
    )


def latest(target: Target) -> MoveTask:
    """The task that was started last. Raises NotUp where there is none."""
    answer = target.sqs.list_message_move_tasks(SourceArn=target.output("CsvDlqArn"), MaxResults=1)
    if not answer.get("Results"):
        raise NotUp("SQS knows of no move task of the DLQ", hint="start one: lab csv redrive --move-task")
    return MoveTask.of(answer["Results"][0])


def wait(target: Target, within: float, on_progress: Callable[[MoveTask], None]) -> MoveTask:
    """The latest task once it has ended.

    Raises CommandError unless it completed, WaitTimedOut after `within` seconds.
    """

    def probe() -> MoveTask:
        task = latest(target)
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
