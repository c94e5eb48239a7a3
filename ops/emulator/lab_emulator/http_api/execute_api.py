"""Two changes to how LocalStack treats execute-api requests (see `patches`)."""

from collections.abc import Callable
from typing import Any

from localstack.aws.handlers.cors import is_execute_api_call
from localstack.http import Request, Response

from lab_emulator.http_api.data_plane.router import handle_http_api
from lab_emulator.http_api.registry import locate_api


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
