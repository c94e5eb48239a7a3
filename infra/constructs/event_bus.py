"""Event bus to which the worker publishes each event's outcome, and the rules that pass the outcomes on.

All outcomes go to a log group, failures to the topic as well.
"""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from functions.ingestion.outcome_names import FAILURE, SOURCE, SUCCESS
from infra.constructs.log_group import EVENTS_LOG_PREFIX, LogGroupTarget, allow_event_logs, log_group
from infra.constructs.sqs_with_dlq import encrypted_queue


class OutcomeBus(Construct):
    """Bus of the lab's own: the account's default one would mix its events with those of AWS services."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.bus = events.EventBus(self, "Bus", description="Outcomes of the ingestion lab's events")

    def outcome_rule(self, scope: Construct, id_: str, *, detail_type: str) -> events.Rule:
        """Rule, in the stack of `scope`, that matches the outcomes of one kind."""
        return events.Rule(
            scope,
            id_,
            event_bus=self.bus,
            description=f"{detail_type} events of {SOURCE}",
            event_pattern=events.EventPattern(source=[SOURCE], detail_type=[detail_type]),
        )


# An outcome that could not be delivered for an hour is outdated: park it for a person to see.
MAX_EVENT_AGE = Duration.hours(1)
MAX_ATTEMPTS = 185


class OutcomeRules(Construct):
    """Rules `success` and `failure`; `undelivered` holds what their targets would not take."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        events: OutcomeBus,
        topic: sns.ITopic,
        log_name: str,
        log_retention_days: int,
        key: kms.IKey | None,
        removal_policy: RemovalPolicy,
    ) -> None:
        """`log_name` is the log group's name, less the prefix that EventBridge demands."""
        super().__init__(scope, id_)
        self.undelivered = encrypted_queue(
            self, "Undelivered", key=key, retention_period=Duration.days(14), removal_policy=removal_policy
        )
        self.log_group = log_group(
            self,
            "Log",
            name=EVENTS_LOG_PREFIX + log_name,
            retention_days=log_retention_days,
            removal_policy=removal_policy,
        )
        self.success = events.outcome_rule(self, "Success", detail_type=SUCCESS)
        self.failure = events.outcome_rule(self, "Failure", detail_type=FAILURE)
        for rule in (self.success, self.failure):
            rule.add_target(
                LogGroupTarget(
                    self.log_group,
                    dead_letter_queue=self.undelivered,
                    max_event_age=MAX_EVENT_AGE,
                    max_attempts=MAX_ATTEMPTS,
                )
            )
        self.failure.add_target(
            targets.SnsTopic(
                topic,
                dead_letter_queue=self.undelivered,
                max_event_age=MAX_EVENT_AGE,
                retry_attempts=MAX_ATTEMPTS,
            )
        )
        allow_event_logs(self.log_group, self.success, self.failure)
