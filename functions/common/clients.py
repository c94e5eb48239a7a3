"""AWS clients: one of each an execution environment, made when first asked for.

A client costs 5 to 50 ms to make and keeps its connections, so it outlives the invocation. Region,
credentials and endpoint come from the environment that Lambda sets.

This is where the circuit breakers stand, so that no caller can forget them: whatever calls SQS, DynamoDB or
EventBridge here may get CircuitOpen. SSM and Secrets Manager have none: their values are cached, and kept
while they cannot be read. Nor has S3: a file is one request or a few, and the staggered round slows down by
itself when files fail.
"""

from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import boto3
import botocore
from botocore.config import Config

from functions.common import circuits
from functions.common.circuits import Circuit

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

Client = TypeVar("Client")

# The SDK puts its own together anew, twice a call, letter by letter: 80 µs of the 1,000 that a call costs.
_USER_AGENT = f"Boto3/{boto3.__version__} Botocore/{botocore.__version__} ingestion-lab"
# Two attempts of at most 2 + 5 s and a backoff below 1 s: 15 s at worst, half of what an HTTP API waits for
# its integration (30 s). More attempts are others' work: SQS delivers again, the client reads Retry-After.
STANDARD = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 2},
    user_agent=_USER_AGENT,
)
# For a caller that is itself given little time, such as the authorizer: two attempts of at most 1 + 2 s and a
# backoff below 1 s, so 7 s at worst.
PROMPT = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    user_agent=_USER_AGENT,
)
# For a value with a fallback, which must not cost a request its time.
BEST_EFFORT = Config(
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent=_USER_AGENT,
)


@cache
def sqs() -> "SQSClient":
    return guarded(boto3.client("sqs", config=STANDARD), circuits.sqs())


@cache
def dynamodb() -> "DynamoDBClient":
    return guarded(boto3.client("dynamodb", config=STANDARD), circuits.dynamodb())


@cache
def events() -> "EventBridgeClient":
    return guarded(boto3.client("events", config=STANDARD), circuits.eventbridge())


@cache
def cloudwatch() -> "CloudWatchClient":
    return boto3.client("cloudwatch", config=STANDARD)


@cache
def lambda_client() -> "LambdaClient":
    return boto3.client("lambda", config=STANDARD)


@cache
def s3() -> "S3Client":
    return boto3.client("s3", config=STANDARD)


@cache
def ssm(config: Config = STANDARD) -> "SSMClient":
    return boto3.client("ssm", config=config)


@cache
def stepfunctions_waiting(timeout_seconds: int) -> "SFNClient":
    """Waits for executions of at most `timeout_seconds`. One attempt: a second execution beside one that may
    still run would only meet its lease, and who asked for it (SQS, the client) asks again anyway."""
    waiting = Config(
        connect_timeout=2,
        read_timeout=timeout_seconds + 2,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent=_USER_AGENT,
    )
    return boto3.client("stepfunctions", config=waiting)


@cache
def stepfunctions() -> "SFNClient":
    """Starts executions and asks about them, and waits for none."""
    return boto3.client("stepfunctions", config=STANDARD)


@cache
def secretsmanager(config: Config = STANDARD) -> Any:  # its stubs are not among the lab's dependencies
    return boto3.client("secretsmanager", config=config)


def guarded(client: Client, circuit: Circuit) -> Client:
    """The client, with every API call behind its service's circuit.

    Paginators and waiters are not: they call the client underneath, and the functions use none.
    """
    return cast(Client, _Guarded(client, circuit))


class _Guarded:
    def __init__(self, client: Any, circuit: Circuit) -> None:
        self._client = client
        self._circuit = circuit

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._client, name)
        if name not in self._client.meta.method_to_api_mapping:
            return attribute
        return partial(self._circuit.call, attribute)
