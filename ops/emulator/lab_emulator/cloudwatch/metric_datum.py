"""MetricDatum, an entry of PutMetricData: checked, and read into a distribution of values."""

from collections.abc import Mapping, Sequence
from typing import Any

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore, dimensions_of
from lab_emulator.cloudwatch.period_statistics import Distribution
from lab_emulator.cloudwatch.refusals import InvalidParameterCombination, InvalidParameterValue

# "You can assign up to 30 dimensions to each metric", "up to 150 unique values" (CloudWatch API
# reference, MetricDatum), and 1,000 metrics in a PutMetricData.
MAX_DIMENSIONS = 30
MAX_VALUES = 150
MAX_METRICS = 1_000


def record(store: MetricStore, namespace: str, data: Sequence[Mapping[str, Any]], now: float) -> None:
    """Put `data`, MetricDatum entries, into `store`; all of it or nothing.

    An entry without a Timestamp happened at `now`, epoch seconds. Raises RefusedRequest.
    """
    if len(data) > MAX_METRICS:
        raise InvalidParameterValue(
            f"The collection MetricData must not have a size greater than {MAX_METRICS}."
        )
    read = [(datum, _distribution(datum, place)) for place, datum in enumerate(data, start=1)]
    for datum, distribution in read:
        key = MetricKey(namespace, datum["MetricName"], dimensions_of(datum.get("Dimensions")))
        at = datum["Timestamp"].timestamp() if datum.get("Timestamp") else now
        store.record(key, at, datum.get("Unit") or "None", distribution, now=now)


def _distribution(datum: Mapping[str, Any], place: int) -> Distribution:
    where = f"MetricData.member.{place}"
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if "Value" in given[:1] and len(given) > 1:  # AWS takes Values and StatisticValues together
        pair = f"{where}.{given[0]} and {where}.{given[1]}"
        raise InvalidParameterCombination(
            f"The parameters {pair} are mutually exclusive and you have specified both."
        )
    if not given:
        raise InvalidParameterValue(f"At least one of the parameters must be specified for {where}.")
    if len(datum.get("Dimensions") or []) > MAX_DIMENSIONS:
        raise InvalidParameterValue(f"No more than {MAX_DIMENSIONS} dimensions can be specified for {where}.")
    if given == ["Value"]:
        return Distribution({float(datum["Value"]): 1})
    if given == ["StatisticValues"]:
        return _statistic_set(datum["StatisticValues"], where)
    counted = _counted(datum["Values"], datum.get("Counts"), where)
    return counted.add(_statistic_set(datum["StatisticValues"], where)) if len(given) > 1 else counted


def _counted(values: Sequence[float], counts: Sequence[float] | None, where: str) -> Distribution:
    counts = counts or [1.0] * len(values)
    if len(values) != len(counts):
        raise InvalidParameterValue(
            f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    if not 1 <= len(values) <= MAX_VALUES:
        raise InvalidParameterValue(f"{where}.Values takes 1 to {MAX_VALUES} values.")
    tally: dict[float, float] = {}
    for value, count in zip(values, counts, strict=True):
        if count <= 0:
            raise InvalidParameterValue(f"{where}.Counts must be greater than 0.")
        tally[float(value)] = tally.get(float(value), 0) + count
    return Distribution(tally)


def _statistic_set(given: Mapping[str, float], where: str) -> Distribution:
    if given["SampleCount"] <= 0:
        raise InvalidParameterValue(f"{where}.StatisticValues.SampleCount must be greater than 0.")
    return Distribution.of_set(
        count=given["SampleCount"],
        total=given["Sum"],
        minimum=given["Minimum"],
        maximum=given["Maximum"],
    )
