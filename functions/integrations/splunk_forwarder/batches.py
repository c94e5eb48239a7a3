"""Envelopes in requests that both HEC and, should HEC not take them, SQS take whole."""

from collections.abc import Iterable, Iterator

from functions.common.sqs_message import grouped

# Uncompressed. Splunk Cloud asks for requests of at most 1 MB ("Splunk Cloud Platform Service Details", HEC
# payload size); Splunk Enterprise refuses those above `max_content_length`, 838,860,800 bytes by default
# (limits.conf, [http_input]). SQS takes 1,048,576 bytes, line ends and attributes included.
MAX_BYTES = 1_000_000
SEPARATOR = "\n"  # HEC takes white space between events, and people read a dead letter by lines


def batches(envelopes: Iterable[str]) -> Iterator[list[str]]:
    """In their order. An envelope above the limit by itself (a line has at most 1 MB) stands alone."""
    # Envelopes are ASCII: a character is a byte.
    return grouped(envelopes, lambda envelope: len(envelope) + len(SEPARATOR), max_bytes=MAX_BYTES)
