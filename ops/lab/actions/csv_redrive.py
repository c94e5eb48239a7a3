"""Bring dead letters of files back to the queue, or set one aside for good."""

from ops.lab.app.redrive.filters import Filters
from ops.lab.app.target import Target
from ops.lab.drills.errors import NotCarriedOut
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.files.redrive import redrive as redrive_files


def redrive(target: Target) -> str:
    """Send every dead letter back, and tell how many. Raises NotCarriedOut where SQS does not take one."""
    done = redrive_files(target, Filters())
    if done.failed:
        raise NotCarriedOut(f"SQS did not take {done.failed} of {done.failed + done.moved} messages")
    return f"{done.moved} moved"


def set_aside(target: Target, key: str) -> str:
    """Delete the dead letters of an object's versions, whose reason the files table keeps; tell it.

    Raises NotCarriedOut where there is none.
    """
    dlq = FileDeadLetterQueue.of(target)
    letters = [letter for batch in dlq.batches() for letter in batch]
    doomed = [letter for letter in letters if (letter.identity or "").rpartition("#")[0] == key]
    for letter in doomed:
        target.sqs.delete_message(QueueUrl=dlq.url, ReceiptHandle=letter.receipt_handle)
    dlq.give_back([letter for letter in letters if letter not in doomed])
    if not doomed:
        raise NotCarriedOut(f"the DLQ has no message of {key}")
    return "; ".join(f"{letter.error_type}: {letter.reason}" for letter in doomed)
