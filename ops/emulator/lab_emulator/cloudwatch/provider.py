"""Provider of CloudWatch, with metrics in memory and alarms that are evaluated when they are due.

LocalStack's provider matches dimensions by SQL LIKE, commits every datum to sqlite, and evaluates an
alarm once in Period x EvaluationPeriods. Tags and dashboards are still its own.
"""

from localstack.services.cloudwatch.models import cloudwatch_stores
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.services.plugins import Service, aws_provider
from localstack.state import StateVisitor

from lab_emulator.cloudwatch.alarms.alarm_book import AlarmBook
from lab_emulator.cloudwatch.alarms.evaluator import AlarmEvaluator
from lab_emulator.cloudwatch.alarms_api import AlarmsApi
from lab_emulator.cloudwatch.metric_stores import lab_cloudwatch_stores
from lab_emulator.cloudwatch.metrics_api import MetricsApi


class LabCloudwatchProvider(MetricsApi, AlarmsApi, CloudwatchProvider):
    """Operations on metrics and alarms. LocalStack's lifecycle hooks use the name `alarm_scheduler`."""

    def __init__(self) -> None:  # not its parent's, which opens a database
        self.alarm_scheduler: AlarmEvaluator | None = None
        self.book = AlarmBook()

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        visitor.visit(cloudwatch_stores)
        visitor.visit(lab_cloudwatch_stores)

    def on_before_state_reset(self) -> None:
        self.shutdown_alarm_scheduler()

    def on_after_state_reset(self) -> None:
        self.start_alarm_scheduler()

    def on_before_state_load(self) -> None:
        self.shutdown_alarm_scheduler()
        self.book.stop()
        self.book = AlarmBook()

    def on_after_state_load(self) -> None:
        self.start_alarm_scheduler()

    def on_before_stop(self) -> None:
        super().on_before_stop()
        self.book.stop()

    def start_alarm_scheduler(self) -> None:
        if self.alarm_scheduler is None:
            self.alarm_scheduler = AlarmEvaluator(self.book)
            self.alarm_scheduler.start()

    def shutdown_alarm_scheduler(self) -> None:
        if self.alarm_scheduler is not None:
            self.alarm_scheduler.stop()
            self.alarm_scheduler = None


@aws_provider(api="cloudwatch", name="lab")
def cloudwatch() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_CLOUDWATCH=lab` chooses."""
    return Service.for_provider(LabCloudwatchProvider())
