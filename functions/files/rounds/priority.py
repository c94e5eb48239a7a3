"""How urgent a file is."""

from enum import StrEnum

from functions.common.sqs_message import Attributes

ATTRIBUTE = "priority"
FOLDER = "incoming"


class Priority(StrEnum):
    """In order of urgency."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(Priority).index(self)

    @property
    def stagger_factor(self) -> float:
        """Of the wait that an item's place in the batch costs it."""
        return {Priority.HIGH: 0.5, Priority.NORMAL: 1.0, Priority.LOW: 2.0}[self]


def priority_of(attributes: Attributes, key: str) -> Priority:
    """By the message's attribute, else by the folder below `incoming/`; an unknown word counts as normal."""
    word = attributes.get(ATTRIBUTE, {}).get("StringValue")
    if word is None:
        folders = key.split("/")[:-1]
        word = folders[1] if len(folders) > 1 and folders[0] == FOLDER else ""
    return Priority(word) if word in set(Priority) else Priority.NORMAL
