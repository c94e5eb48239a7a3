"""Arrivals of objects: the bucket, and the rule that puts each on the queue and wakes the starter."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# Longer than a message can wait in the queue and the DLQ together, which name a version of the object.
_NONCURRENT_DAYS = 30
_REJECTS_DAYS = 90


class ArrivalBucket(Construct):
    """`bucket`: versioned, encrypted, private, TLS-only; it sends an event of every object to EventBridge.

    Versions, so that a file that is overwritten while it waits is still processed as it was announced.
    """

    def __init__(
        self, scope: Construct, id_: str, *, key: kms.IKey | None, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, id_)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            versioned=True,
            encryption=s3.BucketEncryption.KMS if key else s3.BucketEncryption.S3_MANAGED,
            encryption_key=key,
            bucket_key_enabled=key is not None,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="OldVersions",
                    noncurrent_version_expiration=Duration.days(_NONCURRENT_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                ),
                s3.LifecycleRule(id="Rejects", prefix="rejects/", expiration=Duration.days(_REJECTS_DAYS)),
            ],
            removal_policy=removal_policy,
        )
        # By the L1: `event_bridge_enabled` would bring a custom resource with a function of its own.
        resource = self.bucket.node.default_child
        assert isinstance(resource, s3.CfnBucket)  # what the L2 consists of
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


# EventBridge's own limits: it tries for a day.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
_MAX_EVENT_AGE = Duration.hours(24)
_MAX_ATTEMPTS = 185
# A start that comes late is none: the schedule starts the machine each minute.
_WAKE_EVENT_AGE = Duration.minutes(1)
_WAKE_ATTEMPTS = 3


@dataclass(frozen=True)
class ObjectSource:
    """The objects to process: those of `bucket` under `prefix`, with one of `suffixes` if there are any."""

    bucket: s3.IBucket
    prefix: str
    suffixes: Sequence[str] = ()

    def pattern(self) -> events.EventPattern:
        """What EventBridge matches: every way in which S3 creates an object."""
        return events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={"bucket": {"name": [self.bucket.bucket_name]}, "object": {"key": self._keys()}},
        )

    def _keys(self) -> list[dict[str, str]]:
        if not self.suffixes:
            return [{"prefix": self.prefix}]
        return [{"wildcard": f"{self.prefix}*{suffix}"} for suffix in self.suffixes]


class ObjectArrivals(Construct):
    """`rule`, which puts each arrival on the queue and wakes the starter.

    S3 may announce an object twice, and in any order: the processing function recognizes what it has done.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        source: ObjectSource,
        queue: sqs.IQueue,
        starter: lambda_.IFunction,
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, id_)
        self.rule = events.Rule(
            self,
            "Rule",
            description=f"Objects that arrive under {source.prefix}",
            event_pattern=source.pattern(),
        )
        self.rule.add_target(
            targets.SqsQueue(
                queue,
                dead_letter_queue=undelivered,
                max_event_age=_MAX_EVENT_AGE,
                retry_attempts=_MAX_ATTEMPTS,
            )
        )
        self.rule.add_target(
            targets.LambdaFunction(
                starter,
                dead_letter_queue=undelivered,
                max_event_age=_WAKE_EVENT_AGE,
                retry_attempts=_WAKE_ATTEMPTS,
            )
        )
