"""The IAM policy that a Lambda authorizer may answer with: is this route allowed?"""

from typing import Any

from lab_emulator.http_api.data_plane.errors import internal_server_error
from lab_emulator.http_api.data_plane.wildcard import matches

INVOKE = "execute-api:Invoke"


def allows(document: Any, arn: str) -> bool:
    """Say whether the policy allows invoking the ARN: a Deny beats every Allow, silence is a Deny."""
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
    return any(matches(str(action).lower(), INVOKE.lower()) for action in actions) and any(
        matches(str(resource), arn) for resource in resources
    )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
