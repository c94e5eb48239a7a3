"""Dashboard of the ingestion pipeline, from the API at the top to the lab's metrics below; and its widgets.

`graph` and the widths are for the other pipelines' dashboards as well.
"""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, Fn
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.metric_filters import IDEMPOTENCY_HITS, PROCESSED, LabMetrics

HALF, THIRD, QUARTER = 12, 8, 6  # a row has 24 columns


def graph(title: str, metrics: Sequence[cloudwatch.IMetric], width: int) -> cloudwatch.GraphWidget:
    """Widget with one line a metric and an axis from zero; `width` in columns."""
    return cloudwatch.GraphWidget(
        title=title, left=list(metrics), width=width, left_y_axis=cloudwatch.YAxisProps(min=0)
    )


class IngestionDashboard(Construct):
    """`dashboard`, whose rows are the API, the two queues, the functions, the bus, and what they achieved."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        api: apigwv2.HttpApi,
        queues: Mapping[str, sqs.IQueue],
        functions: Mapping[str, lambda_.IFunction],
        rules: Mapping[str, events.IRule],
        bus: events.IEventBus,
        metrics: LabMetrics,
    ) -> None:
        """The keys of the mappings are the labels that the lines bear."""
        super().__init__(scope, id_)
        self._period = metrics.period
        self.dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=name, default_interval=Duration.hours(3)
        )
        self.dashboard.add_widgets(*self._api_row(api))
        self.dashboard.add_widgets(*self._queue_row(queues))
        self.dashboard.add_widgets(*self._function_row(functions))
        self.dashboard.add_widgets(*self._outcome_row(rules, bus, metrics))

    def _api_row(self, api: apigwv2.HttpApi) -> list[cloudwatch.IWidget]:
        latency = [
            api.metric_latency(statistic=each, period=self._period, label=each) for each in ("p50", "p95")
        ]
        counts = [
            api.metric_count(statistic="Sum", period=self._period, label="requests"),
            api.metric_client_error(statistic="Sum", period=self._period, label="4xx"),
            api.metric_server_error(statistic="Sum", period=self._period, label="5xx"),
        ]
        return [graph("API requests", counts, HALF), graph("API latency (ms)", latency, HALF)]

    def _queue_row(self, queues: Mapping[str, sqs.IQueue]) -> list[cloudwatch.IWidget]:
        options = {"statistic": "Maximum", "period": self._period}
        titled = {
            "Messages visible": "metric_approximate_number_of_messages_visible",
            "Messages in flight (not visible)": "metric_approximate_number_of_messages_not_visible",
            "Age of the oldest message (s)": "metric_approximate_age_of_oldest_message",
        }
        return [
            graph(
                title,
                [getattr(queue, metric)(label=label, **options) for label, queue in queues.items()],
                THIRD,
            )
            for title, metric in titled.items()
        ]

    def _function_row(self, functions: Mapping[str, lambda_.IFunction]) -> list[cloudwatch.IWidget]:
        titled = {
            "Invocations": ("metric_invocations", "Sum"),
            "Errors": ("metric_errors", "Sum"),
            "Throttles": ("metric_throttles", "Sum"),
            "Duration p95 (ms)": ("metric_duration", "p95"),
        }
        return [
            graph(
                title,
                [
                    getattr(function, metric)(label=label, statistic=statistic, period=self._period)
                    for label, function in functions.items()
                ],
                QUARTER,
            )
            for title, (metric, statistic) in titled.items()
        ]

    def _outcome_row(
        self, rules: Mapping[str, events.IRule], bus: events.IEventBus, metrics: LabMetrics
    ) -> list[cloudwatch.IWidget]:
        matched = [
            self._rule_metric("MatchedEvents", rule, bus, f"{label} matched") for label, rule in rules.items()
        ]
        failed = [
            self._rule_metric("FailedInvocations", rule, bus, f"{label} undelivered")
            for label, rule in rules.items()
        ]
        counts = [metrics.count(PROCESSED), metrics.count(IDEMPOTENCY_HITS)]
        return [
            graph("EventBridge", matched + failed, QUARTER),
            graph("Processed, and duplicates skipped", counts, QUARTER),
            graph("Errors by type", [metrics.errors_by_type()], QUARTER),
            graph("Circuits opened", [metrics.circuits_opened()], QUARTER),
        ]

    def _rule_metric(
        self, name: str, rule: events.IRule, bus: events.IEventBus, label: str
    ) -> cloudwatch.Metric:
        # Rules of a custom bus report under both dimensions:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        return cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name=name,
            dimensions_map={"EventBusName": bus.event_bus_name, "RuleName": _name_on_custom_bus(rule)},
            statistic="Sum",
            period=self._period,
            label=label,
        )


def _name_on_custom_bus(rule: events.IRule) -> str:
    """The name alone: of a rule on a custom bus CloudFormation's Ref, which the CDK takes, is `bus|rule`.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1949
    """
    return Fn.select(1, Fn.split("|", rule.rule_name))
