"""Reason of a metric alarm's state: CloudWatch's sentence, and the data that goes with it."""

from collections.abc import Sequence
from typing import Any

from lab_emulator.cloudwatch import timestamps
from lab_emulator.cloudwatch.alarms.metric_alarm_definition import Definition, breaches, in_words
from lab_emulator.cloudwatch.alarms.missing_data import JudgedRange, State
from lab_emulator.cloudwatch.period_statistics import TimeSeries

_TREATED_AS = {
    "missing": "Missing",
    "ignore": "Ignore",
    "breaching": "Breaching",
    "notBreaching": "NonBreaching",
}


def sentence(definition: Definition, judged: JudgedRange, series: TimeSeries, old: State) -> str:
    """Say why `judged` has its state. Newest data points come first, as CloudWatch has them."""
    if not judged.used:
        return _nothing_received(definition, judged)
    points = [(time, series.values[time]) for time in _times(series, judged.used)]
    over = judged.state == "ALARM"
    telling = [
        f"{value} ({timestamps.in_datapoint(timestamps.at(time))})"
        for time, value in points
        if breaches(value, definition.comparison_operator, definition.threshold) == over
    ]
    text = f"Threshold Crossed: {_how_many(definition, len(telling))} [{', '.join(telling)}]"
    text += f" {'was' if len(telling) == 1 else 'were'} {'' if over else 'not '}"
    text += f"{in_words(definition.comparison_operator)} the threshold ({definition.threshold})"
    if judged.filled:
        text += f" and {_filled(definition, judged.filled)}"
    return f"{text}{_least_for_transition(definition, old, judged.state)}."


def data(
    definition: Definition, judged: JudgedRange, series: TimeSeries, query_epoch_seconds: float
) -> dict[str, Any]:
    """`StateReasonData` of a metric alarm: recent data points oldest first, evaluated ones newest first."""
    times = _times(series, judged.used)
    found: dict[str, Any] = {
        "version": "1.0",
        "queryDate": timestamps.in_json(timestamps.at(query_epoch_seconds)),
    }
    if times:
        found["startDate"] = timestamps.in_json(timestamps.at(times[-1]))
    if definition.statistic:
        found["statistic"] = definition.statistic
    if definition.unit:
        found["unit"] = definition.unit
    evaluated = [_evaluated(series, time) for time in times]
    return found | {
        "period": definition.period_seconds,
        "recentDatapoints": [series.values[time] for time in reversed(times)],
        "threshold": definition.threshold,
        "evaluatedDatapoints": evaluated,
    }


def _evaluated(series: TimeSeries, time: float) -> dict[str, Any]:
    point: dict[str, Any] = {"timestamp": timestamps.in_json(timestamps.at(time))}
    if time in series.sample_counts:
        point["sampleCount"] = float(series.sample_counts[time])
    return point | {"value": series.values[time]}


def _times(series: TimeSeries, used: Sequence[int]) -> list[float]:
    times = series.grid.times()
    return [times[index] for index in reversed(used)]


def _nothing_received(definition: Definition, judged: JudgedRange) -> str:
    kind = "Insufficient Data" if judged.state == "INSUFFICIENT_DATA" else "Threshold Crossed"
    periods = f"{definition.periods} period{'' if definition.periods == 1 else 's'}"
    return f"{kind}: no datapoints were received for {periods} and {_filled(definition, judged.filled)}."


def _filled(definition: Definition, count: int) -> str:
    noun = "datapoint was" if count == 1 else "datapoints were"
    return f"{count} missing {noun} treated as [{_TREATED_AS[definition.treatment]}]"


def _how_many(definition: Definition, count: int) -> str:
    if definition.m_of_n:
        return f"{count} out of the last {definition.periods} datapoints"
    return f"{count} datapoint{'' if count == 1 else 's'}"


def _least_for_transition(definition: Definition, old: State, new: State | None) -> str:
    """Alarms with an explicit DatapointsToAlarm say how many it takes."""
    if not definition.m_of_n:
        return ""
    least = definition.datapoints_to_alarm
    if new != "ALARM":
        least = definition.periods - least + 1
    origin = "OK" if new == "ALARM" else "ALARM"
    noun = "datapoint" if least == 1 else "datapoints"
    return f" (minimum {least} {noun} for {origin} -> {new} transition)"
