"""Logs to Splunk: log groups -> forwarder -> HEC, and a queue for what HEC does not take."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_logs_destinations as destinations
from constructs import Construct

from functions.integrations.environment import SplunkForwarderEnvironment
from infra.constructs.integrations.integration_alarms import IntegrationAlarms
from infra.constructs.integrations.integration_policies import secret_arn, splunk_forwarder_policy
from infra.constructs.integrations.integration_queues import integration_queues, take_up
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.notifications import Notifications
from infra.constructs.removal_policy import removal_policy
from infra.constructs.sqs_with_dlq import FailedInvocations
from infra.settings import Settings

# Three attempts at a request, and then the way to the queue (functions.integrations.splunk_forwarder.hec).
TIMEOUT_SECONDS = 60
# The most that Lambda has. Its queue holds what HEC and SQS both refused.
MAX_EVENT_AGE = Duration.hours(6)
RETRIES = 2


class SplunkForwarding(Construct):
    """`forwarder`, subscribed to log groups; `queues` feed what it could not forward back to it;
    `failed_invocations` holds what it could not even queue.

    Its own log group is never among those that are subscribed: each line would make another.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        log_groups: Mapping[str, logs.ILogGroup],
        notifications: Notifications,
        code: lambda_.Code,
        key: kms.IKey | None,
        settings: Settings,
    ) -> None:
        """`log_groups` by the names that the ids of their subscriptions bear."""
        super().__init__(scope, id_)
        self.queues = integration_queues(
            self, name="splunk-retry", function_timeout_seconds=TIMEOUT_SECONDS, key=key, settings=settings
        )
        self.forwarder = self._forwarder(code, key, settings)
        take_up(self, self.queues.queue, self.forwarder.function)
        self.failed_invocations = FailedInvocations(
            self, "FailedInvocations", key=key, removal_policy=removal_policy(settings)
        )
        self.failed_invocations.catch(
            "Forwarder", self.forwarder.function, max_age=MAX_EVENT_AGE, retries=RETRIES
        )
        for name, group in log_groups.items():
            logs.SubscriptionFilter(
                self,
                name,
                log_group=group,
                destination=destinations.LambdaDestination(self.forwarder.function),
                filter_pattern=logs.FilterPattern.all_events(),
            )
        alarms = IntegrationAlarms(
            self, "Alarms", prefix="Splunk", notifications=notifications, settings=settings
        )
        alarms.dead_end("Dlq", self.queues.dlq)
        alarms.dead_end("FailedInvocations", self.failed_invocations.queue)
        alarms.waiting("Retry", self.queues.queue)
        alarms.function(self.forwarder.function)
        self.alarms = alarms.alarms
        self.outputs = {
            "SplunkRetryQueueUrl": self.queues.queue.queue_url,
            "SplunkDlqUrl": self.queues.dlq.queue_url,
            "SplunkFailedInvocationsUrl": self.failed_invocations.queue.queue_url,
            "SplunkFunctionName": self.forwarder.function.function_name,
        }

    def _forwarder(self, code: lambda_.Code, key: kms.IKey | None, settings: Settings) -> LambdaFn:
        name = str(settings.splunk_secret_name)
        return LambdaFn(
            self,
            "SplunkForwarder",
            name="splunk_forwarder",
            package="integrations.splunk_forwarder",
            environment=SplunkForwarderEnvironment(
                retry_queue_url=self.queues.queue.queue_url,
                retry_seconds=settings.integration_retry_seconds,
                hec_url=str(settings.splunk_hec_url),
                secret_name=name,
                index=settings.splunk_index or "",
            ),
            statements=splunk_forwarder_policy(
                queue=self.queues.queue, secret_arn=secret_arn(self, name), key=key
            ),
            code=code,
            timeout_seconds=TIMEOUT_SECONDS,
            settings=settings,
        )
