"""Alarms of a staggered processor: one for every component, and for every dead end."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.alarm_descriptions import round_description
from infra.constructs.alarms import AlarmGroup
from infra.constructs.notifications import Notifications
from infra.constructs.rounds.processor_parameters import RoundCommon, RoundThresholds
from infra.constructs.rounds.round_queues import RoundQueues


class RoundAlarms(AlarmGroup):
    """Queues, machine, processing function, the processor's own functions, rules."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queues: RoundQueues,
        machine: sfn.IStateMachine,
        functions: Mapping[str, lambda_.IFunction],
        rules: Mapping[str, events.IRule],
        common: RoundCommon,
        thresholds: RoundThresholds,
        notifications: Notifications,
    ) -> None:
        """`functions` are the processor's own and `rules` its rules, by the names that their alarms bear."""
        super().__init__(
            scope,
            id_,
            prefix=f"IngestionLab-{common.settings.env_name}-{common.name.capitalize()}",
            describe=round_description,
            notifications=notifications,
            settings=common.settings,
        )
        self._watch_queues(queues, thresholds)
        for name, metric in (
            ("ExecutionsFailed", machine.metric_failed(period=self._window)),
            ("ExecutionsTimedOut", machine.metric_timed_out(period=self._window)),
        ):
            self._at_once(name, metric, thresholds.errors)
        self._watch_processing(common, thresholds)
        for name, function in functions.items():
            self._errors_of(name, function, errors=thresholds.errors, throttles=thresholds.throttles)
        for name, rule in rules.items():
            self._at_once(f"{name}FailedInvocations", self._failed_invocations(rule), thresholds.errors)

    def _watch_queues(self, queues: RoundQueues, thresholds: RoundThresholds) -> None:
        self._at_once("QueueAge", self._age(queues.queue), thresholds.queue_age_seconds)
        self._lasting("QueueBacklog", self._visible(queues.queue), thresholds.queue_backlog_messages)
        dead_ends = {
            "DlqDepth": queues.dlq,
            "UndeliveredDepth": queues.undelivered,
            "FailedInvocationsDepth": queues.failed_invocations.queue,
        }
        for name, dead_end in dead_ends.items():
            self._lasting(name, self._visible(dead_end), thresholds.dead_letters)

    def _watch_processing(self, common: RoundCommon, thresholds: RoundThresholds) -> None:
        function = common.function
        self._errors_of("Processing", function, errors=thresholds.errors, throttles=thresholds.throttles)
        # A file that is too long for one invocation goes on in the next, well before the timeout.
        self._lasting(
            "ProcessingDuration",
            function.metric_duration(period=self._period, statistic="p95"),
            common.limits.timeout_seconds * 10 * thresholds.duration_percent,  # milliseconds
        )

    def _failed_invocations(self, rule: events.IRule) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name="FailedInvocations",
            dimensions_map={"RuleName": rule.rule_name},
            statistic="Sum",
            period=self._window,
        )
