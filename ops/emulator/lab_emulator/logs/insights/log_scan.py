"""Scan of log groups: the events of a time range, in the order of time, as records that come one by one."""

import threading
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from lab_emulator.logs.insights.log_record import LogRecord
from lab_emulator.logs.insights.scope import QueryWindow

# How many records pass between two looks whether the query was stopped.
_LOOK_EVERY = 1000


class QueryStopped(Exception):
    """The query was stopped before its end."""


class LogScan:
    """Events that a query looks at, as they are when it is made, without later ones.

    `groups` are moto's log groups. Iterating it makes a record an event and keeps none: 100,000 parsed
    messages at once would cost more than parsing them.
    """

    def __init__(
        self, account_id: str, groups: list[Any], window: QueryWindow, stopped: threading.Event
    ) -> None:
        self._stopped = stopped
        self._events: list[tuple[int, Any, str, str]] = []
        for group in groups:
            log = f"{account_id}:{group.name}"
            for name, stream in list(group.streams.items()):
                self._events += [
                    (event.timestamp, event, name, log)
                    for event in list(stream.events)
                    if window.start <= event.timestamp <= window.end
                ]
        self._events.sort(key=itemgetter(0))
        self.records = len(self._events)
        self.bytes = sum(_size(event.message) for _, event, _, _ in self._events)
        self.groups = len(groups)

    def oldest_first(self) -> Iterator[LogRecord]:
        """In the order of their times. Raises QueryStopped once the query is stopped."""
        return self._read(iter(self._events))

    def newest_first(self) -> Iterator[LogRecord]:
        """The other way round; of one time, what was written last comes first."""
        return self._read(reversed(self._events))

    def _read(self, events: Iterator[tuple[int, Any, str, str]]) -> Iterator[LogRecord]:
        for count, (timestamp, event, stream, log) in enumerate(events):
            if count % _LOOK_EVERY == 0 and self._stopped.is_set():
                raise QueryStopped
            yield LogRecord(timestamp, event.ingestion_time, event.message, stream, log, event.event_id)


def _size(message: str) -> int:
    return len(message) if message.isascii() else len(message.encode())
