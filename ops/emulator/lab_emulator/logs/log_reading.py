"""Reading of log groups: what FilterLogEvents finds, and what DescribeLogGroups says of their size.

Stock, FilterLogEvents makes an answer of every event in the time span, and then drops those that the pattern
does not match; DescribeLogGroups copies every event of a group, to add up the sizes of its streams. Both take
a time that grows with the log, during which nothing else is served.
"""

from typing import Any

from moto.logs.models import LogGroup, LogStream

from lab_emulator.logs.filter_pattern import parse_pattern
from lab_emulator.logs.text_filter_pattern import LogMessage, TermsPattern, TextTest


def filter_log_events(
    stream: LogStream,
    start_time: int | None = None,
    end_time: int | None = None,
    filter_pattern: str | None = None,
) -> list[dict[str, Any]]:
    """The events of the stream that match, oldest first, with both ends of the span (API reference,
    FilterLogEvents). Times are milliseconds since the epoch."""
    first = start_time or 0
    found = [event for event in stream.events if event.timestamp >= first]
    if end_time:
        found = [event for event in found if event.timestamp <= end_time]
    if filter_pattern:
        matches = _text_test(filter_pattern)
        found = [event for event in found if matches(event.message)]
    found.sort(key=lambda event: event.timestamp)
    return [event.to_filter_dict() | {"logStreamName": stream.log_stream_name} for event in found]


def _text_test(filter_pattern: str) -> TextTest:
    """What tells whether a text matches: of one phrase, which is the usual search, the phrase's own test."""
    match parse_pattern(filter_pattern):
        case TermsPattern(required=(test,), excluded=()):
            return test
        case pattern:
            return lambda text: pattern.matches(LogMessage(text))


def describe_log_group(group: LogGroup) -> dict[str, Any]:
    """The group as DescribeLogGroups returns it. A stream may be added meanwhile."""
    description = {
        "arn": f"{group.arn}:*",
        "logGroupArn": group.arn,
        "creationTime": group.creation_time,
        "logGroupName": group.name,
        "metricFilterCount": 0,
        "storedBytes": sum(stream.stored_bytes for stream in list(group.streams.values())),
    }
    if group.retention_in_days:
        description["retentionInDays"] = group.retention_in_days
    if group.kms_key_id:
        description["kmsKeyId"] = group.kms_key_id
    return description
