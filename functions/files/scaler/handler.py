"""Lambda entry point of the scaler: on a schedule."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.files.environment import ScalerEnvironment
from functions.files.rounds.concurrency import Bounds
from functions.files.rounds.control_table import ControlWriter
from functions.files.rounds.queue_depth import read_depth
from functions.files.scaler.scaler import ReservedConcurrency, Scaler, ScalingRule

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], __: "LambdaContext") -> dict[str, int]:
    """Take one reading of the queue, whatever the event: `{"concurrency", "depth"}`."""
    depth = read_depth(clients.sqs(), environment().queue_url).total
    return {"concurrency": scaler().scale(depth), "depth": depth}


@cache
def environment() -> ScalerEnvironment:
    return from_variables(ScalerEnvironment, os.environ)


@cache
def scaler() -> Scaler:
    """Wired once a cold start."""
    names = environment()
    bounds = Bounds(names.min_concurrency, names.max_concurrency, names.concurrency)
    return Scaler(
        table=ControlWriter(clients.dynamodb(), names.control_table_name),
        reserved=ReservedConcurrency(clients.lambda_client(), names.function_name),
        rule=ScalingRule(bounds, names.files_per_slot, names.scale_down_readings),
        clock=system_clock,
    )
