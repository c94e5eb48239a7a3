"""How the API words a refusal."""

import functools
from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException

from lab_emulator.cloudwatch.errors import InvalidRequest


def refusing(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Answer an InvalidRequest of `operation` as the client error that it is."""

    @functools.wraps(operation)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return operation(*args, **kwargs)
        except InvalidRequest as error:
            raise CommonServiceException(error.code, str(error), 400, True) from error

    return answer
