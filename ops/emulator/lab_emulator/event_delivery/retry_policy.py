"""Retry policy of EventBridge: which failures of a target are retried, how often, and for how long.

EventBridge retries what may pass: throttling, 5xx, no connection. "Errors that result from missing
permissions to a target, or if a target resource that no longer exists" go "directly to the target DLQ"
(user guide, eb-rule-dlq), and so does every other 4xx. The codes are those of that page.
"""

import random
from dataclasses import dataclass

import requests
from botocore.exceptions import ClientError, HTTPClientError
from localstack.aws.api.events import Target
from moto.core.exceptions import JsonRESTError

from lab_emulator.iam.permission_check import PermissionDenied

_THROTTLED = {429}
_COLLISION = {409}
_FORBIDDEN = {401, 403}
_MISSING = {404, 410}
# Services of the JSON protocols answer 400 for all of these: only the code tells them apart.
_MISSING_CODES = ("NotFound", "DoesNotExist", "NonExistentQueue", "NoSuch", "ResourceNotFound")
_FORBIDDEN_CODES = ("AccessDenied", "NotAuthorized", "Unauthorized", "AuthorizationError", "Forbidden")
_THROTTLED_CODES = ("Throttl", "TooManyRequests", "LimitExceeded", "RequestThrottled", "SlowDown")

# What a target has that sets neither: "EventBridge retries sending the event for 24 hours and up to 185
# times with an exponential back off and jitter" (user guide, eb-rule-retry-policy).
DEFAULT_ATTEMPTS, DEFAULT_AGE_SECONDS = 185, 86_400

# AWS does not say its intervals; 185 in a day are eight minutes on average. Here a drill waits for
# the end: the first retry comes within half a second, the later ones every ten at most.
FIRST_INTERVAL_SECONDS = 0.5
MAX_INTERVAL_SECONDS = 10.0


@dataclass(frozen=True)
class DeliveryFailure:
    """Failure of a target. `code` and `message` are the ERROR_CODE and ERROR_MESSAGE of the dead letter."""

    code: str
    message: str
    is_retried: bool


def describe(error: Exception) -> DeliveryFailure:
    """Read what a target sender raised. What is unknown is not retried, as with AWS's UNKNOWN."""
    match error:
        case ClientError(response=response):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            return _of_status(status, str(error), response["Error"]["Code"])
        case JsonRESTError(code=status, error_type=code):  # of a service that is asked inside the process
            return _of_status(status, str(error), code)
        case PermissionDenied():
            return DeliveryFailure("NO_PERMISSIONS", str(error), is_retried=False)
        case requests.HTTPError(response=requests.Response(status_code=status)):
            return _of_status(status, str(error))
        case requests.Timeout():
            return DeliveryFailure("TIMEOUT", str(error), is_retried=True)
        case requests.ConnectionError() | HTTPClientError():
            return DeliveryFailure("CONNECTION_FAILURE", str(error), is_retried=True)
    return DeliveryFailure("UNKNOWN", f"{type(error).__name__}: {error}", is_retried=False)


def _of_status(status: int, message: str, code: str = "") -> DeliveryFailure:
    if status in _THROTTLED or code.startswith(_THROTTLED_CODES):
        return DeliveryFailure("THROTTLING", message, is_retried=True)
    if status >= 500:
        return DeliveryFailure("INTERNAL_ERROR", message, is_retried=True)
    if status in _COLLISION:
        return DeliveryFailure("RESOURCE_MODIFICATION_COLLISION", message, is_retried=True)
    if status in _MISSING or any(part in code for part in _MISSING_CODES):
        return DeliveryFailure("NO_RESOURCE", message, is_retried=False)
    if status in _FORBIDDEN or any(part in code for part in _FORBIDDEN_CODES):
        return DeliveryFailure("NO_PERMISSIONS", message, is_retried=False)
    return DeliveryFailure("ERROR_FROM_TARGET", message, is_retried=False)


@dataclass(frozen=True)
class RetryPolicy:
    """Limits for one target: whichever is reached first ends the retries."""

    max_retries: int
    max_age_seconds: float

    @classmethod
    def of(cls, target: Target) -> "RetryPolicy":
        settings = target.get("RetryPolicy") or {}
        return cls(
            settings.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS),
            settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS),
        )

    def exhausted_condition(self, retries: int, age_seconds: float) -> str | None:
        """Name the setting that forbids one more retry after so many; None where there may be one."""
        if retries >= self.max_retries:
            return "MaximumRetryAttempts"
        if age_seconds >= self.max_age_seconds:
            return "MaximumEventAgeInSeconds"
        return None


def interval_seconds(retries: int) -> float:
    """Wait in seconds before the next retry: exponential, with full jitter."""
    longest = min(MAX_INTERVAL_SECONDS, FIRST_INTERVAL_SECONDS * 2 ** min(retries, 16))
    return random.uniform(0, longest)
