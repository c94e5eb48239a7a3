"""Invocation of a Lambda function, inside the process, for as long as the integration may take."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError

from localstack import config
from localstack.aws.api import CommonServiceException
from localstack.aws.api.lambda_ import InvocationType, TooManyRequestsException
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.xray.trace_header import TraceHeader

from lab_emulator.http_api.data_plane.gateway_error import (
    internal_server_error,
    service_unavailable,
    too_large,
)
from lab_emulator.http_api.lambda_uri import FunctionArn
from lab_emulator.lambda_executor.sandbox import INIT_LIMIT_SECONDS

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024  # a synchronous invocation's, Lambda developer guide, quotas
# An invocation goes on when its integration has timed out: one that may needs a thread of its own.
_POOL = ThreadPoolExecutor(config.GATEWAY_WORKER_COUNT, thread_name_prefix="http-api-invocation")


def invoke(
    function: FunctionArn, payload: bytes, timeout_seconds: float, trace_header: TraceHeader
) -> bytes | None:
    """Return the function's result as JSON, or raise the gateway's answer to why there is none."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise too_large(f"The event exceeds the {MAX_PAYLOAD_BYTES} bytes that Lambda takes")
    try:
        if _ends_by_itself(function, timeout_seconds):
            result = _invoke(function, payload, trace_header)
        else:
            result = _POOL.submit(_invoke, function, payload, trace_header).result(timeout_seconds)
    except FutureTimeoutError as error:
        raise service_unavailable(f"The function took more than {timeout_seconds:g} s") from error
    except TooManyRequestsException as error:
        raise service_unavailable(f"Lambda throttled the invocation: {error.message}") from error
    except CommonServiceException as error:
        raise internal_server_error(f"Lambda refused the invocation: {error.message}") from error
    if result.is_error:
        raise internal_server_error("The function failed; see its log")
    return result.payload


def _ends_by_itself(function: FunctionArn, timeout_seconds: float) -> bool:
    """Whether Lambda ends the invocation, a slow start included, before the integration would time out."""
    known = lambda_stores[function.account][function.region].functions.get(function.name)
    if known is None or function.qualifier not in (None, "$LATEST"):
        return False
    return known.latest().config.timeout + INIT_LIMIT_SECONDS < timeout_seconds


def _invoke(function: FunctionArn, payload: bytes, trace_header: TraceHeader) -> InvocationResult:
    provider = SERVICE_PLUGINS.require("lambda")._provider
    return provider.lambda_service.invoke(
        function_name=function.name,
        qualifier=function.qualifier,
        region=function.region,
        account_id=function.account,
        invocation_type=InvocationType.RequestResponse,
        client_context=None,
        request_id=str(uuid.uuid4()),
        payload=payload,
        trace_context={"aws_trace_header": trace_header},
    )
