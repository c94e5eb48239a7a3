"""Alarms of one integration."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarm_descriptions import integration_description
from infra.constructs.alarms import AlarmGroup
from infra.constructs.notifications import Notifications
from infra.settings import Settings


class IntegrationAlarms(AlarmGroup):
    """What each integration has: dead ends, queues that fill up during an outage, a function, counts.

    `window` is what counts are summed over.
    """

    def __init__(
        self, scope: Construct, id_: str, *, prefix: str, notifications: Notifications, settings: Settings
    ) -> None:
        """`prefix` begins the names of the alarms, such as Smtp."""
        super().__init__(
            scope,
            id_,
            prefix=f"IngestionLab-{settings.env_name}-",
            describe=lambda alarm: integration_description(alarm.removeprefix(prefix)),
            notifications=notifications,
            settings=settings,
        )
        self._prefix = prefix
        self._settings = settings
        self.window: Duration = self._window

    def dead_end(self, name: str, queue: sqs.IQueue) -> None:
        """Alarm when something lies in a queue that only a person takes up."""
        self._lasting(
            f"{self._prefix}{name}Depth", self._visible(queue), self._settings.dlq_depth_alarm_messages
        )

    def waiting(self, name: str, queue: sqs.IQueue) -> None:
        """Alarm when something has waited for long for the service outside."""
        self._at_once(f"{self._prefix}{name}Age", self._age(queue), self._settings.queue_age_alarm_seconds)

    def function(self, function: lambda_.IFunction) -> None:
        """Alarms when the function fails or is throttled."""
        self._errors_of(
            self._prefix,
            function,
            errors=self._settings.errors_alarm_count,
            throttles=self._settings.throttles_alarm_count,
        )

    def count(self, name: str, metric: cloudwatch.IMetric) -> None:
        """Alarm when the count is above zero."""
        self._at_once(f"{self._prefix}{name}", metric, 0)
