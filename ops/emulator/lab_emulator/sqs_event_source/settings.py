"""What one event source mapping asks for."""

import os
from dataclasses import dataclass
from typing import Any

from localstack.aws.api.lambda_ import FunctionResponseType

CONCURRENT_BATCHES_VARIABLE = "LAB_SQS_CONCURRENT_BATCHES"
DEFAULT_CONCURRENT_BATCHES = 5
"""AWS polls a standard queue with five concurrent batches before it scales up (Lambda developer
guide, services-sqs-scaling). A laptop stays at that."""


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
