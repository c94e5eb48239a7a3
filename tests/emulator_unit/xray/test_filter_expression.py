"""Filter expressions: which traces each one keeps, and what is refused."""

from collections.abc import Iterable
from typing import Any

import pytest

from lab_emulator.xray.filter_conditions import FilterScope, InvalidFilter
from lab_emulator.xray.filter_expression import parse_filter
from lab_emulator.xray.trace import compile_trace
from tests.emulator_unit.xray.segments import BEGAN, segment, segment_id, subsegment, trace_id


def documents() -> Iterable[dict[str, Any]]:
    """A front end that answers 404 after half a second, and a worker that goes on for seven and fails."""
    yield segment(
        1,
        name="front",
        user="ada",
        http={
            "request": {
                "url": "https://x.test/events",
                "method": "POST",
                "client_ip": "1.2.3.4",
                "user_agent": "curl/8",
            },
            "response": {"status": 404},
        },
        annotations={"orderId": "o-1", "amount": 12, "express": True},
    )
    yield subsegment(2, 1, name="lambda", namespace="aws")
    yield subsegment(4, 1, name="sqs", namespace="aws")
    yield segment(
        3,
        name="worker",
        origin="AWS::Lambda",
        parent_id=segment_id(2),
        start_time=BEGAN + 5,
        end_time=BEGAN + 7,
        fault=True,
        resource_arn="arn:aws:lambda:us-east-1:000000000000:function:worker",
        aws={"account_id": "000000000000"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "error",
        "error = true",
        "!fault",
        "fault = false",
        "!ok",
        "ok != true",
        "!partial",
        "!throttle",
        "responsetime < 1",
        "responsetime = 0.5",
        "duration >= 5 AND duration <= 8",
        "duration > 6.9",
        "http.status = 404",
        "http.status != 200",
        'http.url CONTAINS "events"',
        'http.url BEGINSWITH "https://" AND http.url ENDSWITH "events"',
        'http.method = "POST"',
        'http.clientip = "1.2.3.4"',
        'http.useragent BEGINSWITH "curl"',
        'user = "ada"',
        'annotation.orderId = "o-1"',
        'annotation[orderId] != "o-2"',
        'annotation["orderId"] BEGINSWITH "o"',
        "annotation.amount > 11",
        "annotation.express = true",
        "annotation.express",
        'service("worker")',
        'service("worker") { fault }',
        'service("worker") { fault = true AND responsetime > 1.5 }',
        'service(id(name: "worker", type: "AWS::Lambda"))',
        'service(id(type: "AWS::SQS::Queue")) { inferred }',
        'service(id(account.id: "000000000000"))',
        'service() { resource.arn ENDSWITH "function:worker" }',
        'service("front") { root AND error }',
        'service("worker") { !root }',
        'service("front") { name = "front" }',
        'service("worker") { type = "AWS::Lambda" }',
        'edge("front", "worker")',
        'edge("front", id(type: "AWS::Lambda")) { fault }',
        "fault OR error",
        "fault AND ok OR error",
        "error OR fault AND ok",
        "(error OR fault) AND !ok",
        'annotation.orderId = "o\\-1"',
    ],
)
def test_what_is_true_of_the_trace_keeps_it(text: str) -> None:
    assert holds(text)
    assert not holds(f"!({text})")


@pytest.mark.parametrize(
    "text",
    [
        "fault",
        "ok",
        "throttle",
        "partial",
        "responsetime > 0.5",
        "duration > 7",
        "http.status >= 500",
        'http.method = "GET"',
        'http.url CONTAINS "EVENTS"',
        'user = "bob"',
        'annotation.orderId = "o-2"',
        "annotation.orderId = 1",
        'annotation.amount = "12"',
        "annotation.amount = true",
        "annotation.express = 1",
        "annotation.missing",
        'service("nobody")',
        'service("front") { fault }',
        'service("worker") { annotation.orderId = "o-1" }',
        'service(id(name: "worker", type: "AWS::Lambda::Function"))',
        'edge("worker", "front")',
        'edge("front", "worker") { ok }',
        "fault AND error",
        "(error OR ok) AND fault",
    ],
)
def test_what_is_not_true_of_the_trace_drops_it(text: str) -> None:
    assert not holds(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("nonsense", "no keyword nonsense"),
        ("annotation", "no keyword annotation"),
        ('group.name = "x"', "group.name is not emulated"),
        ('rootcause.fault.service { name = "x" }', "rootcause.fault.service is not emulated"),
        ("coverage > 0.5", "coverage is not emulated"),
        ('message = "x"', "message is not emulated"),
        ("fault = 1", "fault is true or false"),
        ("fault > true", "fault is true or false"),
        ("duration", "duration is compared with a number"),
        ('duration > "5"', "duration is compared with a number"),
        ("duration CONTAINS 5", "duration is compared with a number"),
        ("http.status = true", "http.status is compared with a number"),
        ("http.url", "http.url is compared with a"),
        ("http.url = 5", "http.url is compared with a"),
        ('http.url > "x"', "http.url is compared with a"),
        ('annotation.x > "y"', "> does not compare"),
        ("annotation.x CONTAINS 5", "CONTAINS does not compare"),
        ("annotation.x = y", "was expected"),
        ("fault AND", "ends too early"),
        ("fault error", "not expected after"),
        ("(fault", "ends too early"),
        ("fault)", "not expected after"),
        ("AND fault", "no keyword AND"),
        ("= 5", "a keyword was expected"),
        ("service(worker)", "string"),
        ('service("a" "b")', "'\\)' was expected"),
        ('service("a") { fault', "ends too early"),
        ('service(id(colour: "red"))', "id\\(\\) takes"),
        ('edge("a")', "',' was expected"),
        ("duration ~ 5", "character 10"),
        ('user = "open', "cannot be read"),
        ("!", "ends too early"),
        ("(" * 5_000 + "ok" + ")" * 5_000, "nested too deeply"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidFilter, match=reason):
        parse_filter(text)


def holds(text: str) -> bool:
    return parse_filter(text).holds(FilterScope(compile_trace(trace_id(), documents())))
