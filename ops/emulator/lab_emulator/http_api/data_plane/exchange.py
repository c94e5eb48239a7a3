"""Exchange: one request on its way through the gateway, and what the handlers have found out about it."""

import base64
import secrets
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from localstack.http import Request
from localstack.utils.xray.trace_header import TraceHeader
from moto.apigatewayv2.models import Api, Integration, Stage

from lab_emulator.http_api.data_plane.gateway_error import GatewayError
from lab_emulator.http_api.data_plane.route_match import RouteMatch
from lab_emulator.http_api.located_api import LocatedApi


def _new_request_id() -> str:
    """Return an id in the form that HTTP APIs use: 16 characters, the last one `=`."""
    return base64.b64encode(secrets.token_bytes(11)).decode()


@dataclass
class IntegrationOutcome:
    """What the integration did, for the access log.

    `lambda_status` is 200 if the invocation gave a response, `function_status` what that one says.
    """

    latency_millis: int
    lambda_status: int
    function_status: int | None = None
    error: str = ""


@dataclass
class Exchange:
    """What the handlers share. Those that run first fill in what those that run later read.

    `raw_path` is the path beneath the API's address, percent-encoded, with a leading slash;
    `route_path` is that without the name of the stage, for a stage other than `$default`.
    """

    request: Request
    located: LocatedApi
    raw_path: str
    request_id: str = field(default_factory=_new_request_id)
    received_at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.perf_counter)
    route_path: str = ""
    body: bytes = b""
    found_stage: Stage | None = None
    match: RouteMatch | None = None
    authorizer: dict[str, Any] | None = None
    integration_outcome: IntegrationOutcome | None = None
    error: GatewayError | None = None

    @property
    def api(self) -> Api:
        return self.located.api

    @property
    def stage(self) -> Stage:
        """Return the stage; only handlers that run once it was resolved may ask."""
        if self.found_stage is None:
            raise LookupError("the stage is not resolved yet")
        return self.found_stage

    @property
    def matched(self) -> RouteMatch:
        """Return the matched route; only handlers that run once there is one may ask."""
        if self.match is None:
            raise LookupError("no route is matched yet")
        return self.match

    @property
    def integration(self) -> Integration | None:
        """Return the integration that the matched route names, if it still exists."""
        target = self.matched.route.target or ""
        return self.api.integrations.get(target.removeprefix("integrations/"))

    @property
    def route_settings(self) -> dict[str, Any]:
        """Return the stage's settings for the matched route: its own before those for all routes."""
        own = (self.stage.route_settings or {}).get(self.matched.route.route_key, {})
        return {**(self.stage.default_route_settings or {}), **own}

    @property
    def path(self) -> str:
        """Return the path with the stage, decoded: HTTP APIs, unlike REST APIs, decode it."""
        return unquote(self.raw_path, errors="replace")

    @property
    def arn_prefix(self) -> str:
        """Return the first part of the execute-api ARNs of this API."""
        return f"arn:aws:execute-api:{self.located.region}:{self.located.account_id}:{self.api.api_id}"

    @cached_property
    def trace_header(self) -> TraceHeader:
        """Return the X-Ray trace that the client is part of, or a new one."""
        given = self.request.headers.get("x-amzn-trace-id")
        return TraceHeader.from_header_str(given).ensure_root_exists()

    @property
    def elapsed_millis(self) -> int:
        return round((time.perf_counter() - self.started) * 1000)
