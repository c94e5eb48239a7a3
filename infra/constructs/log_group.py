"""A log group that says how long it keeps what it holds: without that, logs are kept and paid for forever."""

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_logs as logs
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
    """A log group; `retention_days` is one of `RETENTION`, which are the settings' LOG_RETENTION_DAYS."""
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
