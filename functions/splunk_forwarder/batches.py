"""Envelopes in requests that both HEC and, should HEC not take them, SQS take whole."""

from collections.abc import Iterable, Iterator

# Uncompressed. Splunk Cloud asks for requests of at most 1 MB ("Splunk Cloud Platform Service Details", HEC
# payload size); Splunk Enterprise refuses those above `max_content_length`, 838,860,800 bytes by default
# (limits.conf, [http_input]). SQS takes 1,048,576 bytes, line ends and attributes included.
MAX_BYTES = 1_000_000
SEPARATOR = "\n"  # HEC takes white space between events, and people read a dead letter by lines


def batches(envelopes: Iterable[str]) -> Iterator[list[str]]:
    """In their order. An envelope above the limit by itself (a line has at most 1 MB) stands alone."""
    batch: list[str] = []
    size = 0
    for envelope in envelopes:
        length = len(envelope) + len(SEPARATOR)  # ASCII
        if batch and size + length > MAX_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(envelope)
        size += length
    if batch:
        yield batch
