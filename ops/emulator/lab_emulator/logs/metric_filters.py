"""Metric filters of log groups: what they count of the events that match, straight into the metric store."""

import logging
import math
import time
from typing import Any

from localstack.services.logs.models import get_moto_logs_backend

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.metric_stores import metric_store
from lab_emulator.logs.filter_pattern import parse_pattern
from lab_emulator.logs.property_selector import Selector
from lab_emulator.logs.text_filter_pattern import InvalidPattern, LogMessage

LOG = logging.getLogger(__name__)

# "The value emitted during a period when logs are ingested but none match", a period being a
# minute (user guide, "Creating metrics from log events using filters").
DEFAULT_VALUE_PERIOD_SECONDS = 60
MAX_DIMENSIONS = 3


class DefaultValues:
    """Times at which each filter last reported its default value, which it does once a minute."""

    def __init__(self) -> None:
        self._reported_at: dict[tuple[str, str, str], float] = {}

    def is_due(self, key: tuple[str, str, str]) -> bool:
        now = time.monotonic()
        if now - self._reported_at.get(key, -math.inf) < DEFAULT_VALUE_PERIOD_SECONDS:
            return False
        self._reported_at[key] = now
        return True

    def forget(self) -> None:
        """Let every filter report with the next events, as where none has done so yet."""
        self._reported_at.clear()


DEFAULT_VALUES = DefaultValues()


def count_events(
    account_id: str, region: str, group: str, events: list[dict[str, Any]], *, at_once: bool
) -> None:
    """Have the group's metric filters count events that are written. It raises nothing: they stay.

    `at_once` takes the events for those of this moment. A function's lines are written once its invocation
    is over, on AWS as they are printed: counted by their own times, they could fall into periods that alarms
    have looked at already.
    """
    filters = get_moto_logs_backend(account_id, region).describe_metric_filters(log_group_name=group)
    if not filters:
        return
    if at_once:
        events = [event | {"timestamp": int(time.time() * 1000)} for event in events]
    try:
        messages = [LogMessage(event["message"]) for event in events]
        store = metric_store(account_id, region)
        for metric_filter in filters:
            count(metric_filter, events, messages, DEFAULT_VALUES, store)
    except Exception:
        LOG.exception("metric filters of %s failed", group)


def validate(pattern: str, transformations: list[dict[str, Any]]) -> None:
    """Raise InvalidPattern where CloudWatch Logs would refuse the filter, or this cannot honour it."""
    parse_pattern(pattern)
    for transformation in transformations:
        _check_value(transformation["metricValue"])
        dimensions = transformation.get("dimensions") or {}
        if len(dimensions) > MAX_DIMENSIONS:
            raise InvalidPattern(f"a metric filter has at most {MAX_DIMENSIONS} dimensions")
        if dimensions and transformation.get("defaultValue") is not None:
            raise InvalidPattern("dimensions and default value are mutually exclusive")
        for selector in dimensions.values():
            Selector.parse(selector)


def _check_value(metric_value: str) -> None:
    if metric_value.startswith("$"):
        Selector.parse(metric_value)
    elif _as_number(metric_value) is None:
        raise InvalidPattern(f"metricValue {metric_value!r} is neither a number nor a selector")


def count(
    metric_filter: dict[str, Any],
    events: list[dict[str, Any]],
    messages: list[LogMessage],
    defaults: DefaultValues,
    store: MetricStore,
) -> None:
    """Add to `store` a value for each event that matches, or the default value where none does.

    `messages` are the parsed texts of `events`, in the same order.
    """
    pattern = parse_pattern(metric_filter.get("filterPattern") or "")
    matching = [
        (event["timestamp"], message)
        for event, message in zip(events, messages, strict=True)
        if pattern.matches(message)
    ]
    for transformation in metric_filter["metricTransformations"]:
        for timestamp_ms, message in matching:
            _count_event(transformation, message, timestamp_ms, store)
        if not matching:
            _count_default(metric_filter, transformation, defaults, store)


def _count_event(
    transformation: dict[str, Any], message: LogMessage, timestamp_ms: int, store: MetricStore
) -> None:
    value = _metric_value(transformation["metricValue"], message)
    selectors = transformation.get("dimensions") or {}
    dimensions = {name: _text_at(selector, message) for name, selector in selectors.items()}
    # An event without the number, or without one of the dimensions, belongs to no metric.
    if value is not None and all(dimensions.values()):
        store.add(_key(transformation, dimensions), value, _unit(transformation), timestamp_ms // 1000)


def _count_default(
    metric_filter: dict[str, Any], transformation: dict[str, Any], defaults: DefaultValues, store: MetricStore
) -> None:
    value = transformation.get("defaultValue")
    filter_key = (metric_filter["logGroupName"], metric_filter["filterName"], transformation["metricName"])
    if value is not None and defaults.is_due(filter_key):
        store.add(_key(transformation, {}), float(value), _unit(transformation))


def _key(transformation: dict[str, Any], dimensions: dict[str, str]) -> MetricKey:
    return MetricKey.of(transformation["metricNamespace"], transformation["metricName"], dimensions)


def _unit(transformation: dict[str, Any]) -> str:
    return transformation.get("unit") or "None"


def _metric_value(metric_value: str, message: LogMessage) -> float | None:
    if not metric_value.startswith("$"):
        return _as_number(metric_value)
    values = Selector.parse(metric_value).values(message.document)
    return _as_number(values[0]) if values else None


def _text_at(selector: str, message: LogMessage) -> str:
    values = Selector.parse(selector).values(message.document)
    value = values[0] if values else None
    if isinstance(value, bool):
        return str(value).lower()  # as it stands in the log
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
