"""What the caller of Invoke is told, in AWS's words."""

import json
import signal
from dataclasses import dataclass
from datetime import UTC, datetime

from lab_emulator.lambda_executor.events import Answered, Event, Exited, InitFailed, TimedOut

# "Invocation payload (request and response): 6 MB each for synchronous", with room for the envelope:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


@dataclass(frozen=True)
class Outcome:
    """`payload` goes to the caller, `log` into the function's log, `status` at the end of REPORT."""

    payload: bytes
    is_error: bool
    log: str = ""
    status: str = ""


def outcome_of(event: Event, request_id: str, timeout_seconds: int) -> Outcome:
    """Translate what the function process did during one invocation."""
    match event:
        case Answered(body) if len(body) > MAX_RESPONSE_BYTES:
            return _failed("Function.ResponseSizeTooLarge", _too_large(len(body)))
        case Answered(body, is_error):
            return Outcome(body, is_error)
        case InitFailed(body):
            return Outcome(body, is_error=True, status=f"Status: error\tError Type: {_error_type(body)}")
        case TimedOut():
            message = f"Task timed out after {timeout_seconds:.2f} seconds"
            payload = _document("Sandbox.Timedout", f"RequestId: {request_id} Error: {message}")
            log = f"{_now()} {request_id} {message}\n"
            return Outcome(payload, is_error=True, log=log, status="Status: timeout")
        case Exited(code):
            return _failed("Runtime.ExitError", f"RequestId: {request_id} Error: {_exit_reason(code)}")
    raise TypeError(f"not the end of an invocation: {event}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failed(error_type: str, message: str) -> Outcome:
    return Outcome(
        _document(error_type, message),
        is_error=True,
        log=f"{message}\n{error_type}\n",
        status=f"Status: error\tError Type: {error_type}",
    )


def _document(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Runtime.Unknown"


def _exit_reason(code: int | None) -> str:
    if code is None or code == 0:
        return "Runtime exited without providing a reason"
    if code < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-code) or str(-code)).lower()}"
    return f"Runtime exited with error: exit status {code}"


def _too_large(size_bytes: int) -> str:
    return (
        f"Response payload size ({size_bytes} bytes) exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes)."
    )
