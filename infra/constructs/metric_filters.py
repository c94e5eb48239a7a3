"""The lab's own metrics, counted from the functions' structured logs."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_logs as logs
from constructs import Construct

PROCESSED = "Processed"
IDEMPOTENCY_HITS = "IdempotencyHits"
ERRORS = "Errors"
ERROR_TYPE = "ErrorType"  # the dimension of ERRORS


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
        search = f'{{{self.namespace},{ERROR_TYPE}}} MetricName="{ERRORS}"'
        return cloudwatch.MathExpression(
            expression=f"SEARCH('{search}', 'Sum', {int(self.period.to_seconds())})",
            using_metrics={},
            period=self.period,
            label="",
        )


class MetricFilters(Construct):
    """Counts what worker and ingest log: processed records, duplicates, errors by type."""

    def __init__(
        self, scope: Construct, id_: str, *, namespace: str, ingest: logs.ILogGroup, worker: logs.ILogGroup
    ) -> None:
        super().__init__(scope, id_)
        self._namespace = namespace
        self._flag("Processed", worker, "$.processed", PROCESSED)
        self._flag("IdempotencyHits", worker, "$.duplicate", IDEMPOTENCY_HITS)
        for name, group in (("Ingest", ingest), ("Worker", worker)):
            logs.MetricFilter(
                self,
                f"{name}Errors",
                log_group=group,
                filter_pattern=logs.FilterPattern.exists("$.errorType"),
                metric_namespace=namespace,
                metric_name=ERRORS,
                metric_value="1",
                dimensions={ERROR_TYPE: "$.errorType"},
            )

    def _flag(self, id_: str, group: logs.ILogGroup, field: str, metric_name: str) -> None:
        logs.MetricFilter(
            self,
            id_,
            log_group=group,
            filter_pattern=logs.FilterPattern.boolean_value(field, True),
            metric_namespace=self._namespace,
            metric_name=metric_name,
            metric_value="1",
            default_value=0,
        )
