"""The states of the app's alarms."""

from ops.lab.target import Target

_SUFFIX = "AlarmName"
_NONE = "none"


def state(target: Target, name: str) -> str:
    """OK, ALARM or INSUFFICIENT_DATA, of the alarm with the output <name>AlarmName."""
    return states(target, [name])[name]


def raised(target: Target) -> str:
    """The names of all alarms in ALARM, or "none"."""
    every = states(target, names(target))
    return ", ".join(sorted(name for name, now in every.items() if now == "ALARM")) or _NONE


def names(target: Target) -> list[str]:
    """The app's alarms, by the names that their outputs bear."""
    return sorted(key.removesuffix(_SUFFIX) for key in target.outputs if key.endswith(_SUFFIX))


def states(target: Target, names: list[str]) -> dict[str, str]:
    """The state of each of these alarms, in one call."""
    by_alarm = {target.output(name + _SUFFIX): name for name in names}
    # DescribeAlarms takes at most 100 names (CloudWatch API reference).
    alarms = target.cloudwatch.describe_alarms(AlarmNames=list(by_alarm), MaxRecords=100)["MetricAlarms"]
    return {by_alarm[alarm["AlarmName"]]: str(alarm["StateValue"]) for alarm in alarms}
