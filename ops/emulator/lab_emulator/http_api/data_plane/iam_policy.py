"""IAM policies that API Gateway asks: the one that a Lambda authorizer answers, and the one of a function."""

import re
from functools import lru_cache
from typing import Any

from lab_emulator.http_api.data_plane.gateway_error import internal_server_error
from lab_emulator.http_api.lambda_uri import FunctionArn
from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.caller import service_caller
from lab_emulator.iam.condition_context import CheckedCall
from lab_emulator.iam.permission_check import verdict_of
from lab_emulator.iam.verdict import PermissionFinding

INVOKE_API, INVOKE_FUNCTION = "execute-api:Invoke", "lambda:InvokeFunction"


def allows(document: Any, arn: str) -> bool:
    """Say whether an authorizer's policy allows the ARN: a Deny beats every Allow, silence is a Deny."""
    if not isinstance(document, dict) or "Statement" not in document:
        raise internal_server_error("the authorizer's result has no policy document")
    effects = {
        statement.get("Effect") for statement in _as_list(document["Statement"]) if _applies(statement, arn)
    }
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Any, arn: str) -> bool:
    if not isinstance(statement, dict):
        raise internal_server_error("a statement of the authorizer's policy is not an object")
    actions, resources = _as_list(statement.get("Action")), _as_list(statement.get("Resource"))
    return any(matches_wildcard(str(action).lower(), INVOKE_API.lower()) for action in actions) and any(
        matches_wildcard(str(resource), arn) for resource in resources
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def may_invoke(function: FunctionArn, source_arn: str) -> bool:
    """Say whether the function's resource policy lets API Gateway call it for this execute-api ARN.

    Without that, AWS answers 500, and so does the emulator in every mode of IAM.
    """
    call = ApiCall("lambda", "Invoke", function.account, function.region)
    caller = service_caller("apigateway", source_arn)
    verdict = verdict_of(CheckedCall(call, caller, INVOKE_FUNCTION, function.text))
    return verdict.finding is not PermissionFinding.DENIED


def matches_wildcard(pattern: str, text: str) -> bool:
    """Compare by IAM's wildcards: `*` for any characters, `?` for one. Everything else is literal."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)
