"""DynamoDB table whose items expire."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct


class ExpiringTable(Construct):
    """`table`: on-demand, with point-in-time recovery; items go some time after `expiresAt` (epoch seconds).

    DynamoDB encrypts every table: without a key of ours under one of its own, which costs nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        partition_key: str,
        key: kms.IKey | None,
        removal_policy: RemovalPolicy,
        sort_key: str | None = None,
    ) -> None:
        """`partition_key` and `sort_key` name text attributes; `key` encrypts."""
        super().__init__(scope, id_)
        keeps = removal_policy is not RemovalPolicy.DESTROY
        encryption = dynamodb.TableEncryption
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text(partition_key),
            sort_key=_text(sort_key) if sort_key else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expiresAt",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            encryption=encryption.CUSTOMER_MANAGED if key else encryption.DEFAULT,
            encryption_key=key,
            deletion_protection=keeps,
            # CloudFormation fails where it is to delete what is protected, after a failed deployment as well.
            removal_policy=RemovalPolicy.RETAIN if keeps else removal_policy,
        )


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
