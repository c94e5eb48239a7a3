"""Keys of the files table: partition key `file` (`Task.file`), sort key `entry`.

One partition tells the whole story of a file: where it stands, each batch of rows, each attempt. Row numbers
are padded, so that entries sort by row.
Standard library only: `infra` imports this.
"""

FILE = "file"
ENTRY = "entry"

CHECKPOINT = "checkpoint"
BATCH_PREFIX = "batch#"
ATTEMPT_PREFIX = "attempt#"

_ROW_DIGITS = 10


def batch_entry(first_row: int, attempt: int) -> str:
    """The rows from `first_row` on, as the file's `attempt`-th attempt sends them (both from 1)."""
    return f"{attempts_at_batch(first_row)}{attempt}"


def attempts_at_batch(first_row: int) -> str:
    """What the entries of all attempts at a batch begin with."""
    return f"{BATCH_PREFIX}{first_row:0{_ROW_DIGITS}}#"


def attempt_entry(started_at_milliseconds: int, request_id: str) -> str:
    """One invocation: `started_at_milliseconds` since the epoch, and Lambda's request id."""
    return f"{ATTEMPT_PREFIX}{started_at_milliseconds}#{request_id}"


def key(file: str, entry: str) -> dict[str, dict[str, str]]:
    """The key of an item, as DynamoDB takes it."""
    return {FILE: {"S": file}, ENTRY: {"S": entry}}
