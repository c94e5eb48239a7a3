"""Log groups: made with a retention, as targets of EventBridge rules, and with saved queries that read them.

Without a retention, logs are kept and paid for forever.
"""

from collections.abc import Sequence
from pathlib import Path

import jsii
from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef
from constructs import Construct

RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
}


def log_group(
    scope: Construct,
    id_: str,
    *,
    retention_days: int,
    removal_policy: RemovalPolicy,
    name: str | None = None,
) -> logs.LogGroup:
    """Log group; `retention_days` is one of `RETENTION`, which are the settings' LOG_RETENTION_DAYS."""
    return logs.LogGroup(
        scope, id_, log_group_name=name, retention=RETENTION[retention_days], removal_policy=removal_policy
    )


def plain_arn(group: logs.ILogGroup) -> str:
    """The group's ARN less the ":*" that `log_group_arn` ends in, as EventBridge and API Gateway want it."""
    return Stack.of(group).format_arn(
        service="logs",
        resource="log-group",
        resource_name=group.log_group_name,
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


EVENTS_LOG_PREFIX = "/aws/events/"


@jsii.implements(events.IRuleTarget)
class LogGroupTarget:
    """Log group as the target of a rule: the CDK's `targets.CloudWatchLogGroup`, less its custom resource.

    EventBridge takes log groups whose name begins with EVENTS_LOG_PREFIX, and a resource policy rather than a
    role allows it to write:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
    """

    def __init__(
        self,
        group: logs.ILogGroup,
        *,
        dead_letter_queue: sqs.IQueue,
        max_event_age: Duration,
        max_attempts: int,
    ) -> None:
        self._group = group
        self._dead_letter_queue = dead_letter_queue
        self._max_event_age = max_event_age
        self._max_attempts = max_attempts

    def bind(self, rule: IRuleRef, id: str | None = None) -> events.RuleTargetConfig:
        """Called by the rule: allow it to park what it cannot write, and say where it writes."""
        self._dead_letter_queue.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self._dead_letter_queue.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.rule_ref.rule_arn}},
            )
        )
        return events.RuleTargetConfig(
            arn=plain_arn(self._group),
            dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self._dead_letter_queue.queue_arn),
            retry_policy=events.CfnRule.RetryPolicyProperty(
                maximum_event_age_in_seconds=int(self._max_event_age.to_seconds()),
                maximum_retry_attempts=self._max_attempts,
            ),
        )


def allow_event_logs(group: logs.LogGroup, *rules: events.IRule) -> None:
    """Let EventBridge write what these rules match to the group."""
    writers = [
        iam.ServicePrincipal("events.amazonaws.com"),
        iam.ServicePrincipal("delivery.logs.amazonaws.com"),
    ]
    logs.ResourcePolicy(
        group,
        "EventBridgeWrites",
        policy_statements=[
            iam.PolicyStatement(
                principals=writers, actions=["logs:CreateLogStream"], resources=[group.log_group_arn]
            ),
            iam.PolicyStatement(
                principals=writers,
                actions=["logs:PutLogEvents"],
                resources=[group.log_group_arn],
                conditions={"ArnEquals": {"aws:SourceArn": [rule.rule_arn for rule in rules]}},
            ),
        ],
    )


QUERIES = Path(__file__).resolve().parents[2] / "ops" / "queries" / "cloudwatch-insights"


class SavedQueries(Construct):
    """Queries of ops/queries for Logs Insights, saved in the account: one a file.

    `error-analysis.txt` is found as `<folder>/error-analysis`.
    """

    def __init__(
        self, scope: Construct, id_: str, *, folder: str, log_groups: Sequence[logs.ILogGroup]
    ) -> None:
        super().__init__(scope, id_)
        for path in sorted(QUERIES.glob("*.txt")):
            # By the L1: the L2 builds a query from parts, and these are whole.
            logs.CfnQueryDefinition(
                self,
                path.stem,
                name=f"{folder}/{path.stem}",
                query_string=path.read_text(encoding="utf-8"),
                log_group_names=[group.log_group_name for group in log_groups],
            )
