"""Partial batch response: which records of a batch the function gave back.

Lambda developer guide, services-sqs-errorhandling, "Success and failure conditions": an empty or
null response, and an empty or null `batchItemFailures`, are a complete success. A response that
is not valid, and an itemIdentifier that is empty, null, misnamed or of no message in the batch,
are a complete failure.
"""

from collections.abc import Set
from typing import Any


class MalformedResponse(Exception):
    """The response does not say which items failed, so every item counts as failed."""


def failed_message_ids(response: Any, batch_message_ids: Set[str]) -> set[str]:
    """The messages that the function gave back. Raises MalformedResponse."""
    if response is None:
        return set()
    if not isinstance(response, dict):
        raise MalformedResponse(f"expected an object, got {type(response).__name__}")
    items = response.get("batchItemFailures")
    if items is None:
        return set()
    if not isinstance(items, list):
        raise MalformedResponse("batchItemFailures is not a list")
    return {_identifier(item, batch_message_ids) for item in items}


def _identifier(item: Any, batch_message_ids: Set[str]) -> str:
    identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
    if not isinstance(identifier, str) or identifier not in batch_message_ids:
        raise MalformedResponse(f"no message of the batch is meant by {item!r}")
    return identifier
