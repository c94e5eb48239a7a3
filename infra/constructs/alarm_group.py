"""What every group of alarms shares: three shapes, and telling the topic when one rises and when it falls."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.settings import Settings


class AlarmGroup(Construct):
    """Base of the alarms of one pipeline; `alarms` has each by its name, such as DlqDepth.

    Three shapes: a depth must last the whole window; an age says by itself how long something has lasted;
    errors are counted over the window, so that one is enough. No data is no trouble: idle services send none.
    """

    def __init__(self, scope: Construct, id_: str, *, topic: sns.ITopic, settings: Settings) -> None:
        super().__init__(scope, id_)
        self.alarms: dict[str, cloudwatch.Alarm] = {}
        self._action = actions.SnsAction(topic)
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
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)
        self.alarms[id_] = alarm
