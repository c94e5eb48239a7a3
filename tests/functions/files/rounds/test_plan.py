"""A batch, planned: urgent files first, nothing lost, and the same plan for the same batch."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.common.sqs_message import MAX_ATTRIBUTES
from functions.files.rounds.plan import MAX_RETRY_SECONDS, Planner, Stagger, retry_seconds
from functions.files.rounds.priority import RoundPriority
from functions.files.rounds.task import Task
from tests.functions.files.rounds.pipeline import s3_event

STAGGER = Stagger(step_milliseconds=1_000, deep_queue_messages=100, max_wait_seconds=20)


def planner(depth: int = 0, pressure: int = 0) -> Planner:
    return Planner(STAGGER, depth, pressure, round_id="round-7", retry_seconds=10)


def message(body: str, id_: str = "m1", attributes: dict[str, str] | None = None) -> dict[str, Any]:
    """As ReceiveMessage returns it."""
    return {
        "MessageId": id_,
        "ReceiptHandle": f"handle-{id_}",
        "Body": body,
        "Attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1800000000000"},
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
        },
    }


def keys(items: list[dict[str, Any]]) -> list[str]:
    return [item["task"]["key"] for item in items]


def test_an_item_has_all_that_the_state_machine_asks_for() -> None:
    body = s3_event("incoming/über uns+1%20.csv")
    (item,) = planner().items([message(body, attributes={"priority": "low"})])
    assert item == {
        "task": {
            "bucket": "files",
            "key": "incoming/über uns+1%20.csv",
            "versionId": "v1",
            "etag": "e1",
            "sizeBytes": 5,
            "messageId": "m1",
            "receiveCount": 2,
            "roundId": "round-7",
        },
        "receiptHandle": "handle-m1",
        "body": body,
        "messageAttributes": {"priority": {"DataType": "String", "StringValue": "low"}},
        "receiveCount": 2,
        "retrySeconds": 20,
        "waitSeconds": 0,
        "priority": "low",
    }
    assert Task.from_document(item["task"]).key == "incoming/über uns+1%20.csv"


def test_a_bucket_without_versions_names_none() -> None:
    event = json.loads(s3_event("incoming/a.csv"))
    del event["detail"]["object"]["version-id"]
    (item,) = planner().items([message(json.dumps(event))])
    assert item["task"]["versionId"] is None
    assert "unreadable" not in item


def test_urgent_files_go_first_and_equals_in_their_order() -> None:
    folders = ["incoming/low/1", "incoming/2", "incoming/high/3", "incoming/4", "incoming/high/5"]
    items = planner().items([message(s3_event(key)) for key in folders])
    assert keys(items) == [folders[2], folders[4], folders[1], folders[3], folders[0]]
    assert [item["waitSeconds"] for item in items] == [0, 0, 2, 3, 8]


@pytest.mark.parametrize(
    ("key", "attribute", "expected"),
    [
        ("incoming/a.csv", None, "normal"),
        ("incoming/high/a.csv", None, "high"),
        ("incoming/low/2026/a.csv", None, "low"),
        ("incoming/high", None, "normal"),  # a file of this name
        ("incoming/urgent/a.csv", None, "normal"),
        ("elsewhere/high/a.csv", None, "normal"),
        ("incoming/low/a.csv", "high", "high"),
        ("incoming/high/a.csv", "sometime", "normal"),
    ],
)
def test_the_priority_is_the_messages_else_its_folders(
    key: str, attribute: str | None, expected: str
) -> None:
    attributes = {} if attribute is None else {"priority": attribute}
    (item,) = planner().items([message(s3_event(key), attributes=attributes)])
    assert item["priority"] == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("null", "detail"),
        ("[]", "detail"),
        ('{"Records":[{"s3":{}}]}', "detail"),
        ('{"detail":{"bucket":{"name":"b"}}}', "object"),
        ('{"detail":{"bucket":{},"object":{"key":"k","etag":"e","size":1}}}', "name must be a text"),
        ('{"detail":{"bucket":{"name":"b"},"object":{"key":7,"etag":"e","size":1}}}', "key must be a text"),
        ('{"detail":{"bucket":{"name":"b"},"object":{"key":"k","etag":"e"}}}', "size must be a number"),
        (
            '{"detail":{"bucket":{"name":"b"},"object":{"key":"k","etag":"e","size":true}}}',
            "size must be a number",
        ),
        (
            '{"detail":{"bucket":{"name":"b"},"object":{"key":"k","etag":"e","size":1,"version-id":3}}}',
            "version-id must be a text",
        ),
    ],
)
def test_what_is_no_event_is_planned_as_such_and_not_lost(body: str, reason: str) -> None:
    readable, unreadable = planner(pressure=9).items([message(body, "bad"), message(s3_event("a"), "good")])[
        ::-1
    ]
    assert reason in unreadable["unreadable"]
    assert (unreadable["body"], unreadable["receiptHandle"]) == (body, "handle-bad")
    assert unreadable["waitSeconds"] == 0
    assert unreadable["task"] == {
        "bucket": None,
        "key": None,
        "versionId": None,
        "etag": None,
        "sizeBytes": None,
        "messageId": "bad",
        "receiveCount": 2,
        "roundId": "round-7",
    }
    assert "unreadable" not in readable


def test_attributes_leave_room_for_those_of_a_dead_letter() -> None:
    former_death = {"errorType": "Timeout", "reason": "was slow", "receiveCount": "5"}
    own = {f"a{number}": "x" for number in range(6)}
    (item,) = planner().items(
        [message(s3_event("a"), attributes={**former_death, **own, "priority": "high"})]
    )
    assert set(item["messageAttributes"]) == {*own, "priority"}
    assert len(item["messageAttributes"]) + len(former_death) == MAX_ATTRIBUTES


def test_attributes_travel_as_send_message_takes_them() -> None:
    received = message(s3_event("a"))
    received["MessageAttributes"] = {
        "trace": {
            "DataType": "Binary",
            "BinaryValue": "AQI=",
            "StringListValues": [],
            "BinaryListValues": [],
            "StringValue": None,
        }
    }
    (item,) = planner().items([received])
    assert item["messageAttributes"] == {"trace": {"DataType": "Binary", "BinaryValue": "AQI="}}


def test_a_message_without_attributes_has_none() -> None:
    received = message(s3_event("a"))
    del received["MessageAttributes"]
    (item,) = planner().items([received])
    assert item["messageAttributes"] == {}


batches = st.lists(
    st.one_of(
        st.sampled_from(["incoming/high/", "incoming/low/", "incoming/", "x/"]).map(s3_event), st.text()
    ),
    max_size=10,
).map(lambda bodies: [message(body, f"m{index}") for index, body in enumerate(bodies)])


@given(batches, st.integers(0, 1_000), st.integers(0, 50))
def test_any_batch(batch: list[dict[str, Any]], depth: int, pressure: int) -> None:
    items = planner(depth, pressure).items(batch)
    assert items == planner(depth, pressure).items(batch)
    assert sorted(item["receiptHandle"] for item in items) == sorted(each["ReceiptHandle"] for each in batch)
    ranks = [RoundPriority(item["priority"]).rank for item in items]
    assert ranks == sorted(ranks)
    waits = [item["waitSeconds"] for item in items if "unreadable" not in item]
    assert waits == sorted(waits)
    assert all(0 <= wait <= STAGGER.max_wait_seconds for wait in waits)


def test_each_attempt_waits_twice_as_long_up_to_a_quarter_of_an_hour() -> None:
    assert [retry_seconds(10, count) for count in (1, 2, 3, 4)] == [10, 20, 40, 80]
    assert retry_seconds(10, 1_000) == MAX_RETRY_SECONDS
