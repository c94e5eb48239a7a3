"""A batch of SQS records, answered in part (ReportBatchItemFailures)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from functions.common.deadline import Deadline
from functions.common.errors import OutOfTime
from functions.worker.record import Record
from functions.worker.record_log import RecordLog

Response = dict[str, list[dict[str, str]]]
"""Lambda developer guide, "Implementing partial batch responses". An empty list means that all succeeded; an
exception, or an identifier that is not in the batch, makes the whole batch come back."""


def process_batch(
    records: Sequence[Mapping[str, Any]],
    run: Callable[[Record, Deadline], bool],
    deadline: Deadline,
    log: RecordLog,
) -> Response:
    """Run each record, and name those that failed.

    Once the deadline is near the rest is left untouched and comes back: a record that Lambda cuts off would
    take the finished ones with it, since a batch that times out comes back whole.
    """
    failures = []
    for event in records:
        record = Record.from_event(event)
        if deadline.is_near():
            log.failed(record, OutOfTime("not started: the invocation is about to end"), latency_ms=0)
        elif run(record, deadline):
            continue
        failures.append({"itemIdentifier": record.message_id})
    return {"batchItemFailures": failures}
