"""Attempt at a record by an execution of the state machine, in place of `attempt`.

The machine makes the same calls in the same order, and registers a failure itself: see
`infra.constructs.workflow_states`. Here is only what stands between a record and an execution.
"""

import json
from dataclasses import dataclass

from functions.common.clock import Clock, Deadline, elapsed_ms
from functions.common.errors import OutOfTime
from functions.ingestion.orchestration import Orchestration
from functions.worker.records import RecordLog, WorkerRecord


@dataclass(frozen=True)
class WorkflowRunner:
    """Attempts at records, each on its own: `run` is the boundary that no exception crosses."""

    orchestration: Orchestration
    max_receive_count: int
    clock: Clock
    log: RecordLog

    def takes(self, record: WorkerRecord) -> bool:
        return self.orchestration.takes(record.identity.key, self._input(record))

    def run(self, record: WorkerRecord, deadline: Deadline) -> bool:
        """Whether SQS may delete the record's message.

        Nothing is begun whose end this invocation may not see: the whole batch would come back with it. Of
        that nothing is announced, as in `batch`.
        """
        started = self.clock()
        try:
            if deadline.remaining_seconds() < self.orchestration.timeout_seconds:
                raise OutOfTime("not started: an execution may outlast the invocation")
            answer = self.orchestration.run(self._input(record))
        except Exception as error:
            self.log.failed(record, error, elapsed_ms(started, self.clock()))
            return False
        log = self.log.duplicate if answer["outcome"] == "duplicate" else self.log.processed
        log(record, elapsed_ms(started, self.clock()))
        return True

    def _input(self, record: WorkerRecord) -> str:
        message = {
            "idempotencyKey": record.identity.key,
            "checksum": record.identity.checksum,
            "body": record.body,
            "receiveCount": record.receive_count,
            "isLastReceive": record.receive_count >= self.max_receive_count,
        }
        return json.dumps({"phase": "process", "message": message})
