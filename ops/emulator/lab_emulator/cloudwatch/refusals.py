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

    Where the API's model has an error of that code, that is raised: in JSON and CBOR its name differs from
    its code (`InvalidParameterValueException`, `InvalidParameterValue`).
    """

    from localstack.aws.api import CommonServiceException  # the rest of this module needs no LocalStack
    from localstack.aws.api.cloudwatch import (
        InvalidParameterCombinationException,
        InvalidParameterValueException,
    )

    modelled = {
        error.code: error for error in (InvalidParameterCombinationException, InvalidParameterValueException)
    }

    @functools.wraps(operation)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except RefusedRequest as error:
            if error.code in modelled:
                raise modelled[error.code](str(error)) from error
            raise CommonServiceException(error.code, str(error), 400, True) from error

    return answer
