"""Type and category of any exception, the AWS SDK's included.

Apart from `errors`, which `infra` imports without botocore.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as SdkConnectionError

from functions.common.errors import (
    CircuitOpen,
    DownstreamUnavailable,
    ErrorCategory,
    PipelineError,
    RemoteError,
)

# What a call by one of `functions.common.clients` may raise.
AWS_ERRORS = (BotoCoreError, ClientError, CircuitOpen)

# Codes that say "slow down" with a 4xx status: botocore.retries.standard.ThrottledRetryableChecker, those of
# the services used here; and SQS's for the key that it encrypts with (SendMessage, "Errors").
_THROTTLING_CODES = frozenset(
    {
        "KMS.ThrottlingException",
        "KmsThrottled",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
# botocore.retries.standard.TransientRetryableChecker: the service gave up waiting for the request.
_TIMEOUT_CODES = frozenset({"RequestTimeout", "RequestTimeoutException"})
_NO_ANSWER = (SdkConnectionError, HTTPClientError, IncompleteReadError)


def error_type(error: Exception) -> str:
    """The `errorType` of an error: its class; an answer of AWS and a remote error bring theirs."""
    if isinstance(error, RemoteError):
        return error.error_type
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__


def error_category(error: Exception) -> ErrorCategory:
    """The category of an error; anything unforeseen is UNKNOWN, never a guess."""
    if isinstance(error, RemoteError):
        return ErrorCategory(error.remote_category)
    if isinstance(error, PipelineError):
        return error.category
    if isinstance(error, ClientError):
        return _client_error_category(error)
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError | TimeoutError):
        return ErrorCategory.TIMEOUT
    if isinstance(error, _NO_ANSWER):
        return ErrorCategory.TRANSIENT
    if isinstance(error, BotoCoreError):  # nothing was sent: no credentials, no region, a wrong parameter
        return ErrorCategory.PERMANENT
    return ErrorCategory.UNKNOWN


def is_unforeseen(error: Exception) -> bool:
    """Whether the code did not reckon with an error: its log line needs the traceback."""
    return error_category(error) in (ErrorCategory.PROCESSING, ErrorCategory.UNKNOWN)


def is_outage(error: BaseException) -> bool:
    """Whether an error says that the service itself is unwell: no answer, an answer too late, a 5xx, or
    throttling. A service that refuses a request (a failed condition, access, a bad value) is well."""
    if isinstance(error, ClientError):
        return _client_error_category(error) is not ErrorCategory.PERMANENT
    return isinstance(error, (*_NO_ANSWER, DownstreamUnavailable))


def _client_error_category(error: ClientError) -> ErrorCategory:
    """A 5xx or throttling passes by itself; another 4xx (access, missing table) needs a person."""
    if error_type(error) in _TIMEOUT_CODES:
        return ErrorCategory.TIMEOUT
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 or error_type(error) in _THROTTLING_CODES:
        return ErrorCategory.TRANSIENT
    return ErrorCategory.PERMANENT
