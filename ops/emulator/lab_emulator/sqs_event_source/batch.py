"""What one invocation is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lab_emulator.sqs_event_source.records import Record

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Of a synchronous invocation (Lambda developer guide, gettingstarted-limits)."""

_PREFIX, _SEPARATOR, _SUFFIX = '{"Records": [', ", ", "]}"


@dataclass
class Batch:
    """Records received within one batching window, up to `max_records` and 6 MB."""

    max_records: int
    records: list[Record] = field(default_factory=list)
    size_bytes: int = len(_PREFIX) + len(_SUFFIX)

    @property
    def began_at(self) -> float:
        """When the first record was received, in `time.monotonic` seconds."""
        return self.records[0].received_at

    @property
    def missing(self) -> int:
        """How many more records it takes."""
        return self.max_records - len(self.records)

    def takes(self, record: Record) -> bool:
        """Whether `record` fits in. The first one always does, or it would never be delivered."""
        if not self.records:
            return True
        grown_bytes = self.size_bytes + len(_SEPARATOR) + record.size_bytes
        return self.missing > 0 and grown_bytes <= MAX_PAYLOAD_BYTES

    def add(self, record: Record) -> None:
        self.size_bytes += record.size_bytes + (len(_SEPARATOR) if self.records else 0)
        self.records.append(record)

    @property
    def message_ids(self) -> set[str]:
        return {record.message_id for record in self.records}

    def receipt_handles_except(self, message_ids: Iterable[str]) -> list[str]:
        """Of every record that is not named in `message_ids`."""
        left_out = set(message_ids)
        return [record.receipt_handle for record in self.records if record.message_id not in left_out]

    def payload(self) -> bytes:
        """The event: `{"Records": [...]}`."""
        return (_PREFIX + _SEPARATOR.join(record.json_text for record in self.records) + _SUFFIX).encode()
