"""Router: sends a request to its route, answers errors as problems, and writes the request's one log line."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.logging import Logger
from botocore.exceptions import BotoCoreError, ClientError

from functions.common.clock import Clock, elapsed_ms
from functions.common.error_category import error_category, error_type
from functions.common.errors import AwsCallFailed, NotFound, UpstreamUnavailable
from functions.ingestion.api_http import ApiRequest, Response
from functions.ingestion.problem_document import problem_response, status_of

Route = Callable[[ApiRequest], Response]


class Router:
    """Routes by API Gateway's route key, e.g. `POST /events`."""

    def __init__(self, routes: Mapping[str, Route], logger: Logger, clock: Clock) -> None:
        self._routes = routes
        self._logger = logger
        self._clock = clock

    def answer(self, event: Mapping[str, Any], request_id: str) -> Response:
        """Never raises: bad input gets a 4xx, and a bug is answered with 500 and logged."""
        started = self._clock()
        fields: dict[str, object] = {"route": event.get("routeKey")}
        unforeseen = None
        try:
            response = self._dispatch(ApiRequest.from_event(event))
        except Exception as error:
            response = problem_response(error, request_id)
            fields |= {
                "errorType": error_type(error),
                "errorCategory": error_category(error),
                "errorDetail": str(error),
            }
            if error.__cause__ is not None:  # a service's own words, which are not for the client
                fields["errorCause"] = str(error.__cause__)
            unforeseen = error if status_of(error) == 500 else None
        status = response["statusCode"]
        log = self._logger.error if status >= 500 else self._logger.info
        fields |= {"status": status, "latencyMs": elapsed_ms(started, self._clock())}
        log("request answered", extra=fields, exc_info=unforeseen)
        return response

    def _dispatch(self, request: ApiRequest) -> Response:
        route = self._routes.get(request.route)
        if route is None:
            raise NotFound(f"no route {request.route!r}")
        try:
            return route(request)
        except (BotoCoreError, ClientError, AwsCallFailed) as error:
            raise UpstreamUnavailable(f"an AWS service did not serve us: {error_type(error)}") from error
