"""Resending of dead letters whose key another event has taken: each goes to the API under a new key.

A redrive cannot help them: the first payload owns the key (`functions.idempotency.state_item`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.ingestion.identity import checksum
from ops.lab.app import queue_walk
from ops.lab.app.api import Api
from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target
from ops.lab.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_LONGEST_KEY = 128  # functions.ingestion.identity.KEY_RULE
_PART = 8  # characters of a checksum: of the payloads under one key, not of all


@dataclass(frozen=True)
class ResentEvent:
    """An event and the keys that it had, and has now."""

    old_key: str
    new_key: str


def resend(target: Target, keys: Collection[str] | None = None) -> list[ResentEvent]:
    """Send what can be received now, of these keys or of all; return what was accepted.

    A letter is deleted once its event is accepted under the new key; the others are given back. Raises
    CommandError where the API does not accept one: what was sent before stays sent.
    """
    api, url = Api.of(target), target.output("DlqUrl")
    sent: list[ResentEvent] = []
    kept: list[str] = []
    try:
        for messages in queue_walk.batches(target, url):
            kept += [message["ReceiptHandle"] for message in messages]
            for message in _taken(target, messages, keys):
                sent.append(_send(api, message))
                target.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                kept.remove(message["ReceiptHandle"])
    finally:  # held until here: given back at once, they would be received again and again
        queue_walk.give_back(target, url, kept)
    return sent


def new_key(key: str, body: str) -> str:
    """The same for the same two, and another one for another payload under the key."""
    suffix = f"-{checksum(body)[:_PART]}"
    return key[: _LONGEST_KEY - len(suffix)] + suffix


def _taken(
    target: Target, messages: "list[MessageTypeDef]", keys: Collection[str] | None
) -> "list[MessageTypeDef]":
    """Those whose key the table has with another payload."""
    items = read_items(target, filter(None, map(_key, messages)))
    owned = {key: item.checksum for key, item in items.items() if keys is None or key in keys}
    return [
        message
        for message in messages
        if (key := _key(message)) in owned and owned[key] != checksum(message["Body"])
    ]


def _send(api: Api, message: "MessageTypeDef") -> ResentEvent:
    old, body = _key(message), message["Body"]
    key = new_key(old, body)
    answer = api.request("POST", "/events", body.encode(), {"idempotency-key": key})
    if not answer.accepted:
        raise CommandError(f"the API did not accept {old} as {key}: {answer.told}", hint="lab logs ingest")
    return ResentEvent(old, key)


def _key(message: "MessageTypeDef") -> str:
    attributes = message.get("MessageAttributes", {})
    return attributes[IDEMPOTENCY_KEY].get("StringValue", "") if IDEMPOTENCY_KEY in attributes else ""
