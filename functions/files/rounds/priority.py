"""Priority of a file, by its message or its folder. Standard library only: `infra` imports this."""

from enum import StrEnum

from functions.common.sqs_message import Attributes

PRIORITY = "priority"  # the message's attribute
# The only folder whose objects the rule takes: what a function writes to the bucket must not come back.
INCOMING = "incoming/"


class RoundPriority(StrEnum):
    """In order of urgency."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return list(RoundPriority).index(self)

    @property
    def stagger_factor(self) -> float:
        """Of the wait that an item's place in the batch costs it."""
        return {RoundPriority.HIGH: 0.5, RoundPriority.NORMAL: 1.0, RoundPriority.LOW: 2.0}[self]


def priority_of(attributes: Attributes, key: str) -> RoundPriority:
    """By the message's attribute, else by the folder below `incoming/`; an unknown word counts as normal."""
    word = attributes.get(PRIORITY, {}).get("StringValue")
    if word is None:
        folders = key.split("/")[:-1]
        word = folders[1] if len(folders) > 1 and f"{folders[0]}/" == INCOMING else ""
    return RoundPriority(word) if word in set(RoundPriority) else RoundPriority.NORMAL
