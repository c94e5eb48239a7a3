"""Filter criteria of a mapping: which records it wants.

Lambda developer guide, invocation-eventfiltering and with-sqs-filtering: a record that matches
any of the patterns is kept; one that matches none is deleted from the queue.
"""

import json
from collections.abc import Sequence
from typing import Any

from localstack.utils.event_matcher import matches_event

from lab_emulator.sqs_event_source.record_batch import EventRecord


class RecordFilter:
    """Tells which records a mapping wants. Without patterns it wants all."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [json.loads(pattern) for pattern in patterns]

    def wants(self, record: EventRecord) -> bool:
        if not self._patterns:
            return True
        content = record.content | {"body": _parsed(record.content["body"])}
        return any(matches_event(pattern, content) for pattern in self._patterns)


def _parsed(body: str) -> Any:
    """A JSON body is matched by its members, any other as a string."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body
