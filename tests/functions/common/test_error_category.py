"""Categories of errors: of every class of the tree, and of what the AWS SDK raises."""

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from functions.common.error_category import error_category, error_type, is_outage
from functions.common.errors import (
    CircuitOpen,
    DownstreamUnavailable,
    ErrorCategory,
    IdempotencyKeyReused,
    OutOfTime,
    PipelineError,
    ProcessingError,
    SchemaValidationError,
    TransientFailure,
)
from tests.functions.doubles import client_error

ENDPOINT = "http://127.0.0.1"


@pytest.mark.parametrize(
    ("error", "type_", "category"),
    [
        (SchemaValidationError("x"), "SchemaValidationError", ErrorCategory.VALIDATION),
        (IdempotencyKeyReused("x"), "IdempotencyKeyReused", ErrorCategory.PERMANENT),
        (OutOfTime("x"), "OutOfTime", ErrorCategory.TIMEOUT),
        (CircuitOpen("SQS", 3.2), "CircuitOpen", ErrorCategory.TRANSIENT),
        (ProcessingError("x"), "ProcessingError", ErrorCategory.PROCESSING),
        (client_error("RequestThrottled"), "RequestThrottled", ErrorCategory.TRANSIENT),
        (client_error("KmsThrottled"), "KmsThrottled", ErrorCategory.TRANSIENT),
        (client_error("RequestTimeout", 408), "RequestTimeout", ErrorCategory.TIMEOUT),
        (NoCredentialsError(), "NoCredentialsError", ErrorCategory.PERMANENT),
        (ParamValidationError(report="x"), "ParamValidationError", ErrorCategory.PERMANENT),
        (TimeoutError(), "TimeoutError", ErrorCategory.TIMEOUT),
        (client_error("InternalServerError", 500), "InternalServerError", ErrorCategory.TRANSIENT),
        (client_error("ThrottlingException"), "ThrottlingException", ErrorCategory.TRANSIENT),
        (client_error("AccessDeniedException"), "AccessDeniedException", ErrorCategory.PERMANENT),
        (ConnectTimeoutError(endpoint_url=ENDPOINT), "ConnectTimeoutError", ErrorCategory.TIMEOUT),
        (ReadTimeoutError(endpoint_url=ENDPOINT), "ReadTimeoutError", ErrorCategory.TIMEOUT),
        (
            EndpointConnectionError(endpoint_url=ENDPOINT),
            "EndpointConnectionError",
            ErrorCategory.TRANSIENT,
        ),
        (KeyError("x"), "KeyError", ErrorCategory.UNKNOWN),
    ],
)
def test_every_error_has_a_name_and_a_category(error: Exception, type_: str, category: ErrorCategory) -> None:
    assert error_type(error) == type_
    assert error_category(error) is category


def test_the_categories_are_those_of_the_product_description() -> None:
    assert {category.value for category in ErrorCategory} == {
        "VALIDATION",
        "TRANSIENT",
        "PERMANENT",
        "TIMEOUT",
        "PROCESSING",
        "UNKNOWN",
    }


@pytest.mark.parametrize(
    "error",
    [
        client_error("InternalServerError", 500),
        client_error("ServiceUnavailable", 503),
        client_error("ProvisionedThroughputExceededException"),
        client_error("RequestThrottled", 403),
        client_error("RequestTimeout", 408),
        ConnectTimeoutError(endpoint_url=ENDPOINT),
        ReadTimeoutError(endpoint_url=ENDPOINT),
        EndpointConnectionError(endpoint_url=ENDPOINT),
        ConnectionClosedError(endpoint_url=ENDPOINT),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        DownstreamUnavailable("x"),
    ],
    ids=error_type,
)
def test_these_say_that_the_service_is_unwell(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        client_error("ConditionalCheckFailedException"),
        client_error("ValidationException"),
        client_error("AccessDeniedException"),
        client_error("ResourceNotFoundException"),
        ParamValidationError(report="x"),
        NoCredentialsError(),
        SchemaValidationError("x"),
        TransientFailure("x"),
        KeyError("x"),
    ],
    ids=error_type,
)
def test_these_are_answers_of_a_service_that_is_well(error: Exception) -> None:
    assert not is_outage(error)


def test_each_class_of_the_tree_states_its_category() -> None:
    assert PipelineError.__subclasses__()
    for error in PipelineError.__subclasses__():
        assert "category" in vars(error), f"{error.__name__} inherits UNKNOWN"
