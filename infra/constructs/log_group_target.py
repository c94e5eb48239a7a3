"""A log group as the target of an EventBridge rule."""

import jsii
from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef

from infra.constructs.log_group import plain_arn

EVENTS_LOG_PREFIX = "/aws/events/"


@jsii.implements(events.IRuleTarget)
class LogGroupTarget:
    """Like the CDK's `targets.CloudWatchLogGroup`, less the custom resource that one would deploy.

    EventBridge takes log groups whose name begins with EVENTS_LOG_PREFIX, and writes by leave of a resource
    policy rather than of a role:
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
