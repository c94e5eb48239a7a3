"""Attempt at a file: claim it, run, tell how it ended.

What is told at the end serves the next attempt and people. None of it is relied on, so if it cannot be
written the attempt ends as it would have: a batch that was not concluded counts as perhaps sent, and a lease
that was not given back runs out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from functions.common.clock import Clock, Deadline, milliseconds
from functions.common.error_category import error_type
from functions.common.errors import LeaseLost
from functions.files.processor.checkpoint import Checkpoints, FileCheckpoint
from functions.files.processor.file_journal import AttemptRecord, FileJournal
from functions.files.processor.file_log import FileLog
from functions.files.processor.file_run import FileRun
from functions.files.rounds.task import AnswerStatus, PermanentFailure, Task, TaskAnswer

Begin = Callable[[Task, FileCheckpoint, AttemptRecord, Deadline], FileRun]


@dataclass(frozen=True)
class FileAttempts:
    """`begin` makes the run of a claimed file."""

    checkpoints: Checkpoints
    journal: FileJournal
    begin: Begin
    clock: Clock
    log: FileLog

    def process(self, task: Task, deadline: Deadline, request_id: str) -> TaskAnswer:
        """Raises PermanentFailure for a file that never succeeds, anything else for one that may."""
        started = self.clock()
        try:
            checkpoint = self.checkpoints.claim(task, started)
        except Exception as error:
            self.log.failed(
                task, error, TaskAnswer(status=AnswerStatus.CONTINUE, seconds=self._seconds(started))
            )
            raise
        if checkpoint is None:
            answer = TaskAnswer(status=AnswerStatus.SUCCEEDED, duplicate=True, seconds=self._seconds(started))
            self.log.processed(task, answer)
            return answer
        record = AttemptRecord(task.file, milliseconds(started), request_id)
        return self._process(task, self.begin(task, checkpoint, record, deadline), record, started)

    def _process(self, task: Task, run: FileRun, record: AttemptRecord, started: float) -> TaskAnswer:
        try:
            status = run.until_it_stops()
        except Exception as error:
            self._register_failure(task, run, record, error, started)
            raise
        self._conclude(task, run, record, status)
        if status is AnswerStatus.CONTINUE:
            self._tell(task, lambda: self.checkpoints.release(run.checkpoint, self.clock()))
        elif run.checkpoint.rows_rejected or run.checkpoint.attempts > 1:  # which may have left an empty part
            self._tell(task, run.rejects.discard_parts)
        answer = self._answer(status, run, started)
        self.log.processed(task, answer, run.checkpoint.rows_repeated)
        return answer

    def _register_failure(
        self, task: Task, run: FileRun, record: AttemptRecord, error: Exception, started: float
    ) -> None:
        """An attempt that was overtaken leaves the checkpoint to the other."""
        self.log.failed(task, error, self._answer(AnswerStatus.CONTINUE, run, started))
        self._conclude(task, run, record, error_type(error))
        if isinstance(error, LeaseLost):
            return
        is_merged = isinstance(error, PermanentFailure) and self._tell(task, run.merge_rejects)
        is_kept = self._tell(task, lambda: self.checkpoints.fail(run.checkpoint, error, self.clock()))
        # A redrive goes on from parts of which the checkpoint does not say otherwise.
        if is_merged and is_kept:
            self._tell(task, run.rejects.discard_parts)

    def _conclude(self, task: Task, run: FileRun, record: AttemptRecord, outcome: str) -> None:
        ended = record.ended(milliseconds(self.clock()), outcome, run.rows)
        self._tell(task, lambda: self.journal.write([*run.records(), ended]))

    def _tell(self, task: Task, write: Callable[[], None]) -> bool:
        """Whether it could be written."""
        try:
            write()
        except Exception as error:
            self.log.not_recorded(task, error)
            return False
        return True

    def _answer(self, status: AnswerStatus, run: FileRun, started: float) -> TaskAnswer:
        calls = run.delivery.calls
        return TaskAnswer(
            status=status,
            rows=run.rows,
            rejected=run.rejected,
            api_calls=calls.count,
            api_errors=calls.errors,
            api_latency_milliseconds=calls.mean_milliseconds,
            seconds=self._seconds(started),
        )

    def _seconds(self, started: float) -> float:
        return round(self.clock() - started, 3)
