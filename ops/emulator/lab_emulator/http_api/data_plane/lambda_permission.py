"""Whether a function's resource policy lets API Gateway call it. Without that, AWS answers 500."""

from typing import Any

from localstack.services.lambda_.invocation.models import lambda_stores

from lab_emulator.http_api.data_plane.wildcard import matches
from lab_emulator.http_api.lambda_uri import FunctionArn

API_GATEWAY = "apigateway.amazonaws.com"


def may_invoke(function: FunctionArn, source_arn: str, source_account: str) -> bool:
    """Say whether a statement allows `lambda:InvokeFunction` to API Gateway for this execute-api ARN."""
    stored = lambda_stores[function.account][function.region].functions.get(function.name)
    policy = stored and stored.permissions.get(function.qualifier or "$LATEST")
    if not policy:
        return False
    return any(_allows(statement, source_arn, source_account) for statement in policy.policy.Statement)


def _allows(statement: dict[str, Any], source_arn: str, source_account: str) -> bool:
    principal = statement["Principal"]
    condition = statement.get("Condition", {})
    arn_pattern = condition.get("ArnLike", {}).get("AWS:SourceArn", "*")
    account = condition.get("StringEquals", {}).get("AWS:SourceAccount", source_account)
    return (
        statement["Effect"] == "Allow"
        and matches(statement["Action"], "lambda:InvokeFunction")
        and (principal == "*" or principal.get("Service") == API_GATEWAY)
        and matches(arn_pattern, source_arn)
        and account == source_account
    )
