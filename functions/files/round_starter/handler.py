"""Lambda entry point of the starter: invoked by EventBridge for each file that arrives, and on a schedule."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.files.environment import RoundStarterEnvironment
from functions.files.round_starter.starter import REMEMBERED_SECONDS, Debounce, RoundStarter
from functions.files.rounds.control_table import ControlTable
from functions.files.rounds.lock import ExecutionStatus
from functions.files.rounds.queue_depth import read_depth

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SCHEDULED = "Scheduled Event"  # the detail-type of a scheduled rule

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Start a round if none is at work: `{"started": ARN or null}`.

    The schedule is the last resort: it checks again what an arrival remembers, and finds messages that came
    back. So whatever an arrival misses waits no longer than the schedule's rate.
    """
    if event.get("detail-type") != SCHEDULED:
        return {"started": starter().on_arrival()}
    if not read_depth(clients.sqs(), environment().queue_url).visible:
        return {"started": None}
    return {"started": starter().on_schedule()}


@cache
def environment() -> RoundStarterEnvironment:
    return from_variables(RoundStarterEnvironment, os.environ)


@cache
def starter() -> RoundStarter:
    """Wired once a cold start: what it remembers is one execution environment's."""
    names = environment()
    stepfunctions = clients.stepfunctions()
    return RoundStarter(
        table=ControlTable(clients.dynamodb(), names.control_table_name),
        execution_status=ExecutionStatus(stepfunctions, system_clock),
        stepfunctions=stepfunctions,
        state_machine_arn=names.state_machine_arn,
        clock=system_clock,
        debounce=Debounce(REMEMBERED_SECONDS, system_clock),
    )
