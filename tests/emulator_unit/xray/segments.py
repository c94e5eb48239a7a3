"""Segments for these tests: documents as an SDK sends them, and what Lambda records of itself."""

import json
from typing import Any

from lab_emulator.xray.batch_receives import BatchReceives, MessageReceive
from lab_emulator.xray.lambda_segments import TracedInvocation
from lab_emulator.xray.trace_header import TraceContext

BEGAN = 1_795_831_000.0
"""When the first of the traces below begins, in seconds since the epoch."""
INGEST, WORKER = (f"arn:aws:lambda:us-east-1:000000000000:function:{name}" for name in ("ingest", "worker"))
QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"


def trace_id(number: int = 1, began: float = BEGAN) -> str:
    return f"1-{int(began):08x}-{number:024x}"


def segment_id(number: int) -> str:
    return f"{number:016x}"


def segment(number: int = 1, trace: int = 1, **fields: Any) -> dict[str, Any]:
    """A finished segment of half a second."""
    return {
        "id": segment_id(number),
        "name": f"service-{number}",
        "trace_id": trace_id(trace),
        "start_time": BEGAN,
        "end_time": BEGAN + 0.5,
        **fields,
    }


def subsegment(number: int, parent: int, trace: int = 1, **fields: Any) -> dict[str, Any]:
    """A subsegment that is sent by itself."""
    return segment(number, trace, type="subsegment", parent_id=segment_id(parent), **fields)


def sent(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def invocation(
    arn: str = INGEST,
    trace: int = 1,
    number: int = 100,
    *,
    caller: int | None = None,
    at: float = 0.0,
    initialised: tuple[float, float] | None = None,
    error: bytes | None = None,
) -> TracedInvocation:
    """An invocation of 40 ms, `at` seconds after BEGAN."""
    began = BEGAN + at
    return TracedInvocation(
        arn,
        f"request-{number}",
        trace_id(trace),
        None if caller is None else segment_id(caller),
        segment_id(number),
        began=began,
        ended=began + 0.04,
        closed=began + 0.041,
        initialised=initialised,
        error=error,
    )


def receives(trace: int, *messages: MessageReceive, at: float = 0.0) -> BatchReceives:
    """What the worker was given by the invocation of that trace."""
    return BatchReceives(trace_id(trace), WORKER, QUEUE, BEGAN + at, BEGAN + at + 0.05, messages)


def message(
    sender_trace: int, parent: int, receive_count: int = 1, *, failed: bool = False
) -> MessageReceive:
    sender = TraceContext(trace_id(sender_trace), segment_id(parent), sampled=True)
    return MessageReceive(sender, f"message-{sender_trace}", receive_count, failed)
