"""The alarms of the ingestion pipeline."""

from collections.abc import Mapping

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.alarm_group import AlarmGroup
from infra.settings import Settings


class Alarms(AlarmGroup):
    """An alarm for each way in which the ingestion pipeline is known to fail."""

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
        topic: sns.ITopic,
        settings: Settings,
    ) -> None:
        """`functions` are those whose errors and throttles matter, by the name that their alarms bear."""
        super().__init__(scope, id_, topic=topic, settings=settings)
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

    def _watch_queues(self, queue: sqs.IQueue, dlq: sqs.IQueue, settings: Settings) -> None:
        self._lasting("QueueBacklog", self._visible(queue), settings.queue_backlog_alarm_messages)
        self._at_once("DlqAge", self._age(dlq), settings.dlq_age_alarm_seconds)
        self._at_once("QueueAge", self._age(queue), settings.queue_age_alarm_seconds)
