"""Traces that the store makes of what arrived, and how many it keeps."""

from typing import Any

import pytest

from lab_emulator.xray.filter_conditions import FilterScope
from lab_emulator.xray.filter_expression import parse_filter
from lab_emulator.xray.service_graph import ServiceGraph
from lab_emulator.xray.trace import Trace, entities
from lab_emulator.xray.trace_store import MAX_AGE_SECONDS, TraceStore
from lab_emulator.xray.trace_summary import summarize
from tests.emulator_unit.xray.segments import (
    BEGAN,
    INGEST,
    WORKER,
    invocation,
    message,
    receives,
    segment,
    segment_id,
    sent,
    subsegment,
    trace_id,
)


def test_an_invocation_is_two_segments_with_lambdas_phases() -> None:
    trace = only(stored(invocation(initialised=(BEGAN - 0.3, BEGAN - 0.1))))
    service, function = trace.segments
    assert (service["origin"], function["origin"]) == ("AWS::Lambda", "AWS::Lambda::Function")
    assert function["parent_id"] == service["id"]
    assert "parent_id" not in service
    assert service["start_time"] == BEGAN - 0.3  # the caller waits for a cold start
    assert [phase["name"] for phase in function["subsegments"]] == [
        "Initialization",
        "Invocation",
        "Overhead",
    ]
    assert trace.root is service
    assert trace.received == 2
    assert not service.get("fault")
    assert "cause" not in function


def test_a_failed_invocation_is_a_fault_with_its_cause() -> None:
    error = b'{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 3.00 seconds"}'
    service, function = only(stored(invocation(error=error))).segments
    assert service["fault"]
    assert function["fault"]
    [exception] = function["cause"]["exceptions"]
    assert exception["type"] == "Sandbox.Timedout"
    assert exception["message"] == "Task timed out after 3.00 seconds"
    assert {phase["name"]: phase.get("fault") for phase in function["subsegments"]} == {
        "Invocation": True,
        "Overhead": None,
    }


def test_an_error_document_that_is_none_is_a_fault_too() -> None:
    for error in (b"", b"[1]", b'"text"'):
        assert only(stored(invocation(error=error))).segments[1]["cause"]["exceptions"]


def test_a_subsegment_that_came_by_itself_is_put_into_its_parent_whichever_came_first() -> None:
    handler = subsegment(7, 100, name="## handler", namespace="local")
    call = subsegment(8, 7, name="sqs", namespace="aws", aws={"operation": "SendMessage"})
    expected = ["ingest", "Invocation", "## handler", "sqs", "Overhead"]
    for order in ([handler, call], [call, handler]):
        trace = only(stored(*map(sent, order), invocation()))
        function = next(each for each in trace.segments if each.get("origin") == "AWS::Lambda::Function")
        assert [entity["name"] for entity in entities(function)] == expected


def test_a_service_that_sends_no_segments_is_inferred_of_the_call() -> None:
    call = subsegment(8, 1, name="dynamodb", namespace="aws", fault=True, aws={"table_name": "t"})
    local = subsegment(9, 1, name="## mine", namespace="local")
    trace = only(stored(sent(segment()), sent(call), sent(local)))
    [inferred] = [each for each in trace.segments if each.get("inferred")]
    assert inferred["origin"] == "AWS::DynamoDB::Table"
    assert inferred["fault"]
    assert inferred["parent_id"] == segment_id(8)
    assert inferred["aws"] == {"table_name": "t"}


def test_a_service_that_answered_with_a_segment_is_not_inferred() -> None:
    call = subsegment(8, 1, name="lambda", namespace="aws")
    trace = only(stored(sent(segment()), sent(call), invocation(WORKER, caller=8)))
    assert not [each for each in trace.segments if each.get("inferred")]


def test_a_subsegment_whose_parent_never_came_is_told_by_itself() -> None:
    trace = only(stored(sent(subsegment(2, 99))))
    assert [each["id"] for each in trace.segments] == [segment_id(2)]


def test_a_finished_segment_replaces_the_one_in_progress() -> None:
    begun = segment(in_progress=True)
    del begun["end_time"]
    trace = only(stored(sent(begun), sent(segment())))
    assert [each.get("in_progress") for each in trace.segments] == [None]
    assert trace.duration == 0.5


def test_an_event_that_fails_three_times_and_is_redriven_is_one_trace_with_its_attempts() -> None:
    send = subsegment(8, 100, trace=1, name="sqs", namespace="aws")
    attempts = [(2, 1, True), (3, 2, True), (4, 3, True), (5, 1, False)]
    recorded: list[Any] = [invocation(trace=1), sent(send)]
    for trace, count, failed in attempts:
        recorded += [
            invocation(WORKER, trace, number=trace, at=trace),
            receives(trace, message(1, 8, count, failed=failed), at=trace),
        ]
    store = stored(*recorded)
    [event] = store.traces([trace_id(1)])
    received = [each for each in event.segments if each["name"] == "worker"]
    assert [(each["aws"]["receive_count"], bool(each.get("fault"))) for each in received] == [
        (count, failed) for _, count, failed in attempts
    ]
    assert [each["links"][0]["trace_id"] for each in received] == [trace_id(each) for each, *_ in attempts]
    [queue] = [each for each in event.segments if each.get("origin") == "AWS::SQS::Queue"]
    assert {each["parent_id"] for each in received} == {queue["id"]}
    [consumer] = store.traces([trace_id(2)])
    assert links_of(consumer) == [(trace_id(1), "parent")]
    assert consumer.segments[0]["id"] == received[0]["links"][0]["id"]


