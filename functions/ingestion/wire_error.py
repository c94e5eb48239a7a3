"""Errors on their way from a step, through Step Functions, to its caller.

Of a function's error Step Functions keeps the class's name (`Error`) and a JSON document (`Cause`) with the
message. So the message carries what the class does not say: an AWS error's code and category, a parameter,
how long a circuit stays open.
"""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.error_category import error_category, error_type
from functions.common.errors import (
    AwsCallFailed,
    ErrorCategory,
    PayloadTooLarge,
    PipelineError,
    RemoteError,
    StepFailed,
)
from functions.ingestion.failure_names import NOT_INVOKED, TIMEOUTS, TOO_LARGE, UNKNOWN_OUTCOME


def to_wire(error: PipelineError | BotoCoreError | ClientError) -> PipelineError:
    """The error to raise in place of this one: of the same class if it is ours, else AwsCallFailed."""
    ours = error if isinstance(error, PipelineError) else _aws_call_failed(error)
    return _made(type(ours), json.dumps({"detail": str(ours), "attributes": vars(ours)}))


def from_wire(error: str, cause: str) -> PipelineError:
    """The error that a step raised, from the `Error` and `Cause` of its failure."""
    message = str(_document(cause).get("errorMessage", cause))
    document = _document(message)
    class_ = _classes().get(error)
    if class_ is None or "attributes" not in document:
        return _unsent(error, message or error)
    arrived = _made(class_, document["detail"])
    vars(arrived).update(document["attributes"])
    return arrived


def _aws_call_failed(error: BotoCoreError | ClientError) -> AwsCallFailed:
    return AwsCallFailed(str(error), error_type(error), error_category(error))


def _made(class_: type[PipelineError], message: str) -> PipelineError:
    """An error with this message: made without `__init__`, whose parameters differ, as unpickling does it."""
    return class_.__new__(class_, message)


def _document(text: str) -> dict[str, Any]:
    """A JSON object, or an empty one for any other text."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _unsent(error: str, message: str) -> PipelineError:
    """An error that `to_wire` did not send: the services' own, or an unforeseen one."""
    if error == TOO_LARGE:
        return PayloadTooLarge(message)
    if error in TIMEOUTS:
        return AwsCallFailed(message, error, ErrorCategory.TIMEOUT)
    if error == NOT_INVOKED or error in UNKNOWN_OUTCOME:
        return AwsCallFailed(message, error, ErrorCategory.TRANSIENT)
    return StepFailed(message, error, ErrorCategory.UNKNOWN)


def _classes() -> dict[str, type[PipelineError]]:
    return {
        class_.__name__: class_ for base in (PipelineError, RemoteError) for class_ in base.__subclasses__()
    }
