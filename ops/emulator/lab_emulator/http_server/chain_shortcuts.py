"""Shortcuts in LocalStack's chain of handlers: the same outcome, without what was found out before.

Each request is matched against every route of LocalStack's own, is described twice for a log of which one
line is written, and has each member of its parameters looked for that could be there.
"""

import logging
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from botocore.model import Shape, StructureShape
from localstack.aws.api import RequestContext
from localstack.aws.handlers.logging import ResponseLogger
from localstack.aws.protocol.parser import BaseJSONRequestParser
from localstack.aws.protocol.serializer import ResponseSerializer
from localstack.http import Request, Response
from rolo.request import get_raw_path
from rolo.routing import Router
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound

MAX_KEPT = 1000
_UNROUTED, _MEMBERS = "_unrouted", "_lab_members"
# Where AWS's APIs of the JSON and query protocols are called.
_API_PATH = "/"


def dispatch(router: Router, request: Request) -> Response:
    """Stand in for `Router.dispatch`. A router that changes gets another map: what is kept goes too."""
    routes, path = router.url_map, get_raw_path(request)
    unrouted: set[tuple[str, str]] = routes.__dict__.setdefault(_UNROUTED, set())
    place = (request.host, request.method)
    if path == _API_PATH and place in unrouted:
        raise NotFound
    try:
        endpoint, arguments = routes.bind(server_name=request.host).match(path, method=request.method)
    except NotFound:
        if path == _API_PATH and len(unrouted) < MAX_KEPT:
            unrouted.add(place)
        raise
    arguments.pop("__host__", None)
    return router.dispatcher(request, endpoint, arguments)


def parse_structure(
    parser: BaseJSONRequestParser, request: Request, shape: StructureShape, value: Any, uri_params: Any = None
) -> Any:
    """Stand in for `BaseJSONRequestParser._parse_structure`: a member that is absent is not parsed."""
    if shape.is_document_type or value is None:
        return value
    parsed = {}
    for name, member, json_name, has_location, is_required in _members(shape):
        raw = value.get(json_name)
        found = None
        if raw is not None or has_location:
            found = parser._parse_shape(request, member, raw, uri_params)
        if found is not None or is_required:
            parsed[name] = found
    return parsed


def _members(shape: StructureShape) -> list[tuple[str, Shape, str, bool, bool]]:
    """Each member with its name in JSON, whether it is outside of the body, and whether it is required."""
    known = shape.__dict__.get(_MEMBERS)
    if known is None:
        known = shape.__dict__[_MEMBERS] = [
            (
                name,
                member,
                member.serialization.get("name", name),
                member.serialization.get("location") is not None,
                name in shape.required_members,
            )
            for name, member in shape.members.items()
        ]
    return known


def mime_type(
    original: Callable[..., str], serializer: ResponseSerializer, headers: dict[str, str] | Headers | None
) -> str:
    """Wrap `ResponseSerializer._get_mime_type`, which depends on two headers alone."""
    if not headers:
        return original(serializer, headers)
    accepted = _mime_types(original, type(serializer))
    return accepted(headers.get("Accept"), headers.get("Content-Type"))


@cache
def _mime_types(original: Callable[..., str], kind: type[ResponseSerializer]) -> Callable[..., str]:
    serializer = kind()

    @lru_cache(MAX_KEPT)
    def chosen(accept: str | None, content_type: str | None) -> str:
        given = {"Accept": accept, "Content-Type": content_type}
        return original(serializer, {name: value for name, value in given.items() if value is not None})

    return chosen


def log_response(
    original: Callable[..., None], logger: ResponseLogger, context: RequestContext, response: Response
) -> None:
    """Wrap `ResponseLogger._log`: the same line, without the details that only a trace shows."""
    internal = context.is_internal_call
    if context.operation:
        log = logger.internal_aws_logger if internal else logger.aws_logger
        what = (context.service.service_name, context.operation.name, response.status_code)
        if refusal := context.service_exception:
            line, values = "AWS %s.%s => %d (%s)", (*what, refusal.code)
        else:
            line, values = "AWS %s.%s => %s", what
    else:
        log = logger.internal_http_logger if internal else logger.http_logger
        line, values = "%s %s => %d", (context.request.method, context.request.path, response.status_code)
    if log.isEnabledFor(logging.DEBUG):
        original(logger, context, response)
    else:
        log.info(line, *values)


def parse_response(
    original: Callable[..., None], handler: Any, chain: Any, context: RequestContext, *others: Any
) -> None:
    """Wrap `ServiceResponseParser`, which takes an answer without content for one that is not known yet."""
    if context.service_response is None:
        original(handler, chain, context, *others)
