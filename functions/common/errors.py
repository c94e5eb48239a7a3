"""Errors of the functions, and the category that each one carries.

Standard library only: `infra` imports this.

    PipelineError
    ├── InvalidJson              VALIDATION  not a JSON text that this pipeline takes
    ├── SchemaValidationError    VALIDATION  JSON, but not an event
    ├── MalformedMessage         VALIDATION  a queued message that did not come through ingest
    ├── InvalidRequest           VALIDATION  a header or parameter of an HTTP request
    ├── PayloadTooLarge          VALIDATION
    ├── NotFound                 VALIDATION
    ├── Conflict                 VALIDATION  the request does not fit the state that things are in
    ├── IdempotencyKeyReused     PERMANENT   another payload owns the key
    ├── LeaseHeld                TRANSIENT   another attempt is at work on the key
    ├── LeaseLost                TRANSIENT   another attempt took over from this one
    ├── EventNotPublished        TRANSIENT   EventBridge refused an entry
    ├── TransientFailure         TRANSIENT   a connection that broke, say
    ├── DownstreamUnavailable    TRANSIENT   a dependency answers with errors
    ├── UpstreamUnavailable      TRANSIENT   an AWS service that a request needs does not answer
    ├── CircuitOpen              TRANSIENT   not called: the service has just failed too often
    ├── OutOfTime                TIMEOUT     not started: the invocation is about to end
    ├── ProcessingError          PROCESSING  the business logic failed in a way it does not name
    ├── PermanentFailure         PERMANENT   no attempt at a file can succeed (`files.rounds.task`)
    └── RemoteError              its own     what failed in another function, where no class above names it
        ├── AwsCallFailed                    an AWS service did not serve a step, or Lambda did not end it
        └── StepFailed                       a step failed in a way that was not foreseen

A class's name is its `errorType`, in logs, in the table and in redrive filters: renaming one is a change of
contract. Only a RemoteError has the name that it had where it was raised.
`functions.ingestion.problem_document` maps them to HTTP answers, `functions.ingestion.wire_error` carries
them from one function to another.
"""

from enum import StrEnum
from typing import ClassVar


class ErrorCategory(StrEnum):
    """What kind of remedy an error calls for."""

    VALIDATION = "VALIDATION"  # correct the payload or the rule
    TRANSIENT = "TRANSIENT"  # wait and try again
    PERMANENT = "PERMANENT"  # a person has to look
    TIMEOUT = "TIMEOUT"  # more time, or less work at once
    PROCESSING = "PROCESSING"  # correct the business logic
    UNKNOWN = "UNKNOWN"


class PipelineError(Exception):
    """Base of the tree above; `str(error)` is fit for a client to read."""

    category: ClassVar[ErrorCategory] = ErrorCategory.UNKNOWN


class InvalidJson(PipelineError):
    """The text is not JSON, or is JSON that cannot be kept exactly (see `strict_json`)."""

    category = ErrorCategory.VALIDATION


class SchemaValidationError(PipelineError):
    """The payload breaks the event's schema."""

    category = ErrorCategory.VALIDATION


class MalformedMessage(PipelineError):
    """A message without what ingest always stamps on it."""

    category = ErrorCategory.VALIDATION


class InvalidRequest(PipelineError):
    """A header, path or parameter that the client must correct; `parameter` names it."""

    category = ErrorCategory.VALIDATION

    def __init__(self, detail: str, parameter: str | None = None) -> None:
        super().__init__(detail)
        self.parameter = parameter


class PayloadTooLarge(PipelineError):
    """More bytes than one SQS message can carry."""

    category = ErrorCategory.VALIDATION


class NotFound(PipelineError):
    """No such route or resource."""

    category = ErrorCategory.VALIDATION


class Conflict(PipelineError):
    """The request is valid, and not now; `job_id` names the redrive job that is in the way."""

    category = ErrorCategory.VALIDATION

    def __init__(self, detail: str, job_id: str | None = None) -> None:
        super().__init__(detail)
        self.job_id = job_id


class IdempotencyKeyReused(PipelineError):
    """The key belongs to a different payload until its item expires."""

    category = ErrorCategory.PERMANENT


class LeaseHeld(PipelineError):
    """A live attempt owns the key; the message comes back after its visibility timeout."""

    category = ErrorCategory.TRANSIENT


class LeaseLost(PipelineError):
    """This attempt outlived its lease and another one took over: its verdict no longer counts."""

    category = ErrorCategory.TRANSIENT


class EventNotPublished(PipelineError):
    """PutEvents answered 200 and refused the entry all the same."""

    category = ErrorCategory.TRANSIENT


class TransientFailure(PipelineError):
    """A failure that the next attempt probably does not meet."""

    category = ErrorCategory.TRANSIENT


class DownstreamUnavailable(PipelineError):
    """What processing depends on is down."""

    category = ErrorCategory.TRANSIENT


class UpstreamUnavailable(PipelineError):
    """A request cannot be served now; the client should try again."""

    category = ErrorCategory.TRANSIENT


class CircuitOpen(PipelineError):
    """A call was spared a service that is unwell (see `circuits`)."""

    category = ErrorCategory.TRANSIENT

    def __init__(self, circuit: str, retry_after_seconds: float) -> None:
        super().__init__(f"the circuit of {circuit} is open: try again in {retry_after_seconds:.0f} s")
        self.circuit = circuit
        self.retry_after_seconds = retry_after_seconds


class OutOfTime(PipelineError):
    """The record was left untouched because too little of the invocation's time remains."""

    category = ErrorCategory.TIMEOUT


class ProcessingError(PipelineError):
    """Wraps whatever else the business logic raises, so that it is not taken for a fault of the plumbing."""

    category = ErrorCategory.PROCESSING


class RemoteError(PipelineError):
    """An error of another function, under the type and category that it had there."""

    category = ErrorCategory.UNKNOWN  # of the class; an instance has its `remote_category`

    def __init__(
        self, detail: str, error_type: str = "", category: ErrorCategory = ErrorCategory.UNKNOWN
    ) -> None:
        super().__init__(detail)
        self.error_type = error_type or type(self).__name__
        self.remote_category = category.value


class AwsCallFailed(RemoteError):
    """An AWS service did not serve a step, or Lambda did not run it to its end: `error_type` is the code."""


class StepFailed(RemoteError):
    """A step failed in an unforeseen way."""
