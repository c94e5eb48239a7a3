"""Function that a mapping invokes."""

import io
import json
from typing import Any

from localstack.aws.api import ServiceException

from lab_emulator.provider_call import call


class InvocationRefused(Exception):
    """Lambda did not take the invocation: throttled, function missing or not yet active, or failing."""


class FunctionFailed(Exception):
    """The function raised, timed out or exited; the message is its error payload."""


class TargetFunction:
    """Invokes one function synchronously. Safe to share between threads."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    def invoke(self, payload: bytes, trace_header: str) -> Any:
        """The function's result. Raises InvocationRefused or FunctionFailed.

        A result that is not JSON is returned as the text it is.
        """
        try:
            request = {"FunctionName": self.arn, "Payload": io.BytesIO(payload)}
            response = call("lambda", "Invoke", self.arn, request, trace_header)
        except ServiceException as error:
            raise InvocationRefused(f"{error.code}: {error.message}") from error
        result = _text(response.get("Payload", b""))
        if "FunctionError" in response:
            raise FunctionFailed(result)
        try:
            return json.loads(result)
        except ValueError:
            return result


def _text(payload: bytes | str) -> str:
    return payload.decode(errors="replace") if isinstance(payload, bytes) else payload
