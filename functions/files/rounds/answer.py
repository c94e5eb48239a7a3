"""What a processing function answers the state machine. Failures are exceptions, never answers."""

from dataclasses import dataclass
from enum import StrEnum

from functions.files.rounds.documents import Document, to_document


class Status(StrEnum):
    """What becomes of the task's message: both delete it, CONTINUE after it was sent once more."""

    SUCCEEDED = "SUCCEEDED"
    CONTINUE = "CONTINUE"  # out of time, with progress kept: the rest is another invocation's


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one invocation did; the round adds these up to see how the downstream feels.

    `rows` and `rejected` count this invocation's rows, `api_latency_milliseconds` is the mean of its calls,
    `duplicate` says that an earlier one had finished the object.
    """

    status: Status
    rows: int = 0
    rejected: int = 0
    api_calls: int = 0
    api_errors: int = 0
    api_latency_milliseconds: float = 0.0
    seconds: float = 0.0
    duplicate: bool = False

    def as_document(self) -> Document:
        """As it travels: camel case."""
        return to_document(self)
