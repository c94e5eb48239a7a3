"""Why a target did not take an event, and whether to try again.

EventBridge retries what may pass: throttling, 5xx, no connection. "Errors that result from missing
permissions to a target, or if a target resource that no longer exists" go "directly to the target DLQ"
(user guide, eb-rule-dlq), and so does every other 4xx. The codes are those of that page.
"""

from dataclasses import dataclass

import requests
from botocore.exceptions import ClientError, HTTPClientError

_THROTTLED = {429}
_COLLISION = {409}
_FORBIDDEN = {401, 403}
_MISSING = {404, 410}
# Services of the JSON protocols answer 400 for all of these: only the code tells them apart.
_MISSING_CODES = ("NotFound", "DoesNotExist", "NonExistentQueue", "NoSuch", "ResourceNotFound")
_FORBIDDEN_CODES = ("AccessDenied", "NotAuthorized", "Unauthorized", "AuthorizationError", "Forbidden")
_THROTTLED_CODES = ("Throttl", "TooManyRequests", "LimitExceeded", "RequestThrottled", "SlowDown")


@dataclass(frozen=True)
class Failure:
    """`code` and `message` become the ERROR_CODE and ERROR_MESSAGE of the dead letter."""

    code: str
    message: str
    is_retried: bool


def describe(error: Exception) -> Failure:
    """Read what a target sender raised. What is unknown is not retried, as with AWS's UNKNOWN."""
    match error:
        case ClientError(response=response):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            return _of_status(status, str(error), response["Error"]["Code"])
        case requests.HTTPError(response=requests.Response(status_code=status)):
            return _of_status(status, str(error))
        case requests.Timeout():
            return Failure("TIMEOUT", str(error), is_retried=True)
        case requests.ConnectionError() | HTTPClientError():
            return Failure("CONNECTION_FAILURE", str(error), is_retried=True)
    return Failure("UNKNOWN", f"{type(error).__name__}: {error}", is_retried=False)


def _of_status(status: int, message: str, code: str = "") -> Failure:
    if status in _THROTTLED or code.startswith(_THROTTLED_CODES):
        return Failure("THROTTLING", message, is_retried=True)
    if status >= 500:
        return Failure("INTERNAL_ERROR", message, is_retried=True)
    if status in _COLLISION:
        return Failure("RESOURCE_MODIFICATION_COLLISION", message, is_retried=True)
    if status in _MISSING or any(part in code for part in _MISSING_CODES):
        return Failure("NO_RESOURCE", message, is_retried=False)
    if status in _FORBIDDEN or any(part in code for part in _FORBIDDEN_CODES):
        return Failure("NO_PERMISSIONS", message, is_retried=False)
    return Failure("ERROR_FROM_TARGET", message, is_retried=False)
