"""Metrics to Dynatrace: CloudWatch -> exporter, on a schedule -> metric ingestion."""

from collections.abc import Iterable

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from functions.integrations.dynatrace_exporter.resources import Resources
from functions.integrations.environment import DynatraceExporterEnvironment
from infra.constructs.expiring_table import ExpiringTable
from infra.constructs.integrations.integration_alarms import IntegrationAlarms
from infra.constructs.integrations.integration_policies import dynatrace_exporter_policy, secret_arn
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.notifications import Notifications
from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings

# An export ends before the next begins, by the shortest schedule; its lease outlives it.
TIMEOUT_SECONDS = 50
LEASE_SECONDS = TIMEOUT_SECONDS + 5


class DynatraceExport(Construct):
    """`exporter`, and `table`, where it keeps how far it has come.

    It needs no DLQ: what a run could not export, the next finds from the watermark on.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        resources: Iterable[Resources],
        notifications: Notifications,
        code: lambda_.Code,
        key: kms.IKey | None,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id_)
        self.table = ExpiringTable(
            self, "Progress", partition_key="name", key=key, removal_policy=removal_policy(settings)
        ).table
        self.parameters = [
            ssm.StringParameter(
                self,
                f"Resources{each.pipeline.capitalize()}",
                string_value=each.to_json(),
                description=f"What is exported of the {each.pipeline} pipeline",
            )
            for each in resources
        ]
        self.exporter = self._exporter(code, key, settings)
        # A run that fails is not repeated: the next one does its work as well.
        self.exporter.function.configure_async_invoke(retry_attempts=0)
        events.Rule(
            self,
            "Schedule",
            description="Exports metrics to Dynatrace",
            schedule=events.Schedule.rate(Duration.minutes(settings.dynatrace_interval_minutes)),
            targets=[targets.LambdaFunction(self.exporter.function, retry_attempts=0)],
        )
        alarms = IntegrationAlarms(
            self, "Alarms", prefix="Dynatrace", notifications=notifications, settings=settings
        )
        alarms.function(self.exporter.function)
        for name in ("LinesInvalid", "PointsDropped"):
            alarms.count(name, self._logged(name, alarms.window, settings))
        self.alarms = alarms.alarms
        self.outputs = {
            "DynatraceFunctionName": self.exporter.function.function_name,
            "DynatraceTableName": self.table.table_name,
        }

    def _exporter(self, code: lambda_.Code, key: kms.IKey | None, settings: Settings) -> LambdaFn:
        name = str(settings.dynatrace_secret_name)
        return LambdaFn(
            self,
            "DynatraceExporter",
            name="dynatrace_exporter",
            package="integrations.dynatrace_exporter",
            environment=DynatraceExporterEnvironment(
                url=str(settings.dynatrace_url),
                secret_name=name,
                table_name=self.table.table_name,
                resource_parameters=",".join(each.parameter_name for each in self.parameters),
                env_name=settings.env_name,
                lease_seconds=LEASE_SECONDS,
            ),
            statements=dynatrace_exporter_policy(
                table=self.table, parameters=self.parameters, secret_arn=secret_arn(self, name), key=key
            ),
            code=code,
            timeout_seconds=TIMEOUT_SECONDS,
            settings=settings,
        )

    def _logged(self, name: str, period: Duration, settings: Settings) -> cloudwatch.Metric:
        """The sum of a number that each export logs."""
        field = f"$.{name[0].lower()}{name[1:]}"
        return logs.MetricFilter(
            self,
            name,
            log_group=self.exporter.log_group,
            filter_pattern=logs.FilterPattern.number_value(field, ">", 0),
            metric_namespace=f"{settings.metrics_namespace}/dynatrace",
            metric_name=name,
            metric_value=field,
        ).metric(statistic="Sum", period=period)
