"""Lambda entry point of redrive jobs: invoked asynchronously, once a job and again where time runs short."""

import json
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.ingestion.environment import RedriveRunnerEnvironment
from functions.redrive.dead_letters import IngestionDlq, LetterFailures
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Removal
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.runner import Runner

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> None:
    """Take `{"jobId": …}`, as `functions.redrive.job_start` sends it. No caller waits for an answer."""
    lease = JobLease.of(clients.dynamodb(), environment().jobs_table_name, system_clock, event["jobId"])
    runner(context.function_name).run(lease, Deadline(context.get_remaining_time_in_millis))


@cache
def environment() -> RedriveRunnerEnvironment:
    return from_variables(RedriveRunnerEnvironment, os.environ)


def runner(own_name: str) -> Runner:
    """The runner; `own_name` is this function's, which a variable could not say without a circle."""
    sqs, dynamodb, names = clients.sqs(), clients.dynamodb(), environment()

    def call_again(job_id: str) -> None:
        clients.lambda_client().invoke(
            FunctionName=own_name, InvocationType="Event", Payload=json.dumps({"jobId": job_id})
        )

    return Runner(
        dead_letters=IngestionDlq(sqs, names.dlq_url),
        main_queue=Destination(sqs, names.queue_url),
        parking=Parking(Destination(sqs, names.parked_url), dynamodb, names.table_name, system_clock),
        removal=Removal(sqs, names.dlq_url),
        failures=LetterFailures(dynamodb, names.table_name),
        clock=system_clock,
        call_again=call_again,
    )
