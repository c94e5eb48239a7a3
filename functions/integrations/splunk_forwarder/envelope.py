"""Envelope, a log line as an event of HEC, and envelopes in requests that both HEC and SQS take whole.

SQS has to take what HEC does not.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from functions.common.sqs_message import grouped
from functions.integrations.splunk_forwarder.log_batch import LogBatch, SubscribedLine

# What Splunk's own add-on for AWS calls them, so that its field extractions apply:
# https://docs.splunk.com/Documentation/AddOns/released/AWS/DataTypes
SOURCE_TYPE = "aws:cloudwatchlogs"
# Uncompressed. Splunk Cloud asks for requests of at most 1 MB ("Splunk Cloud Platform Service Details", HEC
# payload size); Splunk Enterprise refuses those above `max_content_length`, 838,860,800 bytes by default
# (limits.conf, [http_input]). SQS takes 1,048,576 bytes, line ends and attributes included.
MAX_BYTES = 1_000_000
SEPARATOR = "\n"  # HEC takes white space between events, and people read a dead letter by lines


def envelopes(batch: LogBatch, index: str | None) -> Iterator[str]:
    """One JSON text of ASCII for each line that says anything: HEC refuses a blank event (its code 13).

    https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
    """
    for line in batch.lines:
        if line.message.strip():
            yield json.dumps(_envelope(batch, line, index), separators=(",", ":"))


def request_batches(envelopes: Iterable[str]) -> Iterator[list[str]]:
    """Envelopes in their order, as many at a time as one request takes. One above the limit by itself (a line
    has at most 1 MB) stands alone."""
    # Envelopes are ASCII: a character is a byte.
    return grouped(envelopes, lambda envelope: len(envelope) + len(SEPARATOR), max_bytes=MAX_BYTES)


def _envelope(batch: LogBatch, line: SubscribedLine, index: str | None) -> dict[str, Any]:
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