def test_a_batch_is_linked_to_the_traces_of_its_messages_twenty_at_most() -> None:
    batch = [message(number, 8) for number in range(10, 35)] + [message(10, 9)]
    store = stored(invocation(WORKER, 2), receives(2, *batch))
    [consumer] = store.traces([trace_id(2)])
    assert links_of(consumer) == [(trace_id(number), "parent") for number in range(10, 30)]
    assert len(store.traces(trace_id(number) for number in range(10, 35))) == 25


def test_an_invocation_that_was_not_traced_is_linked_to_nothing() -> None:
    store = stored(invocation(trace=1), receives(2, message(1, 8)))
    assert len(only(store).segments) == 2


def test_what_is_no_segment_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    assert not stored(b"{}", b"[").select(everything)
    assert "MissingId" in caplog.text
    assert "ParseError" in caplog.text


def test_the_traces_that_were_quiet_longest_are_forgotten_first() -> None:
    store = TraceStore(max_documents=4)
    for number, trace in enumerate((1, 2, 3, 1, 4), 1):
        store.put(segment(number, trace))
    assert kept(store) == {1, 3, 4}
    store.put(segment(6, 5))
    assert kept(store) == {1, 4, 5}


def test_no_more_is_kept_unread_than_read() -> None:
    store = TraceStore(max_documents=2)
    for number in range(1, 6):
        store.record(sent(segment(number, number)))
    assert kept(store) == {4, 5}


def test_traces_older_than_x_ray_keeps_them_are_forgotten() -> None:
    now = [BEGAN]
    store = TraceStore(clock=lambda: now[0])
    store.put(segment(1, 1))
    now[0] += MAX_AGE_SECONDS
    assert kept(store) == {1}
    now[0] += 1
    assert kept(store) == set()


def test_who_asks_gets_what_is_on_its_way() -> None:
    store = TraceStore()
    store.drain = lambda: store.record(sent(segment()))
    assert store.traces([trace_id(1), trace_id(2)])[0].trace_id == trace_id(1)


def test_traces_are_chosen_by_id_and_times() -> None:
    seen: list[tuple[str, float, float]] = []

    def none_of(trace: str, start: float, end: float) -> bool:
        seen.append((trace, start, round(end - start, 3)))
        return False

    assert stored(invocation(INGEST, 1), invocation(WORKER, 1, at=7)).select(none_of) == []
    assert seen == [(trace_id(1), BEGAN, 7.041)]


def stored(*recorded: Any) -> TraceStore:
    store = TraceStore(clock=lambda: BEGAN)
    for each in recorded:
        store.record(each)
    return store


def everything(_trace_id: str, _start: float, _end: float) -> bool:
    return True


def only(store: TraceStore) -> Trace:
    [trace] = store.select(everything)
    return trace


def kept(store: TraceStore) -> set[int]:
    return {int(trace.trace_id.split("-")[2], 16) for trace in store.select(everything)}


def links_of(trace: Trace) -> list[tuple[str, str]]:
    service = next(each for each in trace.segments if each["origin"] == "AWS::Lambda")
    return [
        (link["trace_id"], link["attributes"]["aws.xray.reserved.reference_type"])
        for link in service["links"]
    ]


@pytest.mark.parametrize(
    "documents",
    [
        [subsegment(1, 1)],
        [subsegment(1, 2), subsegment(2, 1)],
        [subsegment(1, 5, subsegments=[segment(5)])],
        [subsegment(1, 2), subsegment(2, 1), subsegment(3, 2)],
    ],
)
def test_subsegments_whose_parents_lead_back_to_themselves_are_kept(documents: list[dict[str, Any]]) -> None:
    trace = only(stored(*map(sent, documents)))
    there = {entity["id"] for each in trace.segments for entity in entities(each)}
    assert {document["id"] for document in documents} <= there
    assert trace.root in trace.segments


@pytest.mark.parametrize(
    "fields",
    [
        {"links": [{"trace_id": trace_id(2), "id": segment_id(3)}]},
        {"http": {"response": {"status": "500"}, "request": {"url": 5}}},
        {"annotations": {"list": [1], "map": {}, "none": None, "text": "x"}},
    ],
)
def test_what_an_sdk_may_send_otherwise_makes_no_answer_fail(fields: dict[str, Any]) -> None:
    trace = only(stored(sent(segment(**fields))))
    summary = summarize(trace)
    assert summary["HasFault"] == ("http" in fields)
    assert set(summary["Annotations"]) == ({"text"} if "annotations" in fields else set())
    assert ServiceGraph([trace]).services()
    for expression in ("http.status = 500", 'http.url CONTAINS "5"', "annotation.list > 1"):
        parse_filter(expression).holds(FilterScope(trace))


def test_a_segment_that_was_throttled_has_an_error() -> None:
    trace = only(stored(sent(segment(throttle=True))))
    assert (summarize(trace)["HasThrottle"], summarize(trace)["HasError"]) == (True, True)
    [service] = [each for each in ServiceGraph([trace]).services() if each.get("Type") != "client"]
    counts = {"ThrottleCount": 1, "OtherCount": 0, "TotalCount": 1}
    assert service["SummaryStatistics"]["ErrorStatistics"] == counts
