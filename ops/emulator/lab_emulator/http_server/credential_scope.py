"""Credential scope of a request's signature, and what LocalStack reads from it: found out once a scope.

A client signs every request anew, but which key signs for which day, region and service stays the same:
`AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request` (IAM user guide, "Elements of an AWS
API request signature"). LocalStack takes the whole header apart for each of the four.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import ServiceModel
    from localstack.http import Request

MAX_KEPT = 1000
_AUTHORIZATION, _TARGET, _PROTOCOL = "authorization", "x-amz-target", "Smithy-Protocol"
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^\s,/=]+(?:/[^\s,/=]+){4}")
# Elsewhere the service may depend on the path, of which there are as many as objects.
_API_PATH = "/"


def scope_of(headers: Mapping[str, Any]) -> str | None:
    """The header's beginning, up to the scope; None where it is not written as SDKs do."""
    beginning, _, rest = (headers.get(_AUTHORIZATION) or "").partition(",")
    return beginning if _SCOPE.fullmatch(beginning) and "Credential" not in rest else None


class _Indicators:
    """What a request says of its service before its body: as much of a request as the finding needs."""

    shallow = True  # there is no body to look into

    def __init__(self, scope: str, target: str | None, protocol: str, host: str) -> None:
        self.headers = {_AUTHORIZATION: scope, _TARGET: target, _PROTOCOL: protocol}
        self.host, self.path = host, _API_PATH


def service_finder(
    original: "Callable[..., ServiceModel | None]",
) -> "Callable[..., ServiceModel | None]":
    """Stand in for `determine_aws_service_model` of the handlers, which call it by name."""

    @lru_cache(MAX_KEPT)
    def found(scope: str, target: str | None, protocol: str, host: str) -> "ServiceModel | None":
        return original(_Indicators(scope, target, protocol, host))

    def service_of(request: "Request", *catalog: Any) -> "ServiceModel | None":
        scope = scope_of(request.headers)
        if catalog or scope is None or request.path != _API_PATH:
            return original(request, *catalog)
        headers = request.headers
        # None: it takes the body to tell.
        return found(scope, headers.get(_TARGET), headers.get(_PROTOCOL, ""), request.host) or original(
            request
        )

    return service_of


def kept_by_scope(original: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """Stand in for a function that reads nothing of the headers but the signature's scope."""

    @lru_cache(MAX_KEPT)
    def found(scope: str) -> Any:
        return original({"Authorization": scope})

    def of_headers(headers: Mapping[str, Any]) -> Any:
        scope = scope_of(headers)
        return original(headers) if scope is None else found(scope)

    return of_headers
