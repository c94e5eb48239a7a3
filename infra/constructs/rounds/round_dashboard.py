"""Dashboard of a staggered processor: what waits, how the work goes, what failed."""

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.dashboard import HALF, THIRD, graph
from infra.constructs.rounds.processor import StaggeredProcessor
from infra.settings import Settings


class RoundDashboard(Construct):
    """`dashboard`, by the name of its processor."""

    def __init__(
        self, scope: Construct, id_: str, *, processor: StaggeredProcessor, settings: Settings
    ) -> None:
        super().__init__(scope, id_)
        self._processor = processor
        self._period = Duration.seconds(settings.alarm_period_seconds)
        self.dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=processor.full_name, default_interval=Duration.hours(3)
        )
        self.dashboard.add_widgets(*self._queue_row())
        self.dashboard.add_widgets(*self._round_row())
        self.dashboard.add_widgets(*self._function_row())

    def _queue_row(self) -> list[cloudwatch.IWidget]:
        queues = self._processor.queues
        options: dict[str, Any] = {"statistic": "Maximum", "period": self._period}
        queue = queues.queue
        depth = [
            queue.metric_approximate_number_of_messages_visible(label="waiting", **options),
            queue.metric_approximate_number_of_messages_not_visible(label="in a round", **options),
        ]
        age = [queue.metric_approximate_age_of_oldest_message(label="oldest", **options)]
        dead_ends = {
            "dead letters": queues.dlq,
            "undelivered": queues.undelivered,
            "failed invocations": queues.failed_invocations.queue,
        }
        dead = [
            each.metric_approximate_number_of_messages_visible(label=label, **options)
            for label, each in dead_ends.items()
        ]
        return [
            graph("Files in the queue", depth, THIRD),
            graph("Age of the oldest file (s)", age, THIRD),
            graph("Dead ends", dead, THIRD),
        ]

    def _round_row(self) -> list[cloudwatch.IWidget]:
        machine = self._processor.round.machine
        options: dict[str, Any] = {"statistic": "Sum", "period": self._period}
        executions = [
            machine.metric_started(label="started", **options),
            machine.metric_succeeded(label="succeeded", **options),
            machine.metric_failed(label="failed", **options),
            machine.metric_timed_out(label="timed out", **options),
        ]
        concurrency = [
            self._processor.scaler.concurrency().with_(period=self._period, label="set by the scaler"),
            self._of_function("ConcurrentExecutions", "Maximum", "at work"),
        ]
        return [graph("Concurrency", concurrency, HALF), graph("Rounds", executions, HALF)]

    def _function_row(self) -> list[cloudwatch.IWidget]:
        function = self._processor.function
        durations = [
            function.metric_duration(statistic=each, period=self._period, label=each)
            for each in ("p50", "p95")
        ]
        counts = [
            function.metric_invocations(statistic="Sum", period=self._period, label="invocations"),
            function.metric_errors(statistic="Sum", period=self._period, label="errors"),
            function.metric_throttles(statistic="Sum", period=self._period, label="throttles"),
        ]
        errors = [
            each.metric_errors(statistic="Sum", period=self._period, label=label)
            for label, each in self._own_functions().items()
        ]
        return [
            graph("Processing", counts, THIRD),
            graph("Duration (ms)", durations, THIRD),
            graph("Errors of the processor's own functions", errors, THIRD),
        ]

    def _own_functions(self) -> dict[str, lambda_.IFunction]:
        processor = self._processor
        return {
            "round": processor.round.control.function,
            "starter": processor.triggers.starter.function,
            "scaler": processor.scaler.fn.function,
        }

    def _of_function(self, name: str, statistic: str, label: str) -> cloudwatch.Metric:
        return self._processor.function.metric(name, statistic=statistic, period=self._period, label=label)
