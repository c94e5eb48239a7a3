"""Staggered, self-regulating processor of the objects that arrive in a bucket."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.expiring_table import ExpiringTable
from infra.constructs.notifications import Notifications
from infra.constructs.rounds.concurrency_scaler import ConcurrencyScaler
from infra.constructs.rounds.file_events import FileEvents
from infra.constructs.rounds.object_arrivals import ObjectArrivals, ObjectSource
from infra.constructs.rounds.processor_parameters import RoundCommon, RoundLimits, RoundThresholds
from infra.constructs.rounds.round_alarms import RoundAlarms
from infra.constructs.rounds.round_machine import RoundMachine
from infra.constructs.rounds.round_queues import RoundQueues
from infra.constructs.rounds.round_triggers import RoundTriggers
from infra.settings import Settings


class StaggeredProcessor(Construct):
    """Objects of `source` go through a queue to `function`, a few at a time, one after another.

    Bucket -> EventBridge -> `queues.queue` -> `round` (Step Functions) -> `function`. The starter among
    `triggers` starts a round on arrival and each minute; `scaler` sets how many files are processed at once;
    `table` is where they agree. Each hop has a dead end of its own among `queues`, and each part `alarms`.

    The function gets a `Task` and answers a `TaskAnswer` (`functions.files.rounds.task`). It
    must allow to be called twice for one file, and may ask to be called again (CONTINUE). It comes with its
    own rights. Its reserved concurrency is the scaler's to set; a deployment that changes the function sets
    it back to what it began with, until the next reading.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        function: lambda_.IFunction,
        source: ObjectSource,
        limits: RoundLimits,
        notifications: Notifications,
        code: lambda_.Code,
        settings: Settings,
        thresholds: RoundThresholds | None = None,
        key: kms.IKey | None = None,
    ) -> None:
        """`name` distinguishes this processor from others of the environment: queue, log group, events have
        it. `notifications` gets alarms, and files that failed for good; `code` is the asset of all."""
        super().__init__(scope, id_)
        self.function = function
        self._common = common = RoundCommon(name, function, limits, code, settings, key)
        self.queues = RoundQueues(self, "Queues", common=common)
        queue = self.queues.queue
        self.table = ExpiringTable(
            self, "Control", partition_key="name", key=key, removal_policy=common.removal_policy
        ).table
        self.round = RoundMachine(self, "Round", common=common, queues=self.queues, table=self.table)
        self.triggers = RoundTriggers(
            self, "Triggers", common=common, queue=queue, table=self.table, round_=self.round
        )
        self.scaler = ConcurrencyScaler(self, "Scaler", common=common, queue=queue, table=self.table)
        self.arrivals = ObjectArrivals(
            self,
            "Arrivals",
            source=source,
            queue=queue,
            starter=self.triggers.starter.function,
            undelivered=self.queues.undelivered,
        )
        self.failures = FileEvents(
            self, "Failures", common=common, topic=notifications.topic, undelivered=self.queues.undelivered
        )
        self._run_each_minute()
        self.alarms = RoundAlarms(
            self,
            "Alarms",
            queues=self.queues,
            machine=self.round.machine,
            functions={
                "Round": self.round.control.function,
                "Starter": self.triggers.starter.function,
                "Scaler": self.scaler.fn.function,
            },
            rules={
                "Arrivals": self.arrivals.rule,
                "Schedule": self.triggers.schedule,
                "Failures": self.failures.rule,
            },
            common=common,
            thresholds=thresholds or RoundThresholds(),
            notifications=notifications,
        ).alarms

    @property
    def full_name(self) -> str:
        """Name in the account: of queue, dashboard, log of failures."""
        return self._common.full_name

    @property
    def outputs(self) -> dict[str, str]:
        """Outputs for its stack, by their names less the prefix that distinguishes processors."""
        queues = self.queues
        return {
            "QueueUrl": queues.queue.queue_url,
            "QueueArn": queues.queue.queue_arn,
            "DlqUrl": queues.dlq.queue_url,
            "DlqArn": queues.dlq.queue_arn,
            "UndeliveredUrl": queues.undelivered.queue_url,
            "FailedInvocationsUrl": queues.failed_invocations.queue.queue_url,
            "StateMachineArn": self.round.machine.state_machine_arn,
            "RoundFunctionName": self.round.control.function.function_name,
            "StarterFunctionName": self.triggers.starter.function.function_name,
            "ScalerFunctionName": self.scaler.fn.function.function_name,
            "ControlTableName": self.table.table_name,
            "FailedLogGroupName": self.failures.log_group.log_group_name,
            **{f"{name}AlarmName": alarm.alarm_name for name, alarm in self.alarms.items()},
        }

    def _run_each_minute(self) -> None:
        starter, scaler = self.triggers.starter.function, self.scaler.fn.function
        for function in (starter, scaler):
            self.triggers.each_minute(function, self.queues.undelivered)
        # The machine waits for the processing function and settles its failures itself; this is for
        # callers that invoke it asynchronously.
        invoked = {"Starter": starter, "Scaler": scaler, "Processing": self.function}
        for id_, each in invoked.items():
            self.queues.failed_invocations.catch(id_, each)
