"""Scaler of concurrency: a function that sets how many files are processed at once, by the queue's depth."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.files.environment import ScalerEnvironment
from infra.constructs.rounds.processor_parameters import RoundCommon
from infra.constructs.rounds.round_policies import scaler_policy


class ConcurrencyScaler(Construct):
    """`fn`, and the metric that its log makes: one reading a run."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        common: RoundCommon,
        queue: sqs.IQueue,
        table: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, id_)
        limits = common.limits
        self.fn = common.part(
            self,
            "scaler",
            ScalerEnvironment(
                control_table_name=table.table_name,
                queue_url=queue.queue_url,
                function_name=common.function.function_name,
                concurrency=limits.concurrency,
                min_concurrency=limits.min_concurrency,
                max_concurrency=limits.max_concurrency,
                files_per_slot=limits.files_per_slot,
                scale_down_readings=limits.scale_down_readings,
            ),
            scaler_policy(queue=queue, function=common.function, control=table, key=common.key),
        )
        self._readings = logs.MetricFilter(
            self,
            "Concurrency",
            log_group=self.fn.log_group,
            filter_pattern=logs.FilterPattern.exists("$.concurrency"),
            # Its own: the line has no field that distinguishes two processors of one account.
            metric_namespace=f"{common.settings.metrics_namespace}/{common.name}",
            metric_name="Concurrency",
            metric_value="$.concurrency",
        )

    def concurrency(self) -> cloudwatch.Metric:
        """What the scaler has set, as of each reading."""
        return self._readings.metric(statistic="Maximum")
