"""Customer-managed key that encrypts queues, table, topic and secret, where one is asked for."""

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings

# Services that write to encrypted queues and topics by themselves, so that no caller's policy can allow it.
_WRITING_SERVICES = ("events.amazonaws.com", "cloudwatch.amazonaws.com")


class KmsKey(Construct):
    """`key`, rotated yearly, with an alias; its policy lets EventBridge and CloudWatch write under it."""

    def __init__(self, scope: Construct, id_: str, *, alias: str, removal_policy: RemovalPolicy) -> None:
        super().__init__(scope, id_)
        self.key = kms.Key(
            self,
            "Key",
            alias=alias,
            description="Encrypts the ingestion lab's queues, table, topic and secret",
            enable_key_rotation=True,
            removal_policy=removal_policy,
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="ServicesWriteEncrypted",
                principals=[iam.ServicePrincipal(service) for service in _WRITING_SERVICES],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # in a key's own policy: this key
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )


def encryption_key(scope: Construct, settings: Settings, *, alias_suffix: str = "") -> kms.Key | None:
    """The key of one stack, where the settings ask for keys of our own."""
    if not settings.use_kms_cmk:
        return None
    alias = f"{settings.key_alias}{alias_suffix}"
    return KmsKey(scope, "Encryption", alias=alias, removal_policy=removal_policy(settings)).key
