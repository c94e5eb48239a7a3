"""Events of files that failed for good: a rule that sends them to the topic and to a log group."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.log_group import EVENTS_LOG_PREFIX, LogGroupTarget, allow_event_logs, log_group
from infra.constructs.rounds.processor_parameters import RoundCommon

SOURCE = "ingestion-lab.files"
FAILED = "file.failed"

# As for the outcomes of events: after an hour it is outdated.
_MAX_EVENT_AGE = Duration.hours(1)
_MAX_ATTEMPTS = 185


class FileEvents(Construct):
    """`rule` on the default bus, for the `file.failed` events of one processor, and its `log_group`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        common: RoundCommon,
        topic: sns.ITopic,
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, id_)
        self.log_group = log_group(
            self,
            "Log",
            name=EVENTS_LOG_PREFIX + common.full_name,
            retention_days=common.settings.log_retention_days,
            removal_policy=common.removal_policy,
        )
        self.rule = events.Rule(
            self,
            "Failed",
            description=f"{FAILED} events of {common.full_name}",
            event_pattern=events.EventPattern(
                source=[SOURCE], detail_type=[FAILED], detail={"processor": [common.full_name]}
            ),
        )
        self.rule.add_target(
            LogGroupTarget(
                self.log_group,
                dead_letter_queue=undelivered,
                max_event_age=_MAX_EVENT_AGE,
                max_attempts=_MAX_ATTEMPTS,
            )
        )
        self.rule.add_target(
            targets.SnsTopic(
                topic,
                dead_letter_queue=undelivered,
                max_event_age=_MAX_EVENT_AGE,
                retry_attempts=_MAX_ATTEMPTS,
            )
        )
        allow_event_logs(self.log_group, self.rule)
