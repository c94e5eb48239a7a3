"""The story of one event, from its log lines, its traces and what links them."""

import json
from typing import Any, cast

import pytest

from ops.lab.app.event_story import EventStory, as_json, story_of_key, story_of_trace
from ops.lab.app.log_search import any_of
from ops.lab.app.spans import read_segments
from ops.lab.app.target import Target
from tests.ops.app.told_event import (
    BEGAN,
    FIRST,
    KEY,
    POST,
    SECOND,
    WORKER,
    ToldTarget,
    invocation,
    killed_then_processed,
    line,
)

SINCE = BEGAN - 60


def test_each_invocation_that_worked_on_the_event_is_told_in_order() -> None:
    story = by_key(killed_then_processed())
    told = [(each.function, each.trace_id, each.receive_count, each.failed) for each in story.invocations]
    assert told == [
        ("ingest", POST, None, False),
        ("worker", FIRST, 1, True),  # it logged no key: the link of the sender's trace leads there
        ("worker", SECOND, 2, False),  # the batch's other event failed
    ]
    assert [each.batch for each in story.invocations] == [0, 1, 2]
    assert story.is_complete


def test_a_batch_that_was_killed_after_another_event_is_an_attempt_too() -> None:
    target = killed_then_processed()
    log = target.log["/aws/lambda/WorkerFunction"]
    log.insert(1, (6.0, line("record processed", "r2", FIRST, idempotencyKey="order-2")))
    assert [each.request_id for each in by_key(target).invocations] == ["r1", "r2", "r3"]


def test_its_lines_are_those_of_the_key_and_those_that_name_none() -> None:
    told = [[each.message for each in invocation.lines] for invocation in by_key().invocations]
    assert [len(lines) for lines in told] == [1, 2, 2]
    assert "Task timed out" in told[1][0]
    assert "Status: timeout" in told[1][1]
    assert not any("order-2" in text or text.startswith("START") for lines in told for text in lines)


def test_spans_are_indented_calls_with_their_failures() -> None:
    spans = by_key().invocations[2].spans
    assert [(span.name, span.depth, span.operation, span.failure) for span in spans] == [
        (WORKER, 0, "", ""),
        ("Invocation", 1, "", ""),
        ("dynamodb", 2, "PutItem", "ConditionalCheckFailedException: no"),
    ]
    assert [span.name for span in by_key().invocations[0].spans] == ["IngestFunction", "Invocation", "sqs"]


def test_state_and_outcomes_are_those_of_the_key_alone() -> None:
    story = by_key()
    assert (story.item["idempotencyKey"], story.item["status"]) == (KEY, "SUCCEEDED")
    assert [outcome["detail"]["idempotencyKey"] for outcome in story.outcomes] == [KEY]


@pytest.mark.parametrize("trace_id", [POST])
def test_the_trace_of_one_event_tells_the_same(trace_id: str) -> None:
    target = killed_then_processed()
    assert as_json(by_trace(target, trace_id)) == as_json(by_key(target))


def test_the_trace_of_a_batch_tells_what_happened_in_it() -> None:
    story = by_trace(killed_then_processed(), SECOND)
    assert story.keys == [KEY, "order-2"]
    [worker] = story.invocations
    assert (worker.function, worker.failed, len(worker.lines)) == ("worker", True, 3)
    assert story.item == {}
    assert story.outcomes == []


def test_an_event_that_was_not_traced_is_told_by_its_lines() -> None:
    target = killed_then_processed()
    target.traces.clear()
    story = by_key(target)
    assert [(each.function, each.seconds, list(each.spans)) for each in story.invocations] == [
        ("ingest", None, []),
        ("worker", None, []),
    ]
    assert story.untraced == [POST, SECOND]
    assert not story.is_complete


def test_a_trace_whose_function_has_sent_nothing_yet_is_not_complete() -> None:
    target = ToldTarget(
        log={"/aws/lambda/IngestFunction": [(0.1, line("request answered", "r1", POST, idempotencyKey=KEY))]},
        traces={POST: invocation("IngestFunction", "other-request", POST, 0)},
    )
    assert not by_key(target).is_complete


@pytest.mark.parametrize("late", ["/aws/lambda/WorkerFunction", "outcomes"])
def test_what_does_not_tell_of_the_verdict_yet_is_not_complete(late: str) -> None:
    """The table knows first: log and event come when the invocation has ended, and later."""
    target = killed_then_processed()
    assert by_key(target).is_complete
    del target.log[late][-3:]
    assert not by_key(target).is_complete


def test_what_a_state_machine_invoked_in_the_trace_of_the_event_is_told_and_not_what_others_did() -> None:
    target = killed_then_processed()
    target.outputs["EventsFunctionName"] = "EventsFunction"
    target.traces[POST] += invocation("EventsFunction", "r4", POST, 1)
    target.traces[POST] += invocation("IngestFunction", "r5", POST, 2)  # a client that reuses its trace
    target.traces[SECOND] += invocation("EventsFunction", "r6", SECOND, 21)  # of which event of the batch?
    target.log["/aws/lambda/IngestFunction"].append(
        (2.0, line("request answered", "r5", POST, idempotencyKey="order-2"))
    )
    told = [(each.function, each.request_id) for each in by_key(target).invocations]
    assert told == [("ingest", "r1"), ("events", "r4"), ("worker", "r2"), ("worker", "r3")]


def test_nothing_is_known_of_a_key_that_nobody_sent() -> None:
    assert by_key(ToldTarget()).is_empty


def test_a_search_asks_for_any_of_the_words_in_quotes() -> None:
    assert any_of(['say "hello"']) == '"say \\"hello\\""'
    assert any_of(["r1", "r2"]) == '?"r1" ?"r2"'


def test_traces_are_read_five_at_a_time() -> None:
    trace_ids = [f"1-{int(BEGAN):08x}-{number:024x}" for number in range(12)]
    target = ToldTarget(traces={each: invocation(WORKER, each, each, 0) for each in trace_ids})
    assert list(read_segments(cast(Target, target), [*trace_ids, trace_ids[0]])) == trace_ids


def test_many_requests_are_searched_for_in_several_patterns() -> None:
    lines = [(0.1, line("record processed", f"r{number}", None, idempotencyKey=KEY)) for number in range(45)]
    target = ToldTarget(log={f"/aws/lambda/{WORKER}": cast(Any, lines)})
    assert len(by_key(target).invocations) == 45
    assert max(pattern.count("?") for pattern in target.asked_patterns) == 20


def test_the_story_as_json_has_everything() -> None:
    document = json.loads(as_json(by_key()))
    assert set(document) == {"keys", "item", "invocations", "outcomes", "untraced"}
    [_, first, _] = document["invocations"]
    assert (first["receiveCount"], first["failed"], first["traceId"]) == (1, True, FIRST)
    assert first["spans"][0]["name"] == WORKER
    assert first["log"][0]["message"].endswith("Task timed out after 3.00 seconds")


def by_key(target: ToldTarget | None = None) -> EventStory:
    return story_of_key(cast(Target, target or killed_then_processed()), KEY, SINCE)


def by_trace(target: ToldTarget, trace_id: str) -> EventStory:
    return story_of_trace(cast(Target, target), trace_id, SINCE)
