"""Filter patterns are read, and a metric filter counts its own group's matching events."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator

T = TypeVar("T")

EVENT: dict[str, Any] = {
    "level": "ERROR",
    "errorType": "SchemaValidationError",
    "latencyMs": 42.5,
    "attempts": 3,
    "processed": False,
    "cause": None,
    "order": {"id": "o-1", "tags": ["new", "vip"]},
    "records": [{"id": 1}, {"id": 2}],
    "a.b": "dotted",
}
JSON_PATTERNS = [
    ('{ $.errorType = "SchemaValidationError" }', True),
    ("{ $.errorType = SchemaValidationError }", True),
    ('{ $.errorType = "schemavalidationerror" }', False),
    ('{ $.errorType = "Schema*" }', True),
    ('{ $.errorType = "*Error" }', True),
    ('{ $.errorType = "Schema" }', False),
    ('{ $.errorType != "Timeout" }', True),
    ('{ $.errorType != "Schema*" }', False),
    ('{ $.errorType = "*" }', True),
    ('{ $.missing = "*" }', False),
    ('{ $.missing != "x" }', False),
    ('{ $.attempts = "*" }', True),
    ("{ $.errorType = %^Schema[A-Z]% }", True),
    ("{ $.errorType = %^Timeout% }", False),
    ("{ $.latencyMs > 42 }", True),
    ("{ $.latencyMs >= 42.5 }", True),
    ("{ $.latencyMs < 42.5 }", False),
    ("{ $.latencyMs <= 4.25e1 }", True),
    ("{ $.attempts = 3 }", True),
    ("{ $.attempts != 3 }", False),
    ("{ $.processed = 0 }", False),
    ("{ $.processed IS FALSE }", True),
    ("{ $.processed IS TRUE }", False),
    ("{ $.cause IS NULL }", True),
    ("{ $.missing IS NULL }", False),
    ("{ $.missing NOT EXISTS }", True),
    ("{ $.cause NOT EXISTS }", False),
    ('{ $.order.id = "o-1" }', True),
    ('{ $.order.tags[1] = "vip" }', True),
    ('{ $.order.tags[2] = "vip" }', False),
    ('{ $.order.tags[*] = "vip" }', True),
    ("{ $.records[*].id = 2 }", True),
    ("{ $.records[0].id = 2 }", False),
    ('{ $.["a.b"] = "dotted" }', True),
    ('{ $.level = "ERROR" && $.attempts > 2 }', True),
    ('{ $.level = "ERROR" && $.attempts > 3 }', False),
    ('{ $.level = "INFO" || $.attempts > 2 }', True),
    ('{ $.level = "ERROR" || $.level = "INFO" && $.attempts > 3 }', True),
    ('{ ($.level = "ERROR" || $.level = "INFO") && $.attempts > 3 }', False),
    ('{($.errorType="SchemaValidationError")&&(($.attempts>=1)&&($.processed IS FALSE))}', True),
]
TERM_PATTERNS = [
    ("", "anything at all", True),
    ("ERROR", "[ERROR] disk full", True),
    ("error", "[ERROR] disk full", False),
    ("ERROR disk", "disk: ERROR", True),
    ("ERROR memory", "disk: ERROR", False),
    ('"disk full"', "ERROR disk full", True),
    ('"disk full"', "ERROR full disk", False),
    ("ERROR -disk", "ERROR disk", False),
    ("ERROR -memory", "ERROR disk", True),
    ('-"disk full"', "memory", True),
    ("?ERROR ?WARN", "WARN low", True),
    ("?ERROR ?WARN", "INFO fine", False),
    ("ERROR ?WARN", "ERROR only", True),
    ("%4[0-9]{2}%", "status 404", True),
    ("%4[0-9]{2}%", "status 504", False),
    ('"a \\"b\\""', 'say a "b" now', True),
    ('{ $.level = "ERROR" }', "level ERROR, not JSON", False),
    ('{ $.level = "ERROR" }', '{"level": "ERROR"', False),
]
REFUSED = [
    "{ $.a = }",
    '{ $.a = "x"',
    '{ $.a = "x" && }',
    '{ ($.a = "x" }',
    '{ $.a == "x" }',
    '{ a = "x" }',
    '{ $.a > "x" }',
    "{ $.a IS MAYBE }",
    "{ $.a NOT HERE }",
    '{ $.a = "x" } trailing',
    "{ }",
    "{ $.a = %(group)% }",
    "{ $.a = %[% }",
    "unquoted-term",
    '"not closed',
    "[ip, user, status = 4*]",
]


@pytest.mark.parametrize(("pattern", "matches"), JSON_PATTERNS)
def test_json_patterns(emulator: Emulator, pattern: str, matches: bool) -> None:
    assert _matches(emulator, pattern, json.dumps(EVENT)) is matches


@pytest.mark.parametrize(("pattern", "text", "matches"), TERM_PATTERNS)
def test_term_patterns(emulator: Emulator, pattern: str, text: str, matches: bool) -> None:
    assert _matches(emulator, pattern, text) is matches


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_not_a_pattern_is_refused_everywhere(
    emulator: Emulator, log_group: str, pattern: str
) -> None:
    logs = emulator.client("logs")
    for call in (
        lambda: _matches(emulator, pattern, "text"),
        lambda: logs.filter_log_events(logGroupName=log_group, filterPattern=pattern),
        lambda: _put_filter(emulator, log_group, pattern, {"metricValue": "1"}),
    ):
        with pytest.raises(ClientError) as raised:
            call()
        assert raised.value.response["Error"]["Code"] == "InvalidParameterException"


def test_filter_log_events_honours_the_pattern(emulator: Emulator, log_group: str) -> None:
    _write(emulator, log_group, [{"n": 1}, {"n": 2}, {"n": 3}, "no JSON"])
    found = emulator.client("logs").filter_log_events(logGroupName=log_group, filterPattern="{ $.n >= 2 }")
    assert [json.loads(event["message"])["n"] for event in found["events"]] == [2, 3]


def test_filter_log_events_merges_the_streams_by_time(emulator: Emulator, log_group: str) -> None:
    logs, now_ms = emulator.client("logs"), int(time.time() * 1000)
    logs.create_log_stream(logGroupName=log_group, logStreamName="another")
    for offset, stream in ((0, "stream"), (1, "another"), (2, "stream")):
        event = {"timestamp": now_ms + offset, "message": str(offset)}
        logs.put_log_events(logGroupName=log_group, logStreamName=stream, logEvents=[event])
    found = logs.filter_log_events(logGroupName=log_group)["events"]
    assert [event["message"] for event in found] == ["0", "1", "2"]


def test_a_group_that_is_deleted_takes_its_filters_along(emulator: Emulator) -> None:
    logs, name = emulator.client("logs"), f"/test/{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=name)
    _put_filter(emulator, name, "ERROR", {"metricValue": "1"})
    logs.delete_log_group(logGroupName=name)
    assert logs.describe_metric_filters(logGroupName=name)["metricFilters"] == []


def test_odd_events_are_written_and_counted_all_the_same(emulator: Emulator, log_group: str) -> None:
    namespace = _put_filter(emulator, log_group, "", {"metricValue": "$.n"})
    odd = ["[" * 100_000, '{"n": ' + "9" * 5000 + "}", '{"n": ' + "9" * 400 + "}", '{"n": NaN}', '{"n": "4"}']
    _write(emulator, log_group, odd)
    assert _eventually(lambda: _statistics(emulator, namespace), lambda found: found[1] >= 1) == (4, 1)


def test_a_filter_counts_the_matching_events_of_its_own_group_only(
    emulator: Emulator, log_group: str, other_log_group: str
) -> None:
    namespace = _put_filter(emulator, log_group, '{ $.level = "ERROR" }', {"metricValue": "1"})
    _write(emulator, log_group, [{"level": "ERROR"}, {"level": "INFO"}, {"level": "ERROR"}])
    _write(emulator, other_log_group, [{"level": "ERROR"}] * 5)
    # Data points are published in order: once this last one counts, so does everything before it.
    _write(emulator, log_group, [{"level": "ERROR"}])
    assert _eventually(lambda: _statistics(emulator, namespace), lambda found: found[0] >= 3) == (3, 3)


def test_a_selector_gives_the_value_and_an_event_without_it_counts_nothing(
    emulator: Emulator, log_group: str
) -> None:
    transformation = {"metricValue": "$.latencyMs", "unit": "Milliseconds"}
    namespace = _put_filter(emulator, log_group, "", transformation)
    _write(emulator, log_group, [{"latencyMs": 12.5}, {"other": 1}, {"latencyMs": 7.5}])
    found = _eventually(lambda: _statistics(emulator, namespace, "Milliseconds"), lambda it: it[1] >= 2)
    assert found == (20.0, 2)


def test_each_value_of_a_dimension_is_a_metric_of_its_own(emulator: Emulator, log_group: str) -> None:
    transformation = {"metricValue": "1", "dimensions": {"ErrorType": "$.errorType"}}
    namespace = _put_filter(emulator, log_group, '{ $.errorType = "*" }', transformation)
    _write(emulator, log_group, [{"errorType": "Timeout"}, {"errorType": "Schema"}, {"errorType": "Timeout"}])

    def counts() -> dict[str, float]:
        return {
            name: _statistics(emulator, namespace, dimensions=[{"Name": "ErrorType", "Value": name}])[0]
            for name in ("Timeout", "Schema")
        }

    assert _eventually(counts, lambda found: sum(found.values()) >= 3) == {"Timeout": 2, "Schema": 1}


def test_a_dimension_that_is_true_or_false_reads_as_in_the_log(emulator: Emulator, log_group: str) -> None:
    transformation = {"metricValue": "1", "dimensions": {"Retried": "$.retried"}}
    namespace = _put_filter(emulator, log_group, "{ $.retried IS TRUE }", transformation)
    _write(emulator, log_group, [json.dumps({"retried": True})])
    dimensions = [{"Name": "Retried", "Value": "true"}]
    assert _eventually(lambda: _statistics(emulator, namespace, dimensions=dimensions)[0], bool) == 1


def test_the_default_value_is_reported_while_logs_arrive_and_none_match(
    emulator: Emulator, log_group: str
) -> None:
    namespace = _put_filter(emulator, log_group, "ERROR", {"metricValue": "1", "defaultValue": 0})
    for _ in range(3):
        _write(emulator, log_group, ["fine"])
    assert _eventually(lambda: _statistics(emulator, namespace), lambda found: found[1] >= 1) == (0, 1)


@pytest.mark.parametrize(
    "transformation",
    [
        {"metricValue": "one"},
        {"metricValue": "$."},
        {"metricValue": "1", "dimensions": {"D": "errorType"}},
        {"metricValue": "1", "dimensions": {"D": "$.d"}, "defaultValue": 0},
    ],
)
def test_a_transformation_that_cannot_work_is_refused(
    emulator: Emulator, log_group: str, transformation: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as raised:
        _put_filter(emulator, log_group, "ERROR", transformation)
    assert raised.value.response["Error"]["Code"] == "InvalidParameterException"


def test_a_filter_that_is_put_again_is_replaced(emulator: Emulator, log_group: str) -> None:
    for pattern in ("first", "second"):
        _put_filter(emulator, log_group, pattern, {"metricValue": "1"}, name="one")
    filters = emulator.client("logs").describe_metric_filters(logGroupName=log_group)["metricFilters"]
    assert [entry["filterPattern"] for entry in filters] == ["second"]


def test_saved_queries_are_kept_changed_and_deleted(emulator: Emulator) -> None:
    logs, name = emulator.client("logs"), f"query-{uuid.uuid4().hex[:8]}"
    identifier = logs.put_query_definition(name=name, queryString="fields @message")["queryDefinitionId"]
    logs.put_query_definition(name=name, queryString="stats count()", queryDefinitionId=identifier)

    def saved() -> list[dict[str, Any]]:
        found = logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
        return list(found)

    assert [(query["queryDefinitionId"], query["queryString"]) for query in saved()] == [
        (identifier, "stats count()")
    ]
    assert logs.delete_query_definition(queryDefinitionId=identifier)["success"] is True
    assert saved() == []
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId=identifier)


@pytest.fixture
def log_group(emulator: Emulator) -> Iterator[str]:
    yield from _log_group(emulator)


@pytest.fixture
def other_log_group(emulator: Emulator) -> Iterator[str]:
    yield from _log_group(emulator)


def _log_group(emulator: Emulator) -> Iterator[str]:
    name = f"/test/{uuid.uuid4().hex[:8]}"
    emulator.client("logs").create_log_group(logGroupName=name)
    emulator.client("logs").create_log_stream(logGroupName=name, logStreamName="stream")
    yield name
    emulator.client("logs").delete_log_group(logGroupName=name)


def _matches(emulator: Emulator, pattern: str, text: str) -> bool:
    answer = emulator.client("logs").test_metric_filter(filterPattern=pattern, logEventMessages=[text])
    return [match["eventMessage"] for match in answer["matches"]] == [text]


def _put_filter(
    emulator: Emulator, log_group: str, pattern: str, transformation: dict[str, Any], name: str = "filter"
) -> str:
    """Put a filter for the metric `Count` in a namespace of its own, and return the namespace."""
    namespace = f"test-{uuid.uuid4().hex[:8]}"
    emulator.client("logs").put_metric_filter(
        logGroupName=log_group,
        filterName=name,
        filterPattern=pattern,
        metricTransformations=[{"metricName": "Count", "metricNamespace": namespace, **transformation}],
    )
    return namespace


def _write(emulator: Emulator, log_group: str, messages: list[Any]) -> None:
    now_ms = int(time.time() * 1000)
    emulator.client("logs").put_log_events(
        logGroupName=log_group,
        logStreamName="stream",
        logEvents=[
            {"timestamp": now_ms, "message": text if isinstance(text, str) else json.dumps(text)}
            for text in messages
        ],
    )


def _statistics(
    emulator: Emulator, namespace: str, unit: str = "None", dimensions: list[dict[str, str]] | None = None
) -> tuple[float, float]:
    """Return the sum and the number of the values of `Count`."""
    now = datetime.now(UTC)
    answer = emulator.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Count",
        Dimensions=dimensions or [],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=10),
        Period=60,
        Statistics=["Sum", "SampleCount"],
        Unit=unit,
    )
    points = answer["Datapoints"]
    return sum(point["Sum"] for point in points), sum(point["SampleCount"] for point in points)


def _eventually(read: Callable[[], T], done: Callable[[T], bool], timeout_seconds: float = 20) -> T:
    """Return what `read` gives once `done`, or at the deadline whatever it gave last."""
    deadline = time.monotonic() + timeout_seconds
    while not done(value := read()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return value
