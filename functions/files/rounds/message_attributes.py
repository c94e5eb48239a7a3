"""A message's attributes, on their way from ReceiveMessage back into SendMessage."""

from collections.abc import Mapping
from typing import Any

from functions.common.sqs_message import MAX_ATTRIBUTES, Attributes
from functions.files.rounds.priority import ATTRIBUTE as PRIORITY

# What a dead letter is given by the state machine. A redriven message still has them, from its former death.
OF_DEAD_LETTERS = ("errorType", "reason", "receiveCount")
# A message may have ten (`functions.common.sqs_message`), of which a dead letter needs these.
MAX_KEPT = MAX_ATTRIBUTES - len(OF_DEAD_LETTERS)


def kept_attributes(attributes: Attributes) -> dict[str, Mapping[str, Any]]:
    """Those that a message keeps when it is sent again, of a dead letter's none; the priority first of all.

    ReceiveMessage returns lists besides, always empty, which SendMessage does not take.
    """
    names = sorted(set(attributes) - set(OF_DEAD_LETTERS), key=lambda name: (name != PRIORITY, name))
    return {name: _sendable(attributes[name]) for name in names[:MAX_KEPT]}


def _sendable(attribute: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: attribute[name]
        for name in ("DataType", "StringValue", "BinaryValue")
        if attribute.get(name) is not None
    }
