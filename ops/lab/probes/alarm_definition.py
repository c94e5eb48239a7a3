"""Definition of an alarm: the metric that it looks at, on what it rises, and whom it tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops.lab.app.target import Target
from ops.lab.probes.metrics import MetricQuery

# PutMetricAlarm, ComparisonOperator, for people.
_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


@dataclass(frozen=True)
class AlarmDefinition:
    """`alarm_name` is the account's. `actions` are ARNs by the state whose beginning they are told of."""

    alarm_name: str
    metric: MetricQuery
    period_seconds: int
    periods: int
    sign: str
    threshold: float
    missing_data: str
    actions: Mapping[str, Sequence[str]]
    actions_enabled: bool

    @property
    def rule(self) -> str:
        """On what it rises, in a line."""
        each = f"{self.metric.statistic} of {self.metric.name} {self.sign} {self.threshold:g}"
        window = f"in {self.periods} period(s) of {self.period_seconds} s"
        return f"{each}, {window}; missing data: {self.missing_data}"


def definition(target: Target, alarm_name: str) -> AlarmDefinition | None:
    """Of the alarm of this name in the account; None where there is none, or it has several metrics."""
    found = target.cloudwatch.describe_alarms(AlarmNames=[alarm_name])["MetricAlarms"]
    if not found or "MetricName" not in found[0]:
        return None
    [alarm] = found
    dimensions = {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    comparison = str(alarm["ComparisonOperator"])
    told: Mapping[str, object] = dict(alarm)
    return AlarmDefinition(
        alarm_name=alarm_name,
        metric=MetricQuery(alarm["Namespace"], alarm["MetricName"], statistic, dimensions),
        period_seconds=alarm["Period"],
        periods=alarm["EvaluationPeriods"],
        sign=_SIGNS.get(comparison, comparison),
        threshold=alarm.get("Threshold", 0.0),
        missing_data=alarm.get("TreatMissingData") or "missing",
        actions={state: _texts(told.get(key)) for state, key in _ACTIONS.items()},
        actions_enabled=alarm.get("ActionsEnabled", True),
    )


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
