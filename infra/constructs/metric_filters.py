"""Metric filters: the lab's own metrics, counted from the functions' structured logs."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

PROCESSED = "Processed"
IDEMPOTENCY_HITS = "IdempotencyHits"
FAILED_ATTEMPTS = "FailedAttempts"
ERRORS = "Errors"
ERROR_TYPE = "ErrorType"  # the dimension of ERRORS
CIRCUIT_OPENED = "CircuitOpened"
CIRCUIT = "Circuit"  # the dimension of CIRCUIT_OPENED
CIRCUITS = ("DynamoDB", "SQS", "EventBridge", "Downstream")  # of `functions.common.circuits`


@dataclass(frozen=True)
class LabMetrics:
    """The metrics that the filters write, as a dashboard reads them."""

    namespace: str
    period: Duration

    def count(self, name: str) -> cloudwatch.Metric:
        """How often PROCESSED or IDEMPOTENCY_HITS was logged."""
        return cloudwatch.Metric(
            namespace=self.namespace, metric_name=name, statistic="Sum", period=self.period, label=name
        )

    def errors_by_type(self) -> cloudwatch.MathExpression:
        """One line for each error type there has been: which ones there are is known only at run time."""
        return self._by(ERROR_TYPE, ERRORS)

    def circuits_opened(self) -> cloudwatch.MathExpression:
        """One line for each circuit that has opened: how often, over all execution environments."""
        return self._by(CIRCUIT, CIRCUIT_OPENED)

    def _by(self, dimension: str, name: str) -> cloudwatch.MathExpression:
        search = f'{{{self.namespace},{dimension}}} MetricName="{name}"'
        return cloudwatch.MathExpression(
            expression=f"SEARCH('{search}', 'Sum', {int(self.period.to_seconds())})",
            using_metrics={},
            period=self.period,
            label="",
        )


class MetricFilters(Construct):
    """Counts what functions log: processed records, duplicates, the worker's failed attempts, errors by type,
    circuits that opened."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        namespace: str,
        ingest: logs.ILogGroup,
        worker: logs.ILogGroup,
        guarded: Mapping[str, logs.ILogGroup],
    ) -> None:
        """`guarded` are the functions with circuits, by the names that their filters' ids bear."""
        super().__init__(scope, id_)
        self._namespace = namespace
        self._flag("Processed", worker, "$.processed", PROCESSED)
        self._flag("IdempotencyHits", worker, "$.duplicate", IDEMPOTENCY_HITS)
        # Beside ERRORS, which counts refused requests as well: this one says how the worker fares.
        failed = logs.FilterPattern.exists("$.errorType")
        self._count("FailedAttempts", worker, failed, FAILED_ATTEMPTS, default_value=0)
        for name, group in (("Ingest", ingest), ("Worker", worker)):
            pattern = logs.FilterPattern.exists("$.errorType")
            self._count(f"{name}Errors", group, pattern, ERRORS, {ERROR_TYPE: "$.errorType"})
        for name, group in guarded.items():
            pattern = logs.FilterPattern.string_value("$.circuitState", "=", "open")
            self._count(f"{name}Circuits", group, pattern, CIRCUIT_OPENED, {CIRCUIT: "$.circuit"})

    def _count(
        self,
        id_: str,
        group: logs.ILogGroup,
        pattern: logs.IFilterPattern,
        metric_name: str,
        dimensions: Mapping[str, str] | None = None,
        default_value: int | None = None,
    ) -> None:
        """A count by dimension takes no default value."""
        logs.MetricFilter(
            self,
            id_,
            log_group=group,
            filter_pattern=pattern,
            metric_namespace=self._namespace,
            metric_name=metric_name,
            metric_value="1",
            dimensions=dimensions,
            default_value=default_value,
        )

    def _flag(self, id_: str, group: logs.ILogGroup, field: str, metric_name: str) -> None:
        pattern = logs.FilterPattern.boolean_value(field, True)
        self._count(id_, group, pattern, metric_name, default_value=0)
