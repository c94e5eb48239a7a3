"""Fingerprints of files, the second use of StaggeredProcessor: SHA-256 of each object that arrives."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from functions.files.environment import FingerprintEnvironment
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
from infra.constructs.rounds.round_policies import fingerprint_policy
from infra.settings import Settings

_TIMEOUT_SECONDS = 60


class FingerprintStack(Stack):
    """A bucket of its own, so that it can be put up and taken down beside the CSV files."""

    def __init__(
        self, scope: Construct, id_: str, *, code: CodeAsset, settings: Settings, **kwargs: Any
    ) -> None:
        super().__init__(scope, id_, **kwargs)
        removal = removal_policy(settings)
        asset = code.code()
        key = encryption_key(self, settings, alias_suffix="-fingerprint")
        notifications = Notifications(
            self, "Notifications", email=settings.alarm_email, webhook_url=settings.webhook_url, key=key
        )
        bucket = ArrivalBucket(self, "Files", key=key, removal_policy=removal).bucket
        table = ExpiringTable(
            self, "Fingerprints", partition_key="file", key=key, removal_policy=removal
        ).table
        fingerprint = LambdaFn(
            self,
            "Fingerprint",
            name="fingerprint",
            package="files.fingerprint",
            environment=FingerprintEnvironment(table_name=table.table_name),
            statements=fingerprint_policy(bucket=bucket, table=table, key=key),
            code=asset,
            timeout_seconds=_TIMEOUT_SECONDS,
            settings=settings,
        )
        processor = StaggeredProcessor(
            self,
            "Processor",
            name="fingerprint",
            function=fingerprint.function,
            source=ObjectSource(bucket, INCOMING),
            limits=RoundLimits(timeout_seconds=_TIMEOUT_SECONDS, min_concurrency=2),
            notifications=notifications,
            code=asset,
            settings=settings,
            key=key,
        )
        outputs = {"BucketName": bucket.bucket_name, "TableName": table.table_name}
        for name, value in (outputs | processor.outputs).items():
            CfnOutput(self, f"Fingerprint{name}", value=value)
