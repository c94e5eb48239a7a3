"""Names and categorizes any exception, the AWS SDK's included."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from functions.common.errors import ErrorCategory, LabError

# Codes that say "slow down" with a 4xx status; the SDK's own list is botocore.retries.standard.
_THROTTLING_CODES = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def error_type(error: Exception) -> str:
    """The `errorType` of an error: its class, or for an answer of AWS the code in it."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__


def error_category(error: Exception) -> ErrorCategory:
    """The category of an error; anything unforeseen is UNKNOWN, never a guess."""
    if isinstance(error, LabError):
        return error.category
    if isinstance(error, ClientError):
        return _client_error_category(error)
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
        return ErrorCategory.TIMEOUT
    if isinstance(error, BotoCoreError):
        return ErrorCategory.TRANSIENT
    return ErrorCategory.UNKNOWN


def _client_error_category(error: ClientError) -> ErrorCategory:
    """A 5xx or throttling passes by itself; another 4xx (access, missing table) needs a person."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or error_type(error) in _THROTTLING_CODES:
        return ErrorCategory.TRANSIENT
    return ErrorCategory.PERMANENT
