"""The clients by which state machines call other services in the name of their role."""

from functools import cache

from botocore.client import BaseClient
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.credentials import (
    StateCredentials,
)
from localstack.services.stepfunctions.asl.utils import boto_client


def client_for(service: str, region: str, state_credentials: StateCredentials) -> BaseClient:
    """Stands in for `boto_client_for`: one client for a service, region and role, and not one for each task.

    LocalStack never lets assumed credentials expire, and botocore's clients serve many threads.
    """
    return _client(service, region, state_credentials.role_arn)


@cache
def _client(service: str, region: str, role_arn: str) -> BaseClient:
    return boto_client.boto_client_for(service, region, StateCredentials(role_arn=role_arn))
