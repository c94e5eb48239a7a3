"""Run through a claimed file, one invocation's share: open it, send it batch by batch, close it.

The order of the calls is the reliability. A batch is recorded SENDING before its first call, so what a dead
process may have sent is known. The checkpoint moves on after its last call, in one write with the fence.
That a batch is concluded is written together with the next one's beginning: a crash in between leaves a
record that is behind the checkpoint, and the checkpoint counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.common.clock import Clock, Deadline, milliseconds
from functions.common.errors import OutOfTime
from functions.files.processor.checkpoint import Checkpoints, FileCheckpoint
from functions.files.processor.csv_rows import Columns, Row, RowBatch, open_rows
from functions.files.processor.file_journal import BatchRecord, FileJournal, RowBatchState, UnsettledRows
from functions.files.processor.rejects import Rejects
from functions.files.processor.row_delivery import RowDelivery
from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import AnswerStatus


@dataclass
class FileRun:
    """`rows` and `rejected` are this invocation's; `unwritten` is what the journal does not have yet."""

    source: S3Object
    checkpoint: FileCheckpoint
    checkpoints: Checkpoints
    journal: FileJournal
    rejects: Rejects
    delivery: RowDelivery
    batch_rows: int
    deadline: Deadline
    clock: Clock
    unwritten: list[dict[str, Any]]
    rows: int = field(default=0, init=False)
    rejected: int = field(default=0, init=False)
    _sent: BatchRecord | None = field(default=None, init=False)
    _first_row: int = field(init=False)

    def __post_init__(self) -> None:
        self._first_row = self.checkpoint.next_row

    def until_it_stops(self) -> AnswerStatus:
        """SUCCEEDED once the checkpoint says so, CONTINUE if time runs short and there was progress.

        Raises PermanentFailure, LeaseLost, TransientFailure, OutOfTime, and what AWS's clients raise.
        """
        if self.checkpoint.next_row == 1:
            self.rejects.forget()
        unsettled = self.journal.unsettled(self.checkpoint)
        layout, batches = open_rows(
            self.source, self.checkpoint.layout, self.checkpoint.next_row, self.checkpoint.byte_offset
        )
        self.checkpoint = replace(self.checkpoint, layout=layout)
        while not batches.is_exhausted():
            if self.deadline.is_near():
                return self._continue()
            wanted = max(self.batch_rows, unsettled.rows)
            if not self._send(batches.take(wanted), unsettled, layout.columns):
                return self._continue()
            if self.checkpoint.rows_rejected or not batches.is_exhausted():
                self.checkpoints.advance(self.checkpoint, self.clock())
                self._conclude()
            unsettled = UnsettledRows()
        return self._finish()

    def merge_rejects(self) -> None:
        """Put the rejects so far in one place, and take note of it: no other attempt may come to do so."""
        if self.checkpoint.rows_rejected:
            self.rejects.merge(self.checkpoint.rejects_merged_to)
            self.checkpoint = replace(self.checkpoint, rejects_merged_to=self.checkpoint.next_row)

    def records(self) -> list[dict[str, Any]]:
        """What the journal has to hear, whatever comes next."""
        sent = [self._sent.as_document(self.checkpoint.file)] if self._sent else []
        return self.unwritten + sent

    def _send(self, batch: RowBatch, unsettled: UnsettledRows, columns: Columns) -> bool:
        """Whether every row of the batch is done with. Raises what made the delivery give up."""
        rows = [row for row in batch.rows if row.number not in unsettled.delivered]
        record = self._begin(batch, rows, unsettled)
        outcome = self.delivery.send(rows, self.source.task.key, columns)
        self._sent = record.partial(outcome.delivered, outcome.unknown, milliseconds(self.clock()))
        self.rows += len(outcome.delivered)
        if outcome.error is not None:
            raise outcome.error
        if len(outcome.delivered) + len(outcome.rejects) < len(rows):
            return False
        if outcome.rejects or unsettled.rows:  # an earlier attempt may have left rejects that are none now
            self.rejects.write(batch.first_row, outcome.rejects)
        self._pass(batch, len(outcome.rejects), unsettled.repeated + record.repeated)
        return True

    def _begin(self, batch: RowBatch, rows: Sequence[Row], unsettled: UnsettledRows) -> BatchRecord:
        record = BatchRecord(
            first_row=batch.first_row,
            last_row=batch.last_row,
            attempt=self.checkpoint.attempts,
            state=RowBatchState.SENDING,
            repeated=sum(row.number in unsettled.in_doubt for row in rows),
            started_at=milliseconds(self.clock()),
        )
        self.journal.write([*self.records(), record.as_document(self.checkpoint.file)])
        self.unwritten, self._sent = [], None
        return record

    def _pass(self, batch: RowBatch, rejected: int, repeated: int) -> None:
        """Move beyond the batch, as yet in memory only."""
        self.rejected += rejected
        at = self.checkpoint
        self.checkpoint = replace(
            at,
            next_row=batch.last_row + 1,
            byte_offset=batch.end,
            rows_delivered=at.rows_delivered + len(batch.rows) - rejected,
            rows_rejected=at.rows_rejected + rejected,
            rows_repeated=at.rows_repeated + repeated,
        )

    def _conclude(self) -> None:
        """The checkpoint is beyond the batch that was sent last, if there was one."""
        self._sent = self._sent and self._sent.concluded()

    def _finish(self) -> AnswerStatus:
        if self.checkpoint.rows_rejected:
            if self.deadline.is_near():
                return self._continue()
            self.rejects.merge(self.checkpoint.rejects_merged_to)
        self.checkpoints.succeed(self.checkpoint, self.clock())
        self._conclude()
        return AnswerStatus.SUCCEEDED

    def _continue(self) -> AnswerStatus:
        # Rows that an earlier attempt had delivered are none of this one's, but it may have passed them.
        if not self.rows + self.rejected and self.checkpoint.next_row == self._first_row:
            raise OutOfTime("no row was done with in a whole invocation")
        return AnswerStatus.CONTINUE
