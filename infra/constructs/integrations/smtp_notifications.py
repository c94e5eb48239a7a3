"""Mails by the organization's own server: topics -> queue -> notifier -> SMTP."""

from collections.abc import Iterable
from functools import partial

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from functions.integrations.environment import SmtpNotifierEnvironment
from infra.constructs.integrations.integration_alarms import IntegrationAlarms
from infra.constructs.integrations.integration_policies import secret_arn, smtp_notifier_policy
from infra.constructs.integrations.integration_queues import integration_queues, take_up
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.notifications import Notifications
from infra.settings import Settings

# Time for a mail, and for another to be begun (functions.integrations.smtp_notifier.mailer.MAIL_SECONDS).
TIMEOUT_SECONDS = 60


class SmtpNotifications(Construct):
    """`queues` between the topics and `notifier`, so that an outage of the server loses no alarm."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pipelines: Iterable[Notifications],
        notifications: Notifications,
        code: lambda_.Code,
        key: kms.IKey | None,
        settings: Settings,
    ) -> None:
        """`pipelines` are those whose notifications are mailed; `notifications` gets this one's alarms."""
        super().__init__(scope, id_)
        self.queues = integration_queues(
            self, name="smtp", function_timeout_seconds=TIMEOUT_SECONDS, key=key, settings=settings
        )
        for each in pipelines:
            each.subscribe(partial(subscriptions.SqsSubscription, self.queues.queue))
        name = str(settings.smtp_secret_name)
        self.notifier = LambdaFn(
            self,
            "SmtpNotifier",
            name="smtp_notifier",
            package="integrations.smtp_notifier",
            environment=SmtpNotifierEnvironment(
                queue_url=self.queues.queue.queue_url,
                dlq_url=self.queues.dlq.queue_url,
                retry_seconds=settings.integration_retry_seconds,
                host=str(settings.smtp_host),
                port=settings.smtp_port,
                security=settings.smtp_security,
                sender=str(settings.smtp_from),
                recipients=str(settings.smtp_to),
                secret_name=name,
            ),
            statements=smtp_notifier_policy(queues=self.queues, secret_arn=secret_arn(self, name), key=key),
            code=code,
            timeout_seconds=TIMEOUT_SECONDS,
            settings=settings,
        )
        take_up(self, self.queues.queue, self.notifier.function)
        alarms = IntegrationAlarms(
            self, "Alarms", prefix="Smtp", notifications=notifications, settings=settings
        )
        alarms.dead_end("Dlq", self.queues.dlq)
        alarms.waiting("Queue", self.queues.queue)
        alarms.function(self.notifier.function)
        self.alarms = alarms.alarms
        self.outputs = {
            "SmtpQueueUrl": self.queues.queue.queue_url,
            "SmtpDlqUrl": self.queues.dlq.queue_url,
            "SmtpFunctionName": self.notifier.function.function_name,
        }
