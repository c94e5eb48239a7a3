"""AWS/Lambda, by FunctionName and, without dimensions, for all functions of the account and region.

LocalStack counts invocations and errors, each by a PutMetricData of its own, and nothing else. A request
that is throttled counts as Throttles only: "Invocations aren't recorded if the invocation request is
throttled" (Lambda developer guide, monitoring-metrics-types). A datum bears the time at which the
invocation ended; on AWS, that at which it began.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation.counting_service import CountingService
from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    FunctionVersion,
    InitializationType,
    VersionIdentifier,
)

from lab_emulator.service_metrics.measurement import Measurement, report

NAMESPACE = "AWS/Lambda"


class Lease(Protocol):
    """LocalStack's `CountingService.get_invocation_lease`, unbound."""

    def __call__(
        self, service: CountingService, function: Function | None, version: FunctionVersion
    ) -> AbstractContextManager[InitializationType]: ...


@contextmanager
def counted_lease(
    stock: Lease, service: CountingService, function: Function | None, version: FunctionVersion
) -> Iterator[InitializationType]:
    """Wrap `get_invocation_lease`, where an invocation is let in or throttled: count both."""
    with ExitStack() as stack:
        try:
            kind = stack.enter_context(stock(service, function, version))
        except TooManyRequestsException:
            _publish_count(version.id.account, version.id.region, version.id.function_name, "Throttles")
            raise
        _publish_concurrency(service, version.id)
        yield kind


def record_invocation(function_name: str, account_id: str, region_name: str) -> None:
    """Stand in for `record_cw_metric_invocation`."""
    _publish_outcome(account_id, region_name, function_name, errors=0)


def record_error(function_name: str, account_id: str, region_name: str) -> None:
    """Stand in for `record_cw_metric_error`: a failed invocation is one all the same."""
    _publish_outcome(account_id, region_name, function_name, errors=1)


def record_duration(version: VersionIdentifier, duration_seconds: float) -> None:
    """Publish how long the handler ran, without the initialisation before it."""
    milliseconds = round(duration_seconds * 1000, 2)
    data = _for_function_and_all(
        "Duration", milliseconds, milliseconds, version.function_name, "Milliseconds"
    )
    report(version.account, version.region, NAMESPACE, data)


def _publish_concurrency(service: CountingService, version: VersionIdentifier) -> None:
    """Sample ConcurrentExecutions whenever an invocation begins, which is when it is at its highest."""
    scope = (version.account, version.region)
    on_demand = service.on_demand_concurrency_trackers[scope].concurrent_executions
    provisioned = service.provisioned_concurrency_trackers[scope].concurrent_executions
    running = {**on_demand, **provisioned}  # by unqualified and by qualified ARN: no key is in both
    function_arn = version.unqualified_arn()
    of_function = sum(
        count for arn, count in running.items() if arn == function_arn or arn.startswith(f"{function_arn}:")
    )
    data = _for_function_and_all(
        "ConcurrentExecutions", of_function, sum(running.values()), version.function_name
    )
    report(version.account, version.region, NAMESPACE, data)


def _publish_outcome(account_id: str, region: str, function_name: str, *, errors: int) -> None:
    """Report zeros too, as AWS does while a function is invoked: alarms on them see that it is well again."""
    for metric, count in (("Invocations", 1), ("Errors", errors), ("Throttles", 0)):
        _publish_count(account_id, region, function_name, metric, count)


def _publish_count(account_id: str, region: str, function_name: str, metric: str, count: int = 1) -> None:
    report(account_id, region, NAMESPACE, _for_function_and_all(metric, count, count, function_name))


def _for_function_and_all(
    metric: str, of_function: float, of_all: float, function_name: str, unit: str = "Count"
) -> list[Measurement]:
    return [
        Measurement(metric, of_function, unit, (("FunctionName", function_name),)),
        Measurement(metric, of_all, unit),
    ]
