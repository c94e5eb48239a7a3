"""Function that a mapping invokes, and the role in whose name it is fed."""

import io
import json
from typing import Any

from localstack.aws.api import ServiceException
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.utils.aws.arns import parse_arn

from lab_emulator.iam.caller import role_caller
from lab_emulator.iam.permission_check import check_action
from lab_emulator.provider_call import call


class InvocationRefused(Exception):
    """Lambda did not take the invocation: throttled, function missing or not yet active, or failing."""


class FunctionFailed(Exception):
    """The function raised, timed out or exited; the message is its error payload."""


class TargetFunction:
    """Invokes one function synchronously. Safe to share between threads."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    def check_role(self, action: str, resource: str) -> None:
        """Raise PermissionDenied where the function's role, as it is now, may not do that and should."""
        parts = parse_arn(self.arn)
        account, region, name = parts["account"], parts["region"], parts["resource"].split(":")[1]
        function = lambda_stores[account][region].functions.get(name)
        if function is not None:
            role = role_caller(function.latest().config.role, name)
            check_action(role, action, resource, account_id=account, region=region)

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
