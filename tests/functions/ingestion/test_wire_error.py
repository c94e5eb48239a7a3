"""Errors survive the way through Lambda and Step Functions, which keep a class name and a message."""

import json

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from functions.common.error_category import error_category, error_type
from functions.common.errors import CircuitOpen, InvalidRequest, PipelineError, RemoteError
from functions.ingestion.wire_error import from_wire, to_wire
from tests.functions.doubles import client_error

# CircuitOpen makes its message itself.
OURS = [each for each in PipelineError.__subclasses__() if each not in (RemoteError, CircuitOpen)]


def travelled(error: Exception) -> PipelineError:
    """What arrives of an error that a function raised: its class as Error, the runtime's answer as Cause."""
    cause = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": []}
    return from_wire(type(error).__name__, json.dumps(cause))


@pytest.mark.parametrize("class_", OURS)
def test_an_error_of_ours_arrives_as_itself(class_: type[PipelineError]) -> None:
    arrived = travelled(to_wire(class_("because")))
    assert (type(arrived), str(arrived)) == (class_, "because")


def test_a_parameter_arrives_too() -> None:
    arrived = travelled(to_wire(InvalidRequest("wrong", "Idempotency-Key")))
    assert isinstance(arrived, InvalidRequest)
    assert arrived.parameter == "Idempotency-Key"


def test_how_long_a_circuit_stays_open_arrives_too() -> None:
    sent = CircuitOpen("SQS", 41.5)
    arrived = travelled(to_wire(sent))
    assert isinstance(arrived, CircuitOpen)
    assert (str(arrived), vars(arrived)) == (str(sent), vars(sent))


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("AccessDenied", 403),
        EndpointConnectionError(endpoint_url="http://x"),
        ReadTimeoutError(endpoint_url="http://x"),
    ],
)
def test_an_error_of_aws_keeps_type_and_category_and_stays_so_when_sent_on(
    error: ClientError | EndpointConnectionError,
) -> None:
    once = travelled(to_wire(error))
    twice = travelled(to_wire(once))
    for arrived in (once, twice):
        assert (error_type(arrived), error_category(arrived)) == (error_type(error), error_category(error))
        assert str(arrived) == str(error)


def test_an_error_that_nobody_foresaw_keeps_its_name() -> None:
    arrived = travelled(KeyError("body"))
    assert (error_type(arrived), error_category(arrived)) == ("KeyError", "UNKNOWN")


@pytest.mark.parametrize(
    ("error", "category"),
    [
        ("States.Timeout", "TIMEOUT"),
        ("Sandbox.Timedout", "TIMEOUT"),
        ("Runtime.ExitError", "TRANSIENT"),
        ("Lambda.TooManyRequestsException", "TRANSIENT"),
        ("Lambda.Unknown", "TRANSIENT"),
        ("States.Runtime", "UNKNOWN"),
    ],
)
@pytest.mark.parametrize("cause", ["", "no JSON", '{"errorMessage": "RequestId: x Error: Task timed out"}'])
def test_what_step_functions_says_itself_keeps_its_name(error: str, category: str, cause: str) -> None:
    arrived = from_wire(error, cause)
    assert (error_type(arrived), error_category(arrived)) == (error, category)
