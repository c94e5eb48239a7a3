"""Batch of the worker's SQS records, answered in part (ReportBatchItemFailures)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from functions.common.clock import Deadline
from functions.common.errors import OutOfTime
from functions.common.source_queue import PartialBatchResponse
from functions.worker.record import RecordLog, WorkerRecord


def process_batch(
    records: Sequence[Mapping[str, Any]],
    run: Callable[[WorkerRecord, Deadline], bool],
    deadline: Deadline,
    log: RecordLog,
) -> PartialBatchResponse:
    """Run each record, and name those that failed.

    Once the deadline is near the rest is left untouched and comes back: a record that Lambda cuts off would
    take the finished ones with it, since a batch that times out comes back whole.
    """
    failures = []
    for event in records:
        record = WorkerRecord.from_event(event)
        if deadline.is_near():
            log.failed(record, OutOfTime("not started: the invocation is about to end"), latency_ms=0)
        elif run(record, deadline):
            continue
        failures.append({"itemIdentifier": record.message_id})
    return {"batchItemFailures": failures}
