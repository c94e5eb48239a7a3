"""Trace of an invocation: whether it is sampled, the header for the function, and Lambda's segments.

"If your Lambda function is called by another instrumented service, Lambda traces requests that have already
been sampled without any additional configuration" (X-Ray developer guide, xray-services-lambda). A function
whose tracing is Active samples those of which nothing is decided; with PassThrough they are not traced.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab_emulator.lambda_executor.invocation_result import InvocationOutcome
from lab_emulator.xray.lambda_segments import TracedInvocation, context_for_function
from lab_emulator.xray.trace_header import TraceContext, new_segment_id, new_trace_id
from lab_emulator.xray.tracing import tracing

if TYPE_CHECKING:
    from lab_emulator.lambda_executor.function_process import FunctionProcess


@dataclass(frozen=True)
class InvocationTrace:
    """`given` is what the caller sent, `invocation_id` the subsegment that the function's own belong to."""

    function_arn: str
    given: TraceContext
    sampled: bool
    invocation_id: str

    @classmethod
    def begin(cls, function_arn: str, header: str, is_active: bool) -> "InvocationTrace":
        """Decide about the invocation by the caller's tracing header, which may be empty."""
        given = TraceContext.of(header)
        if given.root is None:
            given = TraceContext(new_trace_id(), None, given.sampled, given.lineage)
        sampled = given.sampled
        if sampled is None:
            sampled = is_active and tracing().sampler.samples(function_arn)
        return cls(function_arn, given, sampled, new_segment_id())

    @property
    def header(self) -> str:
        """For `_X_AMZN_TRACE_ID`."""
        return str(context_for_function(self.given, self.invocation_id, self.sampled))

    @property
    def report_line(self) -> str:
        """What ends the REPORT "for traced requests" (Lambda developer guide, python-logging)."""
        if not self.sampled:
            return ""
        return f"XRAY TraceId: {self.given.root}\tSegmentId: {self.invocation_id}\tSampled: true\t"

    def end(
        self,
        request_id: str,
        began: float,
        ended: float,
        process: "FunctionProcess",
        outcome: InvocationOutcome,
    ) -> None:
        """Record the invocation that took from `began` to `ended`, in seconds since the epoch."""
        if not self.sampled:
            return
        tracing().store.record(
            TracedInvocation(
                self.function_arn,
                request_id,
                str(self.given.root),
                self.given.parent,
                self.invocation_id,
                began=began,
                ended=ended,
                closed=time.time(),
                initialised=_initialisation(process),
                error=outcome.payload if outcome.is_error else None,
            )
        )


def _initialisation(process: "FunctionProcess") -> tuple[float, float] | None:
    """When the process of this, its first, invocation started and was ready; None at a later one."""
    if process.invocations > 1 or process.init_seconds is None:
        return None
    since_epoch = time.time() - time.monotonic()
    return process.started + since_epoch, process.started + process.init_seconds + since_epoch
