"""Metrics of AWS/Lambda, by FunctionName, and without dimensions for all functions of account and region.

LocalStack counts invocations and errors, each by a PutMetricData of its own, and nothing else. A request
that is throttled counts as Throttles only: "Invocations aren't recorded if the invocation request is
throttled" (Lambda developer guide, monitoring-metrics-types). A datum bears the time at which the
invocation ended; on AWS, that at which it began.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from localstack.aws.api.lambda_ import TooManyRequestsException
from localstack.services.lambda_.invocation.counting_service import CountingService
from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    FunctionVersion,
    InitializationType,
    VersionIdentifier,
)

from lab_emulator.cloudwatch.metric_store import MetricKey
from lab_emulator.cloudwatch.metric_stores import metric_store

NAMESPACE = "AWS/Lambda"


@dataclass(frozen=True)
class _Function:
    """Function whose metrics are published, and where."""

    name: str
    account_id: str
    region: str


class InvocationLease(Protocol):
    """`CountingService.get_invocation_lease` of LocalStack, unbound."""

    def __call__(
        self, service: CountingService, function: Function | None, version: FunctionVersion
    ) -> AbstractContextManager[InitializationType]: ...


@contextmanager
def counted_lease(
    stock: InvocationLease, service: CountingService, function: Function | None, version: FunctionVersion
) -> Iterator[InitializationType]:
    """Wrap `get_invocation_lease`, where an invocation is let in or throttled: count both."""
    with ExitStack() as stack:
        try:
            kind = stack.enter_context(stock(service, function, version))
        except TooManyRequestsException:
            _publish(_function(version.id), "Throttles", 1, 1)
            raise
        _publish_concurrency(service, version.id)
        yield kind


def count_at_once(start_thread: Callable[..., Any]) -> Callable[..., Any]:
    """Stand in for `start_thread` of the invocations: call what counts one, start whatever else it is."""

    def start(target: Callable[..., Any], *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        if name and name.startswith("record-cloudwatch-metric-"):
            return target()
        return start_thread(target, *args, name=name, **kwargs)

    return start


def record_invocation(function_name: str, account_id: str, region_name: str) -> None:
    """Stand in for `record_cw_metric_invocation`."""
    _publish_outcome(_Function(function_name, account_id, region_name), errors=0)


def record_error(function_name: str, account_id: str, region_name: str) -> None:
    """Stand in for `record_cw_metric_error`: a failed invocation is one all the same."""
    _publish_outcome(_Function(function_name, account_id, region_name), errors=1)


def record_duration(version: VersionIdentifier, duration_seconds: float) -> None:
    """Publish how long the handler ran, without the initialisation before it."""
    milliseconds = round(duration_seconds * 1000, 2)
    _publish(_function(version), "Duration", milliseconds, milliseconds, "Milliseconds")


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
    _publish(_function(version), "ConcurrentExecutions", of_function, sum(running.values()))


def _publish_outcome(function: _Function, *, errors: int) -> None:
    """Report zeros too, as AWS does while a function is invoked: alarms on them see that it is well again."""
    for metric, count in (("Invocations", 1), ("Errors", errors), ("Throttles", 0)):
        _publish(function, metric, count, count)


def _publish(
    function: _Function, metric: str, of_function: float, of_all: float, unit: str = "Count"
) -> None:
    """Add a value for the function, and one for all functions of its account and region."""
    store = metric_store(function.account_id, function.region)
    store.add(MetricKey.of(NAMESPACE, metric, {"FunctionName": function.name}), of_function, unit)
    store.add(MetricKey.of(NAMESPACE, metric, {}), of_all, unit)


def _function(version: VersionIdentifier) -> _Function:
    return _Function(version.function_name, version.account, version.region)
