"""Following of uploaded files, until each one is done or given up."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from functions.files.processor.checkpoint import FileStatus
from ops.lab.app import queues
from ops.lab.app.target import Target
from ops.lab.errors import TimedOut
from ops.lab.files import file_records
from ops.lab.files.dead_letter_queue import FileDeadLetter, FileDeadLetterQueue
from ops.lab.files.file_records import CheckpointOnRecord
from ops.lab.files.upload import Upload
from ops.lab.waiting import eventually

_POLL_SECONDS = 0.5
# One that came as another went leaves the DLQ's depth as it was.
_LOOK_AGAIN_SECONDS = 10


@dataclass(frozen=True)
class FailedFile:
    """A file that was given up, and why."""

    key: str
    error_type: str
    reason: str


@dataclass
class FollowedFiles:
    """The state of the followed files. `checkpoints` by identity; a file in `failures` may have one too."""

    checkpoints: dict[str, CheckpointOnRecord] = field(default_factory=dict)
    failures: dict[str, FailedFile] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> list[str]:
        return [each.identity for each in self.checkpoints.values() if each.status is FileStatus.SUCCEEDED]

    @property
    def rows_delivered(self) -> int:
        return sum(each.rows_delivered for each in self.checkpoints.values())

    def __repr__(self) -> str:
        """What a deadline that has passed shows."""
        examples = ", ".join(identity.partition("#")[0] for identity in self.pending[:3])
        begun = sum(identity in self.checkpoints for identity in self.pending)
        return (
            f"{len(self.succeeded)} succeeded, {len(self.failures)} failed, {len(self.pending)} not done"
            f" ({begun} of them begun), as {examples}"
        )


class Unfinished(TimedOut):
    """The deadline passed; `progress` is what was seen last."""

    def __init__(self, late: TimedOut, progress: FollowedFiles) -> None:
        super().__init__(str(late), hint=late.hint)
        self.progress = progress


class Following:
    """Reads the checkpoints of those that are not done yet, and the DLQ when it has grown."""

    def __init__(self, target: Target, uploads: Sequence[Upload]) -> None:
        self._target = target
        self._progress = FollowedFiles(pending=[upload.identity for upload in uploads])
        self._dead_letters = 0
        self._looked = 0.0

    def look(self) -> FollowedFiles:
        """The state of the files now."""
        progress = self._progress
        progress.checkpoints |= file_records.read_checkpoints(self._target, progress.pending)
        for letter in self._new_dead_letters(progress.pending):
            identity = str(letter.identity)
            progress.failures[identity] = FailedFile(
                identity.partition("#")[0], letter.error_type, letter.reason
            )
        done = progress.failures.keys() | set(progress.succeeded)
        progress.pending = [identity for identity in progress.pending if identity not in done]
        return progress

    def _new_dead_letters(self, pending: Collection[str]) -> list[FileDeadLetter]:
        """Those of pending files. The queue is looked into where it has changed, and else seldom: a look
        holds its messages for a moment, and raises their receive counts."""
        dlq, now = FileDeadLetterQueue.of(self._target), time.monotonic()
        there = queues.depth(self._target, dlq.url).visible
        known = there == self._dead_letters and now < self._looked + _LOOK_AGAIN_SECONDS
        if known or not (there and pending):
            return []
        self._dead_letters, self._looked = there, now
        return [letter for letter in dlq.look() if letter.identity in pending]


def follow(
    target: Target,
    uploads: Sequence[Upload],
    *,
    within: float,
    on_progress: Callable[[FollowedFiles], None] = lambda _progress: None,
) -> FollowedFiles:
    """Return once each file is SUCCEEDED, or in the DLQ: FAILED alone is followed by another attempt.

    Raises Unfinished after `within` seconds.
    """
    following = Following(target, uploads)
    last = FollowedFiles()

    def probe() -> FollowedFiles:
        nonlocal last
        last = following.look()
        on_progress(last)
        return last

    try:
        return eventually(
            probe,
            within=within,
            until=lambda progress: not progress.pending,
            every=_POLL_SECONDS,
            what=f"the end of all {len(uploads)} files",
            hint="lab files monitor shows what the pipeline does; wait longer with --timeout; lab files api"
            " tells whether the simulated API is down; undelivered events and lost wake-ups show in"
            " lab alarms",
        )
    except TimedOut as late:
        raise Unfinished(late, last) from late
