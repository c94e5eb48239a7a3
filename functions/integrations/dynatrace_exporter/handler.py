"""Lambda entry point of the exporter's schedule."""

import os
import uuid
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.cached import Cached
from functions.common.camel_case import to_document
from functions.common.clock import system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.integrations.dynatrace_exporter.dynatrace_api import Dynatrace
from functions.integrations.dynatrace_exporter.export import Export
from functions.integrations.dynatrace_exporter.export_ledger import ExportLedger
from functions.integrations.dynatrace_exporter.metric_series import all_series
from functions.integrations.dynatrace_exporter.resources import Resources
from functions.integrations.environment import DynatraceExporterEnvironment
from functions.integrations.secret import ServiceSecret

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

# They change with a deployment alone, which renews the function as well.
RESOURCES_MAX_AGE_SECONDS = 300.0

logger = get_logger()


@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: "LambdaContext") -> dict[str, int] | None:
    """Export what is new; the event says nothing. What fails is tried again by the next run of the schedule,
    and raises, so that the function's errors show an outage."""
    logger.append_keys(requestId=context.aws_request_id)
    # Each invocation is a holder of its own: one that Lambda repeats has the same request id.
    export = Export(
        cloudwatch=clients.cloudwatch(),
        all_series=lambda: all_series(clients.cloudwatch(), resources().get(), environment().env_name),
        ledger=ExportLedger(clients.dynamodb(), environment().table_name, holder=uuid.uuid4().hex),
        dynatrace=dynatrace(),
        clock=system_clock,
        lease_seconds=environment().lease_seconds,
    )
    report = export.run()
    if report is None:
        logger.info("another export is at work")
        return None
    fields = to_document(report)
    logger.info("metrics exported", **fields)
    return fields


@cache
def environment() -> DynatraceExporterEnvironment:
    """Read once a cold start."""
    return from_variables(DynatraceExporterEnvironment, os.environ)


@cache
def dynatrace() -> Dynatrace:
    """Wired once a cold start."""
    secret = ServiceSecret(clients.secretsmanager(), environment().secret_name, system_clock)
    return Dynatrace(environment().url, secret)


@cache
def resources() -> Cached[list[Resources]]:
    """Wired once a cold start."""
    return Cached(_resources, max_age_seconds=RESOURCES_MAX_AGE_SECONDS, clock=system_clock)


def _resources() -> list[Resources]:
    names = environment().resource_parameters.split(",")
    values = [clients.ssm().get_parameter(Name=name)["Parameter"]["Value"] for name in names]
    return [Resources.from_json(value) for value in values]
