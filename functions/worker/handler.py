"""Lambda entry point of the queue's event source mapping."""

import os
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import circuits, clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.source_queue import PartialBatchResponse, partial_batch_response
from functions.common.tracing import get_tracer
from functions.events.outcome_events import OutcomeEvents
from functions.idempotency.claims import Claims, Verdicts
from functions.ingestion.environment import WorkerEnvironment
from functions.ingestion.event_schema import SchemaVersion
from functions.ingestion.failure_mode_reader import deployed_modes
from functions.ingestion.orchestration import deployed_orchestration
from functions.processor.processing import deployed_processing
from functions.worker.attempt import RecordAttempts
from functions.worker.batch import Batch
from functions.worker.records import RecordLog, WorkerRecord
from functions.worker.workflow_runner import WorkflowRunner

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()
record_log = RecordLog(logger)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> PartialBatchResponse:
    """Process one batch of SQS records, and name those that failed."""
    logger.append_keys(requestId=context.aws_request_id)
    deadline = Deadline(context.get_remaining_time_in_millis)
    records = [WorkerRecord.from_event(record) for record in event["Records"]]
    failed = {record.message_id for record in run(records, deadline)}
    return partial_batch_response(record.message_id for record in records if record.message_id in failed)


def run(records: Sequence[WorkerRecord], deadline: Deadline) -> list[WorkerRecord]:
    """Those that failed, by the state machine where there is one and their keys are of its share, else in
    this process: its records first, so that none that is processed waits for an execution."""
    by_machine = workflow_runner()
    if by_machine is None:
        return Batch(attempts(), deadline).run(records)
    its = [record for record in records if by_machine.takes(record)]
    ours = [record for record in records if not by_machine.takes(record)]
    failed = Batch(attempts(), deadline).run(ours) if ours else []
    return failed + [record for record in its if not by_machine.run(record, deadline)]


@cache
def workflow_runner() -> WorkflowRunner | None:
    """Wired once a cold start."""
    orchestration = deployed_orchestration()
    if orchestration is None:
        return None
    environment = from_variables(WorkerEnvironment, os.environ)
    return WorkflowRunner(orchestration, environment.max_receive_count, system_clock, record_log)


@cache
def attempts() -> RecordAttempts:
    """Wired once a cold start."""
    environment = from_variables(WorkerEnvironment, os.environ)
    modes = deployed_modes(environment.failure_mode_parameter, environment.failure_mode_cache_seconds)
    return RecordAttempts(
        claims=Claims(
            clients.dynamodb(),
            environment.table_name,
            lease_seconds=environment.lease_seconds,
            ttl_days=environment.ttl_days,
        ),
        verdicts=Verdicts(clients.dynamodb(), environment.table_name, ttl_days=environment.ttl_days),
        events=OutcomeEvents(clients.events(), environment.bus_name),
        processing=deployed_processing(modes.read, SchemaVersion(environment.event_schema)),
        circuits=(circuits.dynamodb(), circuits.eventbridge(), circuits.downstream()),
        max_receive_count=environment.max_receive_count,
        clock=system_clock,
        log=record_log,
    )
