"""Task of a processing function, its answer and its final failure: the contract with the state machine.

A task is one S3 object. A failure is an exception, never an answer: the state machine matches the name of its
class and keeps its message as the `reason` beside the dead letter. `PermanentFailure` says that the task must
not be tried again; every other error puts it back. Standard library only: `infra` imports this.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from functions.common.camel_case import to_document
from functions.common.errors import ErrorCategory, PipelineError

Document = dict[str, Any]
"""A dataclass as it travels between the state machine and its functions: a JSON object."""


@dataclass(frozen=True)
class Task:
    """`key` as S3 has it (EventBridge does not URL-encode keys). `version_id` is None in a bucket without
    versions; then the `etag` pins the content. `receive_count` is 1 at the first delivery of the message."""

    bucket: str
    key: str
    version_id: str | None
    etag: str
    size_bytes: int
    message_id: str
    receive_count: int
    round_id: str

    @classmethod
    def from_document(cls, document: Document) -> "Task":
        """From the JSON object that `as_document` makes. Raises KeyError, TypeError or ValueError: what
        hands over something else is broken, and trying again does not repair it."""
        return cls(
            bucket=document["bucket"],
            key=document["key"],
            version_id=document.get("versionId"),
            etag=document["etag"],
            size_bytes=int(document["sizeBytes"]),
            message_id=document["messageId"],
            receive_count=int(document["receiveCount"]),
            round_id=document["roundId"],
        )

    def as_document(self) -> Document:
        """As it travels: camel case."""
        return to_document(self)

    @property
    def file(self) -> str:
        """What tells this content of the object from every other: two uploads under one key are two files."""
        return f"{self.key}#{self.version_id or self.etag}"


class AnswerStatus(StrEnum):
    """What becomes of the task's message: both delete it, CONTINUE after it was sent once more."""

    SUCCEEDED = "SUCCEEDED"
    CONTINUE = "CONTINUE"  # out of time, with progress kept: the rest is another invocation's


@dataclass(frozen=True, kw_only=True)
class TaskAnswer:
    """What a processing function answers: what one invocation did. The round adds these up, to see how the
    downstream is.

    `rows` and `rejected` count this invocation's rows, `api_latency_milliseconds` is the mean of its calls,
    `duplicate` says that an earlier one had finished the object.
    """

    status: AnswerStatus
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


class PermanentFailure(PipelineError):
    """No further attempt at this object can succeed; the message says why, for an operator to read."""

    category = ErrorCategory.PERMANENT
