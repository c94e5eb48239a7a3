"""Lambda entry point of a round's decisions, called by its state machine: one step an invocation."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.files.environment import RoundControlEnvironment
from functions.files.round_control.batch_in_hand import BatchInHand
from functions.files.round_control.dead_letter_reason import explain
from functions.files.round_control.round_steps import RoundSteps
from functions.files.rounds.concurrency import Bounds
from functions.files.rounds.control_table import ControlChanger
from functions.files.rounds.lock import ExecutionStatus, RoundLock
from functions.files.rounds.plan import Stagger
from functions.files.rounds.pressure import PressureLimits

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Take `{"step": …}` and the step's parameters; `RoundSteps` and `explain` tell which, and the answer."""
    match event["step"]:
        case "open":
            return this_round().open(event["execution"])
        case "plan":
            return this_round().plan(event["execution"], event["messages"])
        case "report":
            return this_round().report(event["results"])
        case "explain":
            return explain(event["error"], event["receiveCount"], event["messageAttributes"])
        case "close":
            return this_round().close(event["execution"])
    raise ValueError(f"no step of a round: {event['step']!r}")


@cache
def this_round() -> RoundSteps:
    """Wired once a cold start."""
    names = from_variables(RoundControlEnvironment, os.environ)
    dynamodb = clients.dynamodb()
    table = ControlChanger(dynamodb, names.control_table_name)
    return RoundSteps(
        lock=RoundLock(
            dynamodb,
            names.control_table_name,
            ExecutionStatus(clients.stepfunctions(), system_clock),
            system_clock,
        ),
        batch=BatchInHand(table, clients.sqs(), names.queue_url, names.recall_seconds),
        table=table,
        sqs=clients.sqs(),
        queue_url=names.queue_url,
        bounds=Bounds(names.min_concurrency, names.max_concurrency, names.concurrency),
        stagger=Stagger(names.stagger_milliseconds, names.deep_queue_messages, names.max_wait_seconds),
        limits=PressureLimits(
            names.error_rate_percent / 100, names.latency_milliseconds, names.max_wait_seconds
        ),
        retry_seconds=names.retry_seconds,
        clock=system_clock,
    )
