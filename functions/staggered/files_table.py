"""The keys of the files table: partition key `file` (`Task.file`), sort key `entry`.

One partition tells the whole story of a file: where it stands, each batch of rows, each attempt. Row numbers
are padded, so that entries sort by row.
"""

FILE = "file"
ENTRY = "entry"

CHECKPOINT = "checkpoint"
BATCH_PREFIX = "batch#"
ATTEMPT_PREFIX = "attempt#"

_ROW_DIGITS = 10


def batch_entry(first_row: int, attempt: int) -> str:
    """The rows from `first_row` on, as the file's `attempt`-th attempt sends them (both from 1)."""
    return f"{batches_from(first_row)}#{attempt}"


def batches_from(row: int) -> str:
    """The least entry of any batch that begins at this row or after it."""
    return f"{BATCH_PREFIX}{row:0{_ROW_DIGITS}}"


def attempt_entry(started_at_milliseconds: int, request_id: str) -> str:
    """One invocation: `started_at_milliseconds` since the epoch, and Lambda's request id."""
    return f"{ATTEMPT_PREFIX}{started_at_milliseconds}#{request_id}"
