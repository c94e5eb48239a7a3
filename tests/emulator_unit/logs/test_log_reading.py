"""FilterLogEvents and DescribeLogGroups, on a group of moto's."""

import copy
from typing import Any

import pytest
from moto.logs.models import LogEvent, LogGroup, LogStream

from lab_emulator.logs.log_reading import describe_log_group, filter_log_events


def stream_of(*events: tuple[int, str]) -> LogStream:
    group: Any = LogGroup("123456789012", "us-east-1", "group")  # type: ignore[abstract]
    stream = LogStream(log_group=group, name="stream")
    group.streams["stream"] = stream
    stream.events = [LogEvent(0, {"timestamp": at, "message": text}) for at, text in events]
    return stream


def messages(found: list[dict[str, Any]]) -> list[str]:
    return [event["message"] for event in found]


def test_both_ends_of_the_span_belong_to_it_and_the_oldest_comes_first() -> None:
    stream = stream_of((4, "d"), (3, "c"), (2, "b"), (1, "a"))
    assert messages(filter_log_events(stream, 2, 3, None)) == ["b", "c"]
    assert messages(filter_log_events(stream, None, None, "")) == ["a", "b", "c", "d"]


def test_only_what_matches_is_made_an_answer_of(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stream_of((1, '{"level": "INFO"}'), (2, '{"level": "ERROR"}'), (3, "ERROR of Lambda"))
    answered: list[LogEvent] = []
    to_filter_dict = LogEvent.to_filter_dict

    def answer(event: LogEvent) -> dict[str, Any]:
        answered.append(event)
        return dict(to_filter_dict(event))

    monkeypatch.setattr(LogEvent, "to_filter_dict", answer)
    assert messages(filter_log_events(stream, 0, None, '{ $.level = "ERROR" }')) == ['{"level": "ERROR"}']
    assert len(answered) == 1
    assert messages(filter_log_events(stream, 0, None, "ERROR")) == ['{"level": "ERROR"}', "ERROR of Lambda"]


def test_an_event_is_told_with_its_stream() -> None:
    [event] = filter_log_events(stream_of((1, "a")), 0, None, None)
    assert set(event) == {"eventId", "ingestionTime", "message", "timestamp", "logStreamName"}
    assert event["logStreamName"] == "stream"


def test_a_group_is_described_without_a_copy_of_its_events(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stream_of((1, "a"))
    stream.stored_bytes = 7
    monkeypatch.setattr(copy, "deepcopy", lambda _: pytest.fail("the events were copied"))
    described = describe_log_group(stream.log_group)
    assert described["storedBytes"] == 7
    assert described["logGroupName"] == "group"
    assert "retentionInDays" not in described


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ('"b c"', ["a b c"]),
        ("?b ?d", ["a b c", "d"]),
        ("a -b", ["a c"]),
        ("a b", ["a b c"]),
        ("-d", ["a b c", "a c"]),
    ],
)
def test_terms_are_matched_as_elsewhere(pattern: str, found: list[str]) -> None:
    stream = stream_of((1, "a b c"), (2, "d"), (3, "a c"))
    assert messages(filter_log_events(stream, 0, None, pattern)) == found
