"""What AWS refuses in an SQS event source mapping, and LocalStack accepts."""

from typing import Any

from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.lambda_.invocation.lambda_models import ValidationException
from localstack.utils.aws.arns import parse_arn

from lab_emulator.sqs_event_source.local_queue import find_queue

MAXIMUM_CONCURRENCY_RANGE = (2, 1000)
"""Lambda API reference, ScalingConfig."""

BATCHING_WINDOW_RANGE_SECONDS = (0, 300)
"""Lambda API reference, CreateEventSourceMapping."""


def validate_event_source_mapping(original, provider, context, request) -> tuple[Any, ...]:
    """Stands in for `LambdaProvider.validate_event_source_mapping`, which creation and update share.

    For an update `request` is the mapping with the changes applied.
    """
    validated = original(provider, context, request)
    _function_arn, _function_name, _store, function_version, _role = validated
    source_arn = request.get("EventSourceArn")
    if source_arn and parse_arn(source_arn)["service"] == "sqs":
        check_mapping(request, function_version.config.timeout)
    return validated


def check_mapping(mapping: dict[str, Any], function_timeout_seconds: int) -> None:
    """Check a mapping as it is about to be created, or to be after an update.

    Raises ValidationException for a number out of its range, InvalidParameterValueException where a
    message could come back while the function still works on it (services-sqs-configure).
    """
    scaling = mapping.get("ScalingConfig") or {}
    _check_range(
        "scalingConfig.maximumConcurrency", scaling.get("MaximumConcurrency"), MAXIMUM_CONCURRENCY_RANGE
    )
    _check_range(
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


def _check_range(member: str, value: int | None, bounds: tuple[int, int]) -> None:
    lowest, highest = bounds
    if value is None or lowest <= value <= highest:
        return
    bound = f"greater than or equal to {lowest}" if value < lowest else f"less than or equal to {highest}"
    raise ValidationException(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint:"
        f" Member must have value {bound}",
    )
