"""Refusals of CloudWatch: what a request is refused for, and the code that the API answers."""

import functools
from collections.abc import Callable
from typing import Any


class RefusedRequest(ValueError):
    """Request that CloudWatch would refuse, or that this one cannot answer: the text says which."""

    code = "ValidationError"


class InvalidParameterValue(RefusedRequest):
    """Parameter that is out of its range."""

    code = "InvalidParameterValue"


class InvalidParameterCombination(RefusedRequest):
    """Parameters that exclude each other."""

    code = "InvalidParameterCombination"


def refusing(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Answer a RefusedRequest of `operation` as the client error that it is.

    In Query its code says which, in JSON and CBOR the name of its class too: `InvalidParameterValue` is
    `InvalidParameterValueException` there, and `ValidationError` is `ValidationException`.
    """

    # The rest of this module needs no LocalStack.
    from localstack.aws.api.cloudwatch import (
        InvalidParameterCombinationException,
        InvalidParameterValueException,
    )
    from localstack.services.cloudwatch.provider_v2 import ValidationException

    errors: dict[str, Callable[[str], Exception]] = {
        RefusedRequest.code: ValidationException,
        InvalidParameterCombination.code: InvalidParameterCombinationException,
        InvalidParameterValue.code: InvalidParameterValueException,
    }

    @functools.wraps(operation)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except RefusedRequest as error:
            raise errors[error.code](str(error)) from error

    return answer
