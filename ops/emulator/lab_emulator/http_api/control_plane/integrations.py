"""Integrations: a Lambda function behind payload format 2.0, and nothing else."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from lab_emulator.http_api.control_plane.operations import (
    api_of,
    bad_request,
    child_of,
    not_emulated,
    wire_body,
)
from lab_emulator.http_api.lambda_uri import function_arn_in

MIN_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS = 50, 30_000


class Integrations:
    """CreateIntegration and its kin."""

    @handler("CreateIntegration", expand=False)
    def create_integration(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api_of(context, request["ApiId"])
        _check(wire_body(context))
        return call_moto(context)

    @handler("UpdateIntegration", expand=False)
    def update_integration(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        integration = _integration(context, request)
        _check(integration.to_json() | wire_body(context))
        return call_moto(context)

    @handler("DeleteIntegration", expand=False)
    def delete_integration(self, context: RequestContext, request: dict[str, Any]) -> None:
        _integration(context, request)
        call_moto(context)


def _integration(context: RequestContext, request: dict[str, Any]) -> Any:
    api = api_of(context, request["ApiId"])
    return child_of(api.integrations, "integration", request["IntegrationId"])


def _check(wire: dict[str, Any]) -> None:
    if wire.get("integrationType") != "AWS_PROXY" or wire.get("integrationSubtype"):
        raise not_emulated("An integration other than AWS_PROXY with a Lambda function")
    for name in ("requestParameters", "responseParameters", "tlsConfig"):
        if wire.get(name):
            raise not_emulated(f"{name} of an integration")
    if not function_arn_in(wire.get("integrationUri") or ""):
        raise bad_request("Integration URI must be the ARN of a Lambda function")
    version = wire.get("payloadFormatVersion")
    if version is None:
        raise bad_request("PayloadFormatVersion is a required parameter for integration")
    if version != "2.0":
        raise not_emulated(f"Payload format version {version}")
    timeout_millis = wire.get("timeoutInMillis") or MAX_TIMEOUT_MILLIS
    if not MIN_TIMEOUT_MILLIS <= timeout_millis <= MAX_TIMEOUT_MILLIS:
        raise bad_request(f"Timeout should be between {MIN_TIMEOUT_MILLIS} ms and {MAX_TIMEOUT_MILLIS} ms")
