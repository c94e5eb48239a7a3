"""Result of an invocation, in AWS's words: the answer to Invoke, and the lines that Lambda logs.

Source: "Log events with Python" and "Understanding the Lambda execution environment lifecycle",
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import json
import math
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from lab_emulator.lambda_executor.process_events import Answered, Event, Exited, InitFailed, ProcessTimedOut
from lab_emulator.lambda_executor.process_output import OutputLine

# "Invocation payload (request and response): 6 MB each for synchronous", with room for the envelope:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


@dataclass(frozen=True)
class InvocationOutcome:
    """How an invocation ended.

    `payload` goes to the caller, the lines of `log` into the function's log, `status` at the end of REPORT.
    """

    payload: bytes
    is_error: bool
    log: tuple[str, ...] = ()
    status: str = ""


def outcome_of(event: Event, request_id: str, timeout_seconds: int) -> InvocationOutcome:
    """Translate what the function process did during one invocation."""
    match event:
        case Answered(body) if len(body) > MAX_RESPONSE_BYTES:
            return _failed("Function.ResponseSizeTooLarge", _too_large(len(body)))
        case Answered(body, is_error):
            return InvocationOutcome(body, is_error)
        case InitFailed(body):
            return InvocationOutcome(
                body, is_error=True, status=f"Status: error\tError Type: {_error_type(body)}"
            )
        case ProcessTimedOut():
            message = f"Task timed out after {timeout_seconds:.2f} seconds"
            payload = _document("Sandbox.Timedout", f"RequestId: {request_id} Error: {message}")
            log = (f"{_now()} {request_id} {message}",)
            return InvocationOutcome(payload, is_error=True, log=log, status="Status: timeout")
        case Exited(code):
            return _failed("Runtime.ExitError", f"RequestId: {request_id} Error: {_exit_reason(code)}")
    raise TypeError(f"not the end of an invocation: {event}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failed(error_type: str, message: str) -> InvocationOutcome:
    return InvocationOutcome(
        _document(error_type, message),
        is_error=True,
        log=(message, error_type),
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


@dataclass(frozen=True)
class InvocationReport:
    """Account of one invocation in the function's log: START, END and REPORT.

    `init_seconds` is None unless this invocation started the process; `xray_line` is what ends the REPORT of
    one that is traced.
    """

    request_id: str
    version: str
    duration_seconds: float
    init_seconds: float | None
    memory_size_mb: int
    peak_memory_bytes: int
    status: str = ""
    xray_line: str = ""

    def around(
        self, init_output: Iterable[OutputLine], output: Iterable[OutputLine], began_at_ms: int
    ) -> list[OutputLine]:
        """Return the whole log of the invocation that ends now, the function's own output in its place."""
        return [
            *init_output,
            OutputLine(began_at_ms, f"START RequestId: {self.request_id} Version: {self.version}"),
            *output,
            OutputLine.now(f"END RequestId: {self.request_id}"),
            OutputLine.now(self._report_line()),
        ]

    def _report_line(self) -> str:
        # AWS bills initialisation too: https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
        # Rounded up from what the line shows: 1.00 ms is billed as 1 ms, whatever follows.
        billed_ms = max(1, math.ceil(_shown_ms(self.duration_seconds) + _shown_ms(self.init_seconds or 0)))
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {_shown_ms(self.duration_seconds)} ms",
            f"Billed Duration: {billed_ms} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {math.ceil(self.peak_memory_bytes / 2**20)} MB",
        ]
        if self.init_seconds is not None:
            fields.append(f"Init Duration: {_shown_ms(self.init_seconds)} ms")
        if self.status:
            fields.append(self.status)
        return "\t".join(fields) + "\t" + (f"\n{self.xray_line}" if self.xray_line else "")


def _shown_ms(seconds: float) -> Decimal:
    return Decimal(f"{seconds * 1000:.2f}")


def init_timeout_line(limit_seconds: float) -> OutputLine:
    """Return what AWS logs when initialisation ran out of time and starts over."""
    return OutputLine.now(
        f"INIT_REPORT Init Duration: {limit_seconds * 1000:.2f} ms\tPhase: init\tStatus: timeout"
    )
