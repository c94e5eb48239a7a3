"""The bucket that files arrive in."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

# Longer than a message can wait in the queue and the DLQ together, which name a version of the object.
_NONCURRENT_DAYS = 30
_REJECTS_DAYS = 90


class ArrivalBucket(Construct):
    """`bucket`: versioned, encrypted, private, TLS-only; it tells EventBridge of every object.

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
