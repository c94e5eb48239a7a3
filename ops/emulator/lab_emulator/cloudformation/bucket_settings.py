"""The properties of AWS::S3::Bucket that follow a template, each as the S3 calls that set and remove it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider

from lab_emulator.cloudformation.bucket_lifecycle import lifecycle_rule

_STOCK = S3BucketProvider()


@dataclass(frozen=True)
class Setting:
    """`put` and `remove` take an S3 client and the bucket's name; `put` the template's value besides."""

    put: Callable[[Any, str, Any], object]
    remove: Callable[[Any, str], object]


def _put_notifications(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    wanted = dict(value)
    if "EventBridgeConfiguration" in wanted:
        # EventBridgeEnabled is true unless the template says otherwise; stock, it is the other way round.
        enabled = (wanted["EventBridgeConfiguration"] or {}).get("EventBridgeEnabled", True)
        wanted["EventBridgeConfiguration"] = {"EventBridgeEnabled": str(enabled).lower() == "true"}
    s3.put_bucket_notification_configuration(
        **_STOCK._get_s3_bucket_notification_config(
            {"BucketName": bucket, "NotificationConfiguration": wanted}
        )
    )


def _put_encryption(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": str(rule.get("BucketKeyEnabled", False)).lower() == "true",
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _put_lifecycle(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    rules = [lifecycle_rule(rule) for rule in value["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _suspend_versioning(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


SETTINGS: dict[str, Setting] = {
    "BucketEncryption": Setting(
        _put_encryption, lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket)
    ),
    "CorsConfiguration": Setting(
        lambda s3, bucket, value: s3.put_bucket_cors(
            Bucket=bucket, CORSConfiguration=_STOCK._transform_cfn_cors(value)
        ),
        lambda s3, bucket: s3.delete_bucket_cors(Bucket=bucket),
    ),
    "LifecycleConfiguration": Setting(
        _put_lifecycle, lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket)
    ),
    "NotificationConfiguration": Setting(
        _put_notifications, lambda s3, bucket: _put_notifications(s3, bucket, {"QueueConfigurations": []})
    ),
    "OwnershipControls": Setting(
        lambda s3, bucket, value: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value),
        lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    ),
    "PublicAccessBlockConfiguration": Setting(
        lambda s3, bucket, value: s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=value
        ),
        lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
    ),
    "Tags": Setting(
        lambda s3, bucket, value: s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": value}),
        lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket),
    ),
    "VersioningConfiguration": Setting(
        lambda s3, bucket, value: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=value),
        _suspend_versioning,
    ),
}
