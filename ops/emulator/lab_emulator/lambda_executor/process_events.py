"""Events of a function process, as its executor sees them, and the invocation that it is given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Invocation:
    """One event on its way to the function."""

    request_id: str
    function_arn: str
    trace_id: str
    payload: bytes


@dataclass(frozen=True)
class Ready:
    """The handler is imported: the process asked for its first invocation."""


@dataclass(frozen=True)
class InitFailed:
    """The handler could not be imported. `body` is the error document that the runtime sent."""

    body: bytes


@dataclass(frozen=True)
class Answered:
    """The handler returned, or raised where `is_error`. `body` is the JSON that the runtime sent."""

    body: bytes
    is_error: bool


@dataclass(frozen=True)
class Exited:
    """The process ended. `code` is negative for a signal and None where it could not be learnt."""

    code: int | None
    peak_memory_bytes: int


@dataclass(frozen=True)
class ProcessTimedOut:
    """The process sent nothing within the time allowed."""


Event = Ready | InitFailed | Answered | Exited | ProcessTimedOut
