"""Logs Insights by its API: queries are carried out, and told as AWS tells them."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator

COUNT = 40
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def groups(emulator: Emulator) -> Iterator[list[str]]:
    """Two log groups; in the first a JSON line each second, in the second one plain line."""
    logs = emulator.client("logs")
    names = [f"/insights/{uuid.uuid4().hex}" for _ in range(2)]
    for name in names:
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="stream")
    begin = (int(time.time()) - COUNT) * 1000
    lines = [
        {"timestamp": begin + at * 1000, "message": json.dumps({"at": at, "even": at % 2 == 0})}
        for at in range(COUNT)
    ]
    logs.put_log_events(logGroupName=names[0], logStreamName="stream", logEvents=lines)
    plain = [{"timestamp": begin, "message": "plain"}]
    logs.put_log_events(logGroupName=names[1], logStreamName="stream", logEvents=plain)
    yield names
    for name in names:
        logs.delete_log_group(logGroupName=name)


def start(emulator: Emulator, query: str, **request: Any) -> str:
    now = int(time.time())
    window = {"startTime": now - 300, "endTime": now + 60}
    response = emulator.client("logs").start_query(**{**window, "queryString": query, **request})
    return str(response["queryId"])


def results(emulator: Emulator, query_id: str) -> dict[str, Any]:
    found: dict[str, Any] = eventually(
        lambda: emulator.client("logs").get_query_results(queryId=query_id),
        within=30,
        until=lambda answer: answer["status"] not in ("Scheduled", "Running"),
    )
    return found


def rows(answer: dict[str, Any]) -> Rows:
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


def refused(emulator: Emulator, query: str, **request: Any) -> Any:
    with pytest.raises(ClientError) as caught:
        start(emulator, query, **request)
    return caught.value.response


def test_a_query_is_answered_by_what_it_asks(emulator: Emulator, groups: list[str]) -> None:
    query = "filter at < 10 | stats count(*) as n, sum(at) as total by even | sort even"
    answer = results(emulator, start(emulator, query, logGroupName=groups[0]))
    assert answer["status"] == "Complete"
    assert rows(answer) == [{"even": "0", "n": "5", "total": "25"}, {"even": "1", "n": "5", "total": "20"}]
    assert answer["statistics"]["recordsMatched"] == 10
    assert answer["statistics"]["recordsScanned"] == COUNT
    assert answer["statistics"]["bytesScanned"] > COUNT * 10


def test_several_groups_are_one_log(emulator: Emulator, groups: list[str]) -> None:
    query = "stats count(*) as n by @log | sort n"
    by_name = results(emulator, start(emulator, query, logGroupNames=groups))
    arns = [f"arn:aws:logs:us-east-1:000000000000:log-group:{name}" for name in groups]
    by_arn = results(emulator, start(emulator, query, logGroupIdentifiers=arns))
    expected = [
        {"@log": f"000000000000:{groups[1]}", "n": "1"},
        {"@log": f"000000000000:{groups[0]}", "n": str(COUNT)},
    ]
    assert rows(by_name) == rows(by_arn) == expected


def test_the_range_is_inclusive_and_the_limit_is_kept(emulator: Emulator, groups: list[str]) -> None:
    everything = rows(results(emulator, start(emulator, "fields @timestamp, at", logGroupName=groups[0])))
    assert [row["at"] for row in everything] == [str(at) for at in reversed(range(COUNT))]
    pointer = {"logRecordPointer": everything[0]["@ptr"]}
    record = emulator.client("logs").get_log_record(**pointer)["logRecord"]
    assert (record["at"], record["@logStream"]) == (str(COUNT - 1), "stream")
    last = int(record["@timestamp"]) // 1000
    window = {"startTime": last - 2, "endTime": last, "logGroupName": groups[0]}
    found = rows(results(emulator, start(emulator, "fields at", **window)))
    assert [row["at"] for row in found] == [str(COUNT - 1 - late) for late in range(3)]
    found = rows(results(emulator, start(emulator, "fields at | limit 5", limit=2, **window)))
    assert len(found) == 2


def test_a_malformed_query_is_refused_with_its_place(emulator: Emulator, groups: list[str]) -> None:
    response = refused(emulator, "fields at\n| pattern @message", logGroupName=groups[0])
    assert response["Error"]["Code"] == "MalformedQueryException"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    message = "unexpected symbol found pattern at line 2 and position 2"
    assert response["Error"]["Message"].startswith(message)
    assert response["queryCompileError"]["location"] == {"startCharOffset": 12, "endCharOffset": 19}
    assert response["queryCompileError"]["message"].startswith(message)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"logGroupName": "/absent"}, "ResourceNotFoundException"),
        (
            {"logGroupIdentifiers": ["arn:aws:logs:eu-west-1:000000000000:log-group:/insights"]},
            "ResourceNotFoundException",
        ),
        ({}, "InvalidParameterException"),
        ({"logGroupName": "/a", "logGroupNames": ["/b"]}, "InvalidParameterException"),
        ({"logGroupNames": [f"/{number}" for number in range(51)]}, "InvalidParameterException"),
        ({"startTime": 200, "endTime": 100}, "InvalidParameterException"),
        ({"startTime": 1_700_000_000_000}, "InvalidParameterException"),
        ({"limit": 10_001}, "InvalidParameterException"),
        ({"queryLanguage": "SQL"}, "InvalidParameterException"),
    ],
)
def test_a_request_that_is_none_is_refused(
    emulator: Emulator, groups: list[str], request_: dict[str, Any], code: str
) -> None:
    other = {} if "logGroup" in str(request_) or not request_ else {"logGroupName": groups[0]}
    assert refused(emulator, "fields at", **other, **request_)["Error"]["Code"] == code


def test_queries_are_described_and_stopped(emulator: Emulator, groups: list[str]) -> None:
    logs = emulator.client("logs")
    query_id = start(emulator, "fields at | limit 1", logGroupName=groups[1])
    results(emulator, query_id)
    [described] = [
        each
        for each in logs.describe_queries(logGroupName=groups[1])["queries"]
        if each["queryId"] == query_id
    ]
    assert (described["queryString"], described["status"]) == ("fields at | limit 1", "Complete")
    assert logs.describe_queries(logGroupName="/absent")["queries"] == []
    with pytest.raises(ClientError, match="has ended"):
        logs.stop_query(queryId=query_id)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        logs.get_query_results(queryId="none")
