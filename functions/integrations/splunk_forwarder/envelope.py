"""A log line as an event of HEC."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from functions.integrations.splunk_forwarder.log_batch import LogBatch, LogLine

# What Splunk's own add-on for AWS calls them, so that its field extractions apply:
# https://docs.splunk.com/Documentation/AddOns/released/AWS/DataTypes
SOURCE_TYPE = "aws:cloudwatchlogs"


def envelopes(batch: LogBatch, index: str | None) -> Iterator[str]:
    """One JSON text of ASCII for each line that says anything: HEC refuses a blank event (its code 13).

    https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
    """
    for line in batch.lines:
        if line.message.strip():
            yield json.dumps(_envelope(batch, line, index), separators=(",", ":"))


def _envelope(batch: LogBatch, line: LogLine, index: str | None) -> dict[str, Any]:
    """`time` is in seconds. The line's id is an indexed field: a line that came twice can be told by it."""
    envelope: dict[str, Any] = {
        "time": line.timestamp / 1000,
        "host": batch.group.rsplit("/", 1)[-1],
        "source": batch.group,
        "sourcetype": SOURCE_TYPE,
        "event": _event(line.message),
        "fields": {"eventId": line.id, "logStream": batch.stream, "account": batch.owner},
    }
    # Without one Splunk takes the token's default index.
    return envelope | ({"index": index} if index else {})


def _event(message: str) -> Any:
    """The object that a structured line is, so that Splunk sees its fields; else the text itself."""
    try:
        value = json.loads(message, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return message
    return value if isinstance(value, dict) and value else message


def _refuse(constant: str) -> NoReturn:
    """NaN and Infinity: Python reads them, and HEC would find the whole request malformed."""
    raise ValueError(constant)
