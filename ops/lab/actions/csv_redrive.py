"""Bring dead letters of files back to the queue, or set one aside for good."""

from ops.lab.app.redrive.filters import Filters
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.files.dead_letter_queue import DeadLetterQueue
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
    gone = DeadLetterQueue.of(target).delete(lambda letter: (letter.identity or "").rpartition("#")[0] == key)
    if not gone:
        raise NotCarriedOut(f"the DLQ has no message of {key}")
    return "; ".join(f"{letter.error_type}: {letter.reason}" for letter in gone)
