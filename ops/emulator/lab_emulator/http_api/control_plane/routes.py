"""Routes: one key is given once, and a route points only at what exists."""

import re
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.apigatewayv2.models import Api

from lab_emulator.http_api.control_plane.operations import (
    TAKING_NAME,
    answer,
    api_of,
    bad_request,
    child_of,
    conflict,
    not_emulated,
    wire_body,
)

ROUTE_KEY = re.compile(r"\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) /\S*")
GREEDY_IN_THE_MIDDLE = re.compile(r"\{[^}]*\+\}.")
AUTHORIZER_TYPES = {"CUSTOM": "REQUEST", "JWT": "JWT"}


class Routes:
    """CreateRoute and its kin."""

    @handler("CreateRoute", expand=False)
    def create_route(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api = api_of(context, request["ApiId"])
        with TAKING_NAME:
            _check(api, wire_body(context), others=api.get_routes())
            return call_moto(context)

    @handler("UpdateRoute", expand=False)
    def update_route(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        """Change a route. moto ignores an empty list of scopes, and keeps the authorizer of type NONE."""
        api, route = _api_and_route(context, request)
        wire = wire_body(context)
        with TAKING_NAME:
            others = [other for other in api.get_routes() if other is not route]
            _check(api, route.to_json() | wire, others)
            call_moto(context)
        route.authorization_scopes = wire.get("authorizationScopes", route.authorization_scopes)
        if route.authorization_type == "NONE":
            route.authorizer_id = None
        return answer(context, route.to_json())

    @handler("DeleteRoute", expand=False)
    def delete_route(self, context: RequestContext, request: dict[str, Any]) -> None:
        _api_and_route(context, request)
        call_moto(context)


def _api_and_route(context: RequestContext, request: dict[str, Any]) -> tuple[Api, Any]:
    api = api_of(context, request["ApiId"])
    return api, child_of(api.routes, "route", request["RouteId"])


def _check(api: Api, wire: dict[str, Any], others: list[Any]) -> None:
    key = wire["routeKey"]
    if not ROUTE_KEY.fullmatch(key) or GREEDY_IN_THE_MIDDLE.search(key):
        raise bad_request(
            "The provided route key is not formatted properly for HTTP protocol. "
            'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
        )
    if any(other.route_key == key for other in others):
        raise conflict(f"Route with key {key} already exists for this API")
    _check_target(api, wire.get("target"))
    _check_authorization(api, wire)


def _check_target(api: Api, target: str | None) -> None:
    if target and target.removeprefix("integrations/") not in api.integrations:
        raise bad_request(f"Invalid route target {target}: the integration does not exist")


def _check_authorization(api: Api, wire: dict[str, Any]) -> None:
    kind = wire.get("authorizationType") or "NONE"
    if kind == "NONE":
        return
    if kind not in AUTHORIZER_TYPES:
        raise not_emulated(f"AuthorizationType {kind}")
    authorizer = api.authorizers.get(wire.get("authorizerId") or "")
    if authorizer is None or authorizer.authorizer_type != AUTHORIZER_TYPES[kind]:
        raise bad_request(
            f"AuthorizationType {kind} requires a {AUTHORIZER_TYPES[kind]} authorizer of this API"
        )
