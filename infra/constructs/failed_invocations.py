"""The queue that asynchronous invocations end in when their function keeps failing."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.sqs_with_dlq import LONGEST_RETENTION, encrypted_queue

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
