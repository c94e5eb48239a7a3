"""Settings of an event source mapping, and what AWS refuses in them and LocalStack accepts."""

import logging
import os
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api.lambda_ import FunctionResponseType, InvalidParameterValueException
from localstack.services.lambda_.invocation.lambda_models import ValidationException
from localstack.utils.aws.arns import parse_arn

from lab_emulator.iam.permission_check import PermissionDenied
from lab_emulator.sqs_event_source.polled_queue import READS_QUEUE, find_queue
from lab_emulator.sqs_event_source.target_function import TargetFunction

LOG = logging.getLogger(__name__)

CONCURRENT_BATCHES_VARIABLE = "LAB_SQS_CONCURRENT_BATCHES"
DEFAULT_CONCURRENT_BATCHES = 5
"""AWS polls a standard queue with five concurrent batches before it scales up (Lambda developer
guide, services-sqs-scaling). A laptop stays at that."""

MAXIMUM_CONCURRENCY_RANGE = (2, 1000)
"""Lambda API reference, ScalingConfig."""

BATCHING_WINDOW_RANGE_SECONDS = (0, 300)
"""Lambda API reference, CreateEventSourceMapping."""


@dataclass(frozen=True)
class MappingSettings:
    """The part of an event source mapping that polling depends on.

    `max_concurrent_batches` is `ScalingConfig.MaximumConcurrency`, or less where the lab's own
    ceiling is lower. Reserved concurrency is deliberately not looked at: neither does AWS, which
    polls on and has the surplus throttled (services-sqs-scaling).
    """

    uuid: str
    queue_arn: str
    function_arn: str
    batch_size: int
    batching_window_seconds: int
    max_concurrent_batches: int
    reports_item_failures: bool
    filter_patterns: tuple[str, ...]

    @classmethod
    def from_configuration(cls, configuration: dict[str, Any]) -> "MappingSettings":
        """Read Lambda's EventSourceMappingConfiguration, in which updates may leave empty members."""
        scaling = configuration.get("ScalingConfig") or {}
        filters = (configuration.get("FilterCriteria") or {}).get("Filters") or []
        response_types = configuration.get("FunctionResponseTypes") or []
        ceiling = concurrent_batches_ceiling()
        return cls(
            uuid=configuration["UUID"],
            queue_arn=configuration["EventSourceArn"],
            function_arn=configuration["FunctionArn"],
            batch_size=configuration["BatchSize"],
            batching_window_seconds=configuration.get("MaximumBatchingWindowInSeconds") or 0,
            max_concurrent_batches=min(scaling.get("MaximumConcurrency") or ceiling, ceiling),
            reports_item_failures=FunctionResponseType.ReportBatchItemFailures in response_types,
            filter_patterns=tuple(entry["Pattern"] for entry in filters),
        )


def concurrent_batches_ceiling() -> int:
    """The lab's ceiling for any mapping, from `LAB_SQS_CONCURRENT_BATCHES`. ValueError below 1."""
    ceiling = int(os.environ.get(CONCURRENT_BATCHES_VARIABLE) or DEFAULT_CONCURRENT_BATCHES)
    if ceiling < 1:
        raise ValueError(f"{CONCURRENT_BATCHES_VARIABLE} must be at least 1, not {ceiling}")
    return ceiling


def validate_event_source_mapping(original, provider, context, request) -> tuple[Any, ...]:
    """In the place of `LambdaProvider.validate_event_source_mapping`, which creation and update share.

    For an update `request` is the mapping with the changes applied.
    """
    try:
        validated = original(provider, context, request)
    except ClientError as error:  # it looks at the queue in the name of the function's role
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        raise role_may_not(error.operation_name) from error
    function_arn, _function_name, _store, function_version, _role = validated
    source_arn = request.get("EventSourceArn")
    if source_arn and parse_arn(source_arn)["service"] == "sqs":
        check_mapping(request, function_version.config.timeout)
        check_role(TargetFunction(function_arn), source_arn)
    return validated


def check_mapping(mapping: dict[str, Any], function_timeout_seconds: int) -> None:
    """Check a mapping as it is about to be created, or to be after an update.

    Raises ValidationException for a number out of its range, InvalidParameterValueException where a
    message could come back while the function still works on it (services-sqs-configure).
    """
    scaling = mapping.get("ScalingConfig") or {}
    check_range(
        "scalingConfig.maximumConcurrency", scaling.get("MaximumConcurrency"), MAXIMUM_CONCURRENCY_RANGE
    )
    check_range(
        "maximumBatchingWindowInSeconds",
        mapping.get("MaximumBatchingWindowInSeconds"),
        BATCHING_WINDOW_RANGE_SECONDS,
    )
    visibility_seconds = find_queue(mapping["EventSourceArn"]).visibility_timeout
    if visibility_seconds < function_timeout_seconds:
        raise InvalidParameterValueException(
            f"Queue visibility timeout: {visibility_seconds} seconds is less than"
            f" Function timeout: {function_timeout_seconds} seconds",
            Type="User",
        )


def check_role(function: TargetFunction, queue_arn: str) -> None:
    """Raise InvalidParameterValueException where the function's role may not read the queue, and should."""
    for action in READS_QUEUE:
        try:
            function.check_role(action, queue_arn)
        except PermissionDenied as denied:
            LOG.info("event source mapping of %s: %s", queue_arn, denied)
            raise role_may_not(action.partition(":")[2]) from denied


def role_may_not(operation: str) -> InvalidParameterValueException:
    """Lambda's error for a role that may not read the queue."""
    return InvalidParameterValueException(
        f"The provided execution role does not have permissions to call {operation} on SQS", Type="User"
    )


def check_range(member: str, value: int | None, bounds: tuple[int, int]) -> None:
    """Raise ValidationException, in AWS's words, unless `value` is within `bounds` or left out."""
    lowest, highest = bounds
    if value is None or lowest <= value <= highest:
        return
    bound = f"greater than or equal to {lowest}" if value < lowest else f"less than or equal to {highest}"
    raise ValidationException(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint:"
        f" Member must have value {bound}",
    )
