"""Authorizers: Lambda functions of type REQUEST with payload format 2.0, and JWT."""

import re
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from lab_emulator.http_api.authorizer_cache import AUTHORIZER_RESULTS
from lab_emulator.http_api.control_plane.operations import (
    answer,
    api_of,
    bad_request,
    child_of,
    not_emulated,
    wire_body,
)
from lab_emulator.http_api.lambda_uri import function_arn_in

IDENTITY_SOURCE = re.compile(r"\$(request\.header|request\.querystring|context|stageVariables)\.\S+")
MAX_RESULT_TTL_SECONDS = 3600


class Authorizers:
    """CreateAuthorizer and its kin. GetAuthorizers and ResetAuthorizersCache are not in moto."""

    @handler("CreateAuthorizer", expand=False)
    def create_authorizer(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api_of(context, request["ApiId"])
        _check(wire_body(context))
        return call_moto(context)

    @handler("UpdateAuthorizer", expand=False)
    def update_authorizer(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        authorizer = _authorizer(context, request)
        _check(authorizer.to_json() | wire_body(context))
        updated = call_moto(context)
        AUTHORIZER_RESULTS.forget_api(request["ApiId"])  # now: until here the old one was asked
        return updated

    @handler("GetAuthorizers", expand=False)
    def get_authorizers(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        authorizers = list(api_of(context, request["ApiId"]).authorizers.values())
        return answer(context, {"items": [authorizer.to_json() for authorizer in authorizers]})

    @handler("DeleteAuthorizer", expand=False)
    def delete_authorizer(self, context: RequestContext, request: dict[str, Any]) -> None:
        _authorizer(context, request)
        call_moto(context)

    @handler("ResetAuthorizersCache", expand=False)
    def reset_authorizers_cache(self, context: RequestContext, request: dict[str, Any]) -> None:
        api = api_of(context, request["ApiId"])
        child_of(api.stages, "stage", request["StageName"])
        AUTHORIZER_RESULTS.forget_api(request["ApiId"])


def _authorizer(context: RequestContext, request: dict[str, Any]) -> Any:
    api = api_of(context, request["ApiId"])
    return child_of(api.authorizers, "authorizer", request["AuthorizerId"])


def _check(wire: dict[str, Any]) -> None:
    for source in wire.get("identitySource") or []:
        if not IDENTITY_SOURCE.fullmatch(source):
            raise bad_request(f"Invalid identity source {source}")
    if wire.get("authorizerType") == "JWT":
        _check_jwt(wire)
    else:
        _check_lambda(wire)


def _check_jwt(wire: dict[str, Any]) -> None:
    jwt = wire.get("jwtConfiguration") or {}
    if not jwt.get("issuer") or not jwt.get("audience"):
        raise bad_request("JwtConfiguration with an Issuer and an Audience is required for a JWT authorizer")
    if len(wire.get("identitySource") or []) != 1:
        raise bad_request("A JWT authorizer takes exactly one identity source")


def _check_lambda(wire: dict[str, Any]) -> None:
    if not function_arn_in(wire.get("authorizerUri") or ""):
        raise bad_request("AuthorizerUri must name a Lambda function")
    version = wire.get("authorizerPayloadFormatVersion")
    if not version:
        raise bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer")
    if version != "2.0":
        raise not_emulated(f"Authorizer payload format version {version}")
    ttl_seconds = wire.get("authorizerResultTtlInSeconds") or 0
    if not 0 <= ttl_seconds <= MAX_RESULT_TTL_SECONDS:
        raise bad_request("AuthorizerResultTtlInSeconds must be between 0 and 3600")
    if ttl_seconds and not wire.get("identitySource"):
        raise bad_request("Identity source is required when caching is enabled")
