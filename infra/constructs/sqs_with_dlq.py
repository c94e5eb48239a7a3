"""Queues: a standard one with the dead-letter queue that catches what it cannot deliver; one for invocations.

Asynchronous invocations whose function keeps failing end in a queue as well: FailedInvocations.
"""

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
MAX_MESSAGE_BYTES = 1_048_576
LONGEST_RETENTION = Duration.days(14)


class SqsWithDlq(Construct):
    """`queue` and `dlq`, encrypted and TLS-only; the DLQ takes dead letters of this queue alone."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queue_name: str,
        max_receive_count: int,
        visibility_seconds: int,
        retention_seconds: int,
        dlq_retention_seconds: int,
        dlq_visibility_seconds: int,
        key: kms.IKey | None,
        removal_policy: RemovalPolicy,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        """`queue_name` is fixed because the DLQ names its source, and CloudFormation forbids the circle."""
        super().__init__(scope, id_)
        source_arn = Stack.of(self).format_arn(
            service="sqs", resource=queue_name, arn_format=ArnFormat.NO_RESOURCE_NAME
        )
        self.dlq = encrypted_queue(
            self,
            "Dlq",
            key=key,
            retention_period=Duration.seconds(dlq_retention_seconds),
            visibility_timeout=Duration.seconds(dlq_visibility_seconds),
            removal_policy=removal_policy,
            redrive_allow_policy=sqs.RedriveAllowPolicy(
                redrive_permission=sqs.RedrivePermission.BY_QUEUE,
                source_queues=[sqs.Queue.from_queue_arn(self, "Source", source_arn)],
            ),
        )
        self.queue = encrypted_queue(
            self,
            "Queue",
            key=key,
            queue_name=queue_name,
            max_message_bytes=max_message_bytes,
            retention_period=Duration.seconds(retention_seconds),
            visibility_timeout=Duration.seconds(visibility_seconds),
            removal_policy=removal_policy,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=max_receive_count, queue=self.dlq),
        )


def encrypted_queue(
    scope: Construct,
    id_: str,
    *,
    key: kms.IKey | None,
    retention_period: Duration,
    removal_policy: RemovalPolicy,
    visibility_timeout: Duration | None = None,
    queue_name: str | None = None,
    max_message_bytes: int = MAX_MESSAGE_BYTES,
    dead_letter_queue: sqs.DeadLetterQueue | None = None,
    redrive_allow_policy: sqs.RedriveAllowPolicy | None = None,
) -> sqs.Queue:
    """A TLS-only queue encrypted with the key, or with SQS's own where there is none."""
    return sqs.Queue(
        scope,
        id_,
        queue_name=queue_name,
        encryption=sqs.QueueEncryption.KMS if key else sqs.QueueEncryption.SQS_MANAGED,
        encryption_master_key=key,
        enforce_ssl=True,
        max_message_size_bytes=max_message_bytes,
        retention_period=retention_period,
        visibility_timeout=visibility_timeout,
        removal_policy=removal_policy,
        dead_letter_queue=dead_letter_queue,
        redrive_allow_policy=redrive_allow_policy,
    )


# A start or a reading that is five minutes old has been overtaken by those of the schedule.
_MAX_AGE = Duration.minutes(5)
_RETRIES = 1


class FailedInvocations(Construct):
    """`queue`, to which Lambda writes event and error of each invocation that it gives up on.

    A failure destination rather than a `DeadLetterConfig`: it says why, and fits a function made elsewhere.
    """

    def __init__(
        self, scope: Construct, id_: str, *, key: kms.IKey | None, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        self.queue = encrypted_queue(
            self, "Queue", key=key, retention_period=LONGEST_RETENTION, removal_policy=removal_policy
        )

    def catch(
        self,
        id_: str,
        function: lambda_.IFunction,
        *,
        max_age: Duration = _MAX_AGE,
        retries: int = _RETRIES,
    ) -> None:
        """Send the failed asynchronous invocations of a function here, in the name of its role."""
        role = function.role
        if role is None:
            raise ValueError(f"{id_} was imported without its role, so it cannot be allowed to write here")
        lambda_.CfnEventInvokeConfig(
            self,
            id_,
            function_name=function.function_name,
            qualifier="$LATEST",
            maximum_event_age_in_seconds=int(max_age.to_seconds()),
            maximum_retry_attempts=retries,
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=self.queue.queue_arn)
            ),
        ).node.add_dependency(iam.Policy(self, f"{id_}Policy", statements=self._statements(), roles=[role]))

    def _statements(self) -> list[iam.PolicyStatement]:
        statements = [iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[self.queue.queue_arn])]
        if self._key:
            statements.append(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self._key.key_arn]
                )
            )
        return statements
