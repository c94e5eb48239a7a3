"""Services that the tasks of state machines call: their names, those of their errors, and the clients."""

from collections.abc import Callable
from functools import cache

from botocore.client import BaseClient
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.credentials import (
    StateCredentials,
)
from localstack.services.stepfunctions.asl.utils import boto_client
from localstack.utils.aws.client_types import ServicePrincipal

from lab_emulator.xray.trace_header import accept_trace_header

# The name in `arn:aws:states:::aws-sdk:<name>:<action>`, and boto3's for it
# (developer guide, supported-services-awssdk).
BOTO_NAMES = {
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
}


def client_for(service: str, region: str, state_credentials: StateCredentials) -> BaseClient:
    """Stand in for `boto_client_for`: one client for a service, region and role, and not one for each task.

    LocalStack never lets assumed credentials expire, and botocore's clients serve many threads. It says that
    Step Functions calls, so that a service can tell a customer's task from another service's own call.
    """
    return _client(service, region, state_credentials.role_arn)


@cache
def _client(service: str, region: str, role_arn: str) -> BaseClient:
    client = boto_client.boto_client_for(service, region, StateCredentials(role_arn=role_arn))
    if service == "lambda":
        accept_trace_header(client)
    return client.request_metadata(service_principal=ServicePrincipal.states)


def error_prefix(stock: Callable[[str], str], service_name: str) -> str:
    """Wrap `_normalise_service_error_name`: errors are Sqs.… and EventBridge.…, as the SDK for Java has them.

    Stock, they are SQS.…, and a Catch for AWS's name never matches.
    """
    prefix = stock(BOTO_NAMES.get(service_name, service_name))
    return prefix.capitalize() if prefix.isupper() else prefix
