"""IAM policies that API Gateway asks: the one that a Lambda authorizer answers, and the one of a function."""

import re
from functools import lru_cache
from typing import Any

from localstack.services.lambda_.invocation.models import lambda_stores

from lab_emulator.http_api.data_plane.gateway_error import internal_server_error
from lab_emulator.http_api.lambda_uri import FunctionArn

INVOKE_API, INVOKE_FUNCTION = "execute-api:Invoke", "lambda:InvokeFunction"
API_GATEWAY = "apigateway.amazonaws.com"


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


def may_invoke(function: FunctionArn, source_arn: str, source_account: str) -> bool:
    """Say whether the function's resource policy lets API Gateway call it for this execute-api ARN.

    Without that, AWS answers 500.
    """
    stored = lambda_stores[function.account][function.region].functions.get(function.name)
    policy = stored and stored.permissions.get(function.qualifier or "$LATEST")
    if not policy:
        return False
    return any(
        _lets_api_gateway(statement, source_arn, source_account) for statement in policy.policy.Statement
    )


def _lets_api_gateway(statement: dict[str, Any], source_arn: str, source_account: str) -> bool:
    principal = statement["Principal"]
    condition = statement.get("Condition", {})
    arn_pattern = condition.get("ArnLike", {}).get("AWS:SourceArn", "*")
    account = condition.get("StringEquals", {}).get("AWS:SourceAccount", source_account)
    return (
        statement["Effect"] == "Allow"
        and matches_wildcard(statement["Action"], INVOKE_FUNCTION)
        and (principal == "*" or principal.get("Service") == API_GATEWAY)
        and matches_wildcard(arn_pattern, source_arn)
        and account == source_account
    )


def matches_wildcard(pattern: str, text: str) -> bool:
    """Compare by IAM's wildcards: `*` for any characters, `?` for one. Everything else is literal."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)
