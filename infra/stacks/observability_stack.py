"""Observability: notifications of outcomes; metrics, alarms and dashboard of the ingestion pipeline."""

from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from infra.constructs.alarms import IngestionAlarms
from infra.constructs.dashboard import IngestionDashboard
from infra.constructs.event_bus import OutcomeRules
from infra.constructs.log_group import SavedQueries
from infra.constructs.metric_filters import LabMetrics, MetricFilters
from infra.constructs.notifications import Notifications
from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings
from infra.stacks.api_stack import ApiStack
from infra.stacks.functions_stack import FunctionsStack
from infra.stacks.queue_stack import QueueStack


class ObservabilityStack(Stack):
    """Topics, rules on the bus, metrics from logs, alarms, dashboard, saved queries."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        data: QueueStack,
        compute: FunctionsStack,
        edge: ApiStack,
        settings: Settings,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id_, **kwargs)
        name = f"IngestionLab-{settings.env_name}"
        ingest, worker = compute.ingest, compute.worker
        redrive, runner = compute.redrive, compute.redrive_runner
        steps = compute.workflow.steps.all if compute.workflow else {}
        queue, dlq, parked = data.queues.queue, data.queues.dlq, data.parked

        self.notifications = Notifications(
            self, "Notifications", email=settings.alarm_email, webhook_url=settings.webhook_url, key=data.key
        )
        self.rules = OutcomeRules(
            self,
            "Outcomes",
            events=compute.events,
            topic=self.notifications.topic,
            log_name=name,
            log_retention_days=settings.log_retention_days,
            key=data.key,
            removal_policy=removal_policy(settings),
        )
        MetricFilters(
            self,
            "Metrics",
            namespace=settings.metrics_namespace,
            ingest=ingest.log_group,
            worker=worker.log_group,
            guarded={
                "Ingest": ingest.log_group,
                "Worker": worker.log_group,
                "Redrive": redrive.log_group,
                "RedriveRunner": runner.log_group,
                **{step.capitalize(): fn.log_group for step, fn in steps.items()},
            },
        )
        self.alarms = IngestionAlarms(
            self,
            "Alarms",
            queue=queue,
            dlq=dlq,
            undelivered=self.rules.undelivered,
            parked=parked,
            functions={
                "Ingest": ingest.function,
                "Worker": worker.function,
                "RedriveRunner": runner.function,
                # Of the steps the one that is killed when the downstream is slow. The others' errors are what
                # clients send, or end in the table and the DLQ as the worker's do.
                **({"Processor": steps["processor"].function} if steps else {}),
            },
            api=edge.http.api,
            notifications=self.notifications,
            settings=settings,
        ).alarms
        self.dashboard = IngestionDashboard(
            self,
            "Overview",
            name=name,
            api=edge.http.api,
            queues={"queue": queue, "DLQ": dlq, "parked": parked},
            functions={
                "ingest": ingest.function,
                "worker": worker.function,
                "redrive": redrive.function,
                "redrive runner": runner.function,
                **{step: fn.function for step, fn in steps.items()},
            },
            rules={"success": self.rules.success, "failure": self.rules.failure},
            bus=compute.events.bus,
            metrics=LabMetrics(settings.metrics_namespace, Duration.seconds(settings.alarm_period_seconds)),
        ).dashboard
        SavedQueries(
            self,
            "Queries",
            folder=name,
            log_groups=[each.log_group for each in (ingest, worker, redrive, runner, *steps.values())],
        )

        CfnOutput(self, "TopicArn", value=self.notifications.topic.topic_arn)
        CfnOutput(self, "DashboardName", value=name)
        CfnOutput(self, "OutcomeLogGroupName", value=self.rules.log_group.log_group_name)
        CfnOutput(self, "UndeliveredUrl", value=self.rules.undelivered.queue_url)
        for alarm_name, alarm in self.alarms.items():
            CfnOutput(self, f"{alarm_name}AlarmName", value=alarm.alarm_name)
