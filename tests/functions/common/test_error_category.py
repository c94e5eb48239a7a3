import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from functions.common.error_category import error_category, error_type
from functions.common.errors import (
    ErrorCategory,
    IdempotencyKeyReused,
    LabError,
    OutOfTime,
    SchemaValidationError,
)
from tests.functions.doubles import client_error

ENDPOINT = "http://127.0.0.1"


@pytest.mark.parametrize(
    ("error", "type_", "category"),
    [
        (SchemaValidationError("x"), "SchemaValidationError", ErrorCategory.VALIDATION),
        (IdempotencyKeyReused("x"), "IdempotencyKeyReused", ErrorCategory.PERMANENT),
        (OutOfTime("x"), "OutOfTime", ErrorCategory.TIMEOUT),
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


def test_each_class_of_the_tree_states_its_category() -> None:
    assert LabError.__subclasses__()
    for error in LabError.__subclasses__():
        assert "category" in vars(error), f"{error.__name__} inherits UNKNOWN"
