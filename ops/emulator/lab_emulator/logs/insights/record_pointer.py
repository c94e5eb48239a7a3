"""Pointer to a log event: the value of `@ptr`, which GetLogRecord takes."""

import base64
import binascii
import json
from typing import NamedTuple

from lab_emulator.logs.insights.log_record import LogRecord


class RecordPointer(NamedTuple):
    """Where an event is kept: `log` is `account-id:log-group-name`, `event_id` moto's number of it."""

    log: str
    stream: str
    event_id: int

    @classmethod
    def read(cls, pointer: str) -> "RecordPointer":
        """Of what `pointer_of` wrote. Raises ValueError for anything else."""
        try:
            log, stream, event_id = json.loads(base64.b64decode(pointer, validate=True))
            return cls(str(log), str(stream), int(event_id))
        except (binascii.Error, TypeError, UnicodeDecodeError) as error:
            raise ValueError(f"{pointer!r} is no log record pointer") from error


def pointer_of(record: LogRecord) -> str:
    """The pointer to a record's event."""
    return base64.b64encode(json.dumps([record.log, record.stream, record.event_id]).encode()).decode()
