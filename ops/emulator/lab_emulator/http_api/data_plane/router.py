"""Router of execute-api requests: by path, which needs no DNS, and by host name as on AWS.

`prefer_http_api` and `keep_encoded` change how LocalStack itself treats such requests (see `patches`).
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.handlers.cors import is_execute_api_call
from localstack.http import Request, Response
from localstack.http.request import get_raw_path
from localstack.services.edge import ROUTER
from localstack.services.plugins import SERVICE_PLUGINS, ServiceState

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway import serve
from lab_emulator.http_api.located_api import LocatedApi, locate_api

BASE_PATH = "/_aws/execute-api"
HOST = "<regex('[^.]+'):api_id>.execute-api.<regex('.*'):server>"


def register_routes() -> None:
    """Add the routes to LocalStack's router. `greedy_path`, unlike `path`, takes one that has `//` in it."""
    ROUTER.add(f"{BASE_PATH}/<api_id>", _handle)
    ROUTER.add(f"{BASE_PATH}/<api_id>/<greedy_path:path>", _handle)
    ROUTER.add("/", _handle, host=HOST)
    ROUTER.add("/<greedy_path:path>", _handle, host=HOST)


def is_registered() -> bool:
    """Say whether LocalStack's router knows these routes."""
    return any(rule.endpoint is _handle for rule in ROUTER.url_map.iter_rules())


def handle_http_api(request: Request, located: LocatedApi) -> Response:
    """Serve a request for an API of version 2, whichever route it came in by."""
    raw_path = get_raw_path(request)
    prefix = f"{BASE_PATH}/{located.api.api_id}"
    below = raw_path.removeprefix(prefix) if raw_path.startswith(prefix) else raw_path
    return serve(Exchange(request, located, raw_path=below or "/"))


def _handle(request: Request, api_id: str, path: str = "", **_: str) -> Response:
    if (located := locate_api(api_id)) is not None:
        return handle_http_api(request, located)
    return _handle_rest_api(request, api_id, path)


def _handle_rest_api(request: Request, api_id: str, path: str) -> Response:
    """Pass on what these routes caught though the API is a REST API, of version 1."""
    container = SERVICE_PLUGINS.get_service_container("apigateway")
    if container is None or container.state != ServiceState.RUNNING:
        return Response('{"message":"Not Found"}', 404, {"content-type": "application/json"})
    stage, _, rest = path.partition("/")
    return container.service._provider.router.handler(request, api_id=api_id, stage=stage, path=rest)


def prefer_http_api(stock: Callable[..., Response], endpoint: Any, request: Request, **path: str) -> Response:
    """Serve ids of version 2 here, and leave all others to version 1."""
    located = locate_api(path.get("api_id") or "")
    return handle_http_api(request, located) if located else stock(endpoint, request, **path)


def keep_encoded(
    stock: Callable[..., None], decoder: Any, chain: Any, context: Any, response: Response
) -> None:
    """Do not unpack the body of an execute-api request."""
    if not is_execute_api_call(context):
        stock(decoder, chain, context, response)
