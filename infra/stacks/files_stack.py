"""Files pipeline: CSV files that arrive in a bucket, each of whose rows goes to a downstream API."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from functions.files.environment import CsvProcessorEnvironment
from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.rounds.files_table import ENTRY, FILE
from functions.files.rounds.priority import INCOMING
from infra.constructs.code_asset import CodeAsset
from infra.constructs.expiring_table import ExpiringTable
from infra.constructs.kms_key import encryption_key
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.notifications import Notifications
from infra.constructs.removal_policy import removal_policy
from infra.constructs.rounds.object_arrivals import ArrivalBucket, ObjectSource
from infra.constructs.rounds.processor import StaggeredProcessor
from infra.constructs.rounds.processor_parameters import RoundLimits
from infra.constructs.rounds.round_dashboard import RoundDashboard
from infra.constructs.rounds.round_policies import csv_processor_policy
from infra.settings import Settings

# How the simulated API begins: quick and healthy. The operator sets the realistic 5 to 30 s: `lab files api`.
HEALTHY_API = ApiBehaviour()


class FilesStack(Stack):
    """All of it, with its own topics: it stands beside the ingestion pipeline and needs nothing of it."""

    def __init__(
        self, scope: Construct, id_: str, *, code: CodeAsset, settings: Settings, **kwargs: Any
    ) -> None:
        super().__init__(scope, id_, **kwargs)
        self._settings = settings
        self._code = code.code()
        removal = removal_policy(settings)
        self.key = encryption_key(self, settings, alias_suffix="-csv")
        self.notifications = Notifications(
            self,
            "Notifications",
            email=settings.alarm_email,
            webhook_url=settings.webhook_url,
            key=self.key,
        )
        self.bucket = ArrivalBucket(self, "Files", key=self.key, removal_policy=removal).bucket
        # What became of each file, and how far it came: see functions/files/rounds/files_table.py.
        self.table = ExpiringTable(
            self, "State", partition_key=FILE, sort_key=ENTRY, key=self.key, removal_policy=removal
        ).table
        self.api = ssm.StringParameter(
            self,
            "SimulatedApi",
            string_value=HEALTHY_API.to_json(),
            description="How the simulated downstream API behaves",
        )
        self.processing = self._processing()
        self.processor = StaggeredProcessor(
            self,
            "Processor",
            name="csv",
            function=self.processing.function,
            source=ObjectSource(self.bucket, INCOMING, (".csv", ".csv.gz")),
            limits=files_limits(settings),
            notifications=self.notifications,
            code=self._code,
            settings=settings,
            key=self.key,
        )
        self.dashboard = RoundDashboard(
            self, "Overview", processor=self.processor, settings=settings
        ).dashboard
        self._outputs()

    def _processing(self) -> LambdaFn:
        settings = self._settings
        return LambdaFn(
            self,
            "CsvProcessor",
            name="csv_processor",
            package="files.processor",
            environment=CsvProcessorEnvironment(
                files_table_name=self.table.table_name,
                simulated_api_parameter=self.api.parameter_name,
                simulated_api_cache_seconds=settings.failure_mode_cache_seconds,
                batch_rows=settings.csv_batch_rows,
                row_concurrency=settings.csv_row_concurrency,
                lease_seconds=files_limits(settings).lease_seconds,
                ttl_days=settings.ttl_days,
            ),
            statements=csv_processor_policy(
                bucket=self.bucket, files=self.table, parameter=self.api, key=self.key
            ),
            code=self._code,
            timeout_seconds=settings.csv_timeout_seconds,
            memory_megabytes=settings.csv_memory_megabytes,
            # To begin with: from here on it is the scaler's, and a deployment that changes the function sets
            # it back until the scaler's next reading, a minute later.
            reserved_concurrency=settings.csv_concurrency,
            settings=settings,
        )

    def _outputs(self) -> None:
        outputs = {
            "BucketName": self.bucket.bucket_name,
            "FunctionName": self.processing.function.function_name,
            "FilesTableName": self.table.table_name,
            "SimulatedApiParameter": self.api.parameter_name,
            "TopicArn": self.notifications.topic.topic_arn,
            "DashboardName": self.dashboard.dashboard_name,
            **self.processor.outputs,
        }
        for name, value in outputs.items():
            CfnOutput(self, f"Csv{name}", value=value)


def files_limits(settings: Settings) -> RoundLimits:
    """Limits of the rounds, from the settings."""
    return RoundLimits(
        timeout_seconds=settings.csv_timeout_seconds,
        stagger_milliseconds=settings.csv_stagger_milliseconds,
        concurrency=settings.csv_concurrency,
        min_concurrency=settings.csv_min_concurrency,
        max_concurrency=settings.csv_max_concurrency,
        files_per_slot=settings.csv_files_per_slot,
        scale_down_readings=settings.csv_scale_down_readings,
        max_receive_count=settings.csv_max_receive_count,
        retry_seconds=settings.csv_retry_seconds,
        error_rate_percent=settings.csv_error_rate_percent,
        latency_milliseconds=settings.csv_latency_milliseconds,
        visibility_seconds=settings.csv_visibility_seconds,
    )
