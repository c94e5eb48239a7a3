"""APIs: HTTP ones only, with an endpoint that resolves without DNS."""

from typing import Any

from localstack import config
from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from lab_emulator.http_api.control_plane.operations import api_of, bad_request, not_emulated, wire_body


def endpoint_of(api_id: str) -> str:
    """Return the URL of the API's `$default` stage on LocalStack's own address."""
    return f"{config.external_service_url()}/_aws/execute-api/{api_id}"


class Apis:
    """CreateApi and its kin."""

    @handler("CreateApi", expand=False)
    def create_api(self, context: RequestContext, _request: dict[str, Any]) -> dict[str, Any]:
        wire = wire_body(context)
        if wire.get("protocolType") == "WEBSOCKET":
            raise not_emulated("A WebSocket API (ProtocolType WEBSOCKET)")
        _check(wire)
        return _with_endpoint(call_moto(context))

    @handler("UpdateApi", expand=False)
    def update_api(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api_of(context, request["ApiId"])
        _check(wire_body(context))
        return _with_endpoint(call_moto(context))

    @handler("GetApi", expand=False)
    def get_api(self, context: RequestContext, _request: dict[str, Any]) -> dict[str, Any]:
        return _with_endpoint(call_moto(context))

    @handler("GetApis", expand=False)
    def get_apis(self, context: RequestContext, _request: dict[str, Any]) -> dict[str, Any]:
        return {"Items": [_with_endpoint(api) for api in call_moto(context).get("Items", [])]}

    @handler("DeleteApi", expand=False)
    def delete_api(self, context: RequestContext, request: dict[str, Any]) -> None:
        api_of(context, request["ApiId"])  # moto deletes what is not there without a word
        call_moto(context)


def _with_endpoint(api: dict[str, Any]) -> dict[str, Any]:
    return api | {"ApiEndpoint": endpoint_of(api["ApiId"])}


def _check(wire: dict[str, Any]) -> None:
    if "target" in wire or "routeKey" in wire:
        raise not_emulated("Quick create (Target, RouteKey)")
    cors = wire.get("corsConfiguration") or {}
    if cors.get("allowCredentials") and "*" in cors.get("allowOrigins", []):
        raise bad_request("allowCredentials cannot be true when allowOrigins contains '*'")
    if not -1 <= cors.get("maxAge", 0) <= 86_400:
        raise bad_request("maxAge must be between -1 and 86400 seconds")
