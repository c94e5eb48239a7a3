"""Match of a request to the route that answers it.

The most specific path wins, and only then the method that is named over ANY; `$default` takes
what is left. Source: API Gateway developer guide, "Routing API requests" (http-api-develop-routes).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from moto.apigatewayv2.models import Route

DEFAULT_ROUTE_KEY = "$default"
LITERAL, VARIABLE, GREEDY = range(3)  # from the most specific to the least


@dataclass(frozen=True)
class Segment:
    """One part of a route's path: its kind, and its text or the name of its variable."""

    kind: int
    text: str


@dataclass(frozen=True)
class RouteMatch:
    """The route that answers, and the decoded values of the variables in its path."""

    route: Route
    path_parameters: dict[str, str]


def find_route(routes: Iterable[Route], method: str, path: str) -> RouteMatch | None:
    """Return the route for a method and a percent-encoded path, or None."""
    segments = path.removeprefix("/").split("/")
    candidates = []
    for route in routes:
        if route.route_key == DEFAULT_ROUTE_KEY:
            candidates.append(((1,), RouteMatch(route, {})))
            continue
        route_method, template = route.route_key.split(" ", 1)
        parameters = _match(_parse(template), segments) if route_method in (method, "ANY") else None
        if parameters is not None:
            rank = (0, [segment.kind for segment in _parse(template)], route_method == "ANY")
            candidates.append((rank, RouteMatch(route, parameters)))
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


@lru_cache(maxsize=1024)
def _parse(template: str) -> tuple[Segment, ...]:
    return tuple(_segment(text) for text in template.removeprefix("/").split("/"))


def _segment(text: str) -> Segment:
    if not (text.startswith("{") and text.endswith("}")):
        return Segment(LITERAL, text)
    name = text[1:-1]
    return Segment(GREEDY, name[:-1]) if name.endswith("+") else Segment(VARIABLE, name)


def _match(template: tuple[Segment, ...], path: list[str]) -> dict[str, str] | None:
    """Return the variables' values, or None where the path differs. A variable is never empty."""
    greedy = template[-1].kind == GREEDY
    if len(path) < len(template) or (len(path) > len(template) and not greedy):
        return None
    parameters = {}
    for index, segment in enumerate(template):
        raw = "/".join(path[index:]) if segment.kind == GREEDY else path[index]
        value = unquote(raw, errors="replace")
        if segment.kind != LITERAL and value:
            parameters[segment.text] = value
        elif value != segment.text or segment.kind != LITERAL:
            return None
    return parameters
