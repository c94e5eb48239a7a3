"""Alarms: the shapes that those of every pipeline share, and those of the ingestion pipeline.

Each notifies one topic when it rises, and another when it is OK. How missing data counts: AlarmGroup.
"""

from collections.abc import Callable, Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarm_descriptions import AlarmDescription, ingestion_description
from infra.constructs.metric_filters import CIRCUIT, CIRCUIT_OPENED, CIRCUITS
from infra.constructs.notifications import Notifications
from infra.settings import Settings


class AlarmGroup(Construct):
    """Base of the alarms of one pipeline; `alarms` has each by its name, such as DlqDepth.

    In the account an alarm is called `prefix` and its name, such as IngestionLab-dev-DlqDepth: a name that a
    person can read aloud, and that no other environment of the region has.

    Three shapes: a depth must last the whole window; an age says by itself how long something has lasted;
    errors are counted over the window, so that one is enough. No data is no trouble: idle services send none.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        prefix: str,
        describe: Callable[[str], AlarmDescription],
        notifications: Notifications,
        settings: Settings,
    ) -> None:
        """`describe` tells what an alarm means, by its name."""
        super().__init__(scope, id_)
        self._name_prefix = prefix
        self._describe = describe
        self.alarms: dict[str, cloudwatch.Alarm] = {}
        self._alarm_action = actions.SnsAction(notifications.topic)
        self._ok_action = actions.SnsAction(notifications.recoveries)
        self._period = Duration.seconds(settings.alarm_period_seconds)
        self._window = Duration.seconds(settings.alarm_window_seconds)
        self._periods_in_window = settings.alarm_window_seconds // settings.alarm_period_seconds

    def _errors_of(self, name: str, function: lambda_.IFunction, *, errors: int, throttles: int) -> None:
        """Two alarms, which rise above so many in the window."""
        self._at_once(f"{name}Errors", function.metric_errors(period=self._window), errors)
        self._at_once(f"{name}Throttles", function.metric_throttles(period=self._window), throttles)

    def _visible(self, queue: sqs.IQueue) -> cloudwatch.Metric:
        return queue.metric_approximate_number_of_messages_visible(period=self._period, statistic="Maximum")

    def _age(self, queue: sqs.IQueue) -> cloudwatch.Metric:
        return queue.metric_approximate_age_of_oldest_message(period=self._period, statistic="Maximum")

    def _lasting(self, id_: str, metric: cloudwatch.IMetric, threshold: int) -> None:
        self._alarm(id_, metric, threshold, periods=self._periods_in_window)

    def _at_once(self, id_: str, metric: cloudwatch.IMetric, threshold: int) -> None:
        self._alarm(id_, metric, threshold, periods=1)

    def _alarm(self, id_: str, metric: cloudwatch.IMetric, threshold: int, *, periods: int) -> None:
        alarm = cloudwatch.Alarm(
            self,
            id_,
            alarm_name=f"{self._name_prefix}{id_}",
            alarm_description=str(self._describe(id_)),
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._alarm_action)
        alarm.add_ok_action(self._ok_action)
        self.alarms[id_] = alarm


class IngestionAlarms(AlarmGroup):
    """Alarms of the ingestion pipeline: one for each way in which it is known to fail."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queue: sqs.IQueue,
        dlq: sqs.IQueue,
        undelivered: sqs.IQueue,
        parked: sqs.IQueue,
        functions: Mapping[str, lambda_.IFunction],
        api: apigwv2.HttpApi,
        notifications: Notifications,
        settings: Settings,
    ) -> None:
        """`functions` are those whose errors and throttles matter, by the name that their alarms bear."""
        super().__init__(
            scope,
            id_,
            prefix=f"IngestionLab-{settings.env_name}-",
            describe=ingestion_description,
            notifications=notifications,
            settings=settings,
        )
        dead_ends = {"DlqDepth": dlq, "UndeliveredDepth": undelivered, "ParkedDepth": parked}
        for name, dead_end in dead_ends.items():
            self._lasting(name, self._visible(dead_end), settings.dlq_depth_alarm_messages)
        self._watch_queues(queue, dlq, settings)
        for name, function in functions.items():
            self._errors_of(
                name,
                function,
                errors=settings.errors_alarm_count,
                throttles=settings.throttles_alarm_count,
            )
        self._at_once("Api5xx", api.metric_server_error(period=self._window), settings.api5xx_alarm_count)
        self._lasting(
            "ApiLatency",
            api.metric_latency(period=self._period, statistic="p95"),
            settings.api_latency_alarm_milliseconds,
        )
        self._watch_circuits(settings)

    def _watch_circuits(self, settings: Settings) -> None:
        """One alarm a circuit: an alarm looks at no SEARCH (CloudWatch user guide, "Using metric math")."""
        for circuit in CIRCUITS:
            opened = cloudwatch.Metric(
                namespace=settings.metrics_namespace,
                metric_name=CIRCUIT_OPENED,
                dimensions_map={CIRCUIT: circuit},
                statistic="Sum",
                period=self._window,
            )
            self._at_once(f"{CIRCUIT_OPENED}{circuit}", opened, settings.circuits_opened_alarm_count)

    def _watch_queues(self, queue: sqs.IQueue, dlq: sqs.IQueue, settings: Settings) -> None:
        self._lasting("QueueBacklog", self._visible(queue), settings.queue_backlog_alarm_messages)
        self._at_once("DlqAge", self._age(dlq), settings.dlq_age_alarm_seconds)
        self._at_once("QueueAge", self._age(queue), settings.queue_age_alarm_seconds)
