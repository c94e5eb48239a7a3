"""Files pipeline as a scenario works with it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions import files as file_actions
from ops.lab.app.queue_depth import QueueDepth, depth
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange
from ops.lab.engines.engine import Engine
from ops.lab.files import file_records
from ops.lab.files.csv_file import CsvFile
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.files.file_records import FileRecords
from ops.lab.files.following import FollowedFiles, follow
from ops.lab.files.simulation import SimulationOutcome, account_for
from ops.lab.files.upload import FileBatch, Upload, new_prefix, upload_all
from ops.lab.waiting import eventually

# Of rounds that a test left behind: files that fail go back twice, for ten seconds each.
_REST_SECONDS = 60.0


@dataclass
class Bench:
    """`began` is in epoch seconds: logs and executions count from there."""

    target: Target
    engine: Engine
    began: float = field(default_factory=time.time)
    _changes: list[ReversibleChange] = field(default_factory=list)

    def change(self, change: ReversibleChange) -> None:
        """Remember to take this back."""
        self._changes.append(change)

    def behave(self, behaviour: ApiBehaviour) -> None:
        """Have the API behave so until the end of the test."""
        self.change(file_actions.behave(self.target, behaviour))

    def heal(self) -> None:
        file_actions.heal(self.target)

    def upload(self, files: int, rows: int) -> list[Upload]:
        """Upload so many files of `rows` rows to a folder of their own."""
        return self.upload_all(FileBatch(files=files, rows=rows, prefix=new_prefix()).contents())

    def upload_all(self, files: Sequence[CsvFile]) -> list[Upload]:
        return upload_all(self.target, files, workers=8)

    def await_end(self, uploads: Sequence[Upload], *, within: float) -> SimulationOutcome:
        """Wait until each file is done or given up; return the account of their rows."""
        progress = follow(self.target, uploads, within=within)
        return self.account(uploads, progress)

    def account(self, uploads: Sequence[Upload], progress: FollowedFiles) -> SimulationOutcome:
        return account_for(uploads, self.records(uploads), progress)

    def records(self, uploads: Sequence[Upload]) -> list[FileRecords]:
        return file_records.read_records(self.target, [upload.identity for upload in uploads])

    def await_rows(self, upload: Upload, least: int, *, within: float = 30) -> None:
        """Wait until so many rows of a file are recorded as delivered."""
        eventually(
            lambda: file_records.read_checkpoints(self.target, [upload.identity]),
            within=within,
            until=lambda found: any(file.rows_delivered >= least for file in found.values()),
            what=f"{least} delivered rows of {upload.identity}",
        )

    @property
    def queue(self) -> QueueDepth:
        return depth(self.target, self.target.output("CsvQueueUrl"))

    @property
    def dlq(self) -> QueueDepth:
        return depth(self.target, self.target.output("CsvDlqUrl"))

    def reasons(self) -> list[str]:
        """Why the files in the DLQ are there."""
        letters = FileDeadLetterQueue.of(self.target).look()
        return [f"{letter.identity}: {letter.error_type}: {letter.reason}" for letter in letters]

    def restore(self) -> None:
        """Take back every change, the last one first, let the queue come to rest, and empty the DLQ."""
        for change in reversed(self._changes):
            change.restore()
        eventually(lambda: self.queue.total == 0, within=_REST_SECONDS, what="an empty queue")
        self.target.sqs.purge_queue(QueueUrl=self.target.output("CsvDlqUrl"))
