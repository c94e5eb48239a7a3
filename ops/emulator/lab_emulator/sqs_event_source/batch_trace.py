"""Trace of a batch: the one that its invocation begins, and what becomes of each message in the sender's
trace."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field

from lab_emulator.sqs_event_source.record_batch import RecordBatch
from lab_emulator.xray.batch_receives import BatchReceives, MessageReceive
from lab_emulator.xray.trace_header import TraceContext, new_trace_id
from lab_emulator.xray.tracing import tracing

TRACE_ATTRIBUTE = "AWSTraceHeader"


@dataclass
class BatchTrace:
    """`messages` are those that a traced sender sent: message id, receive count and the sender's context."""

    trace_id: str
    messages: list[tuple[str, int, TraceContext]]
    began: float = field(default_factory=time.time)

    @classmethod
    def of(cls, batch: RecordBatch) -> "BatchTrace":
        messages = []
        for record in batch.records:
            attributes = record.content["attributes"]
            if header := attributes.get(TRACE_ATTRIBUTE):
                sender = TraceContext.of(header)
                if sender.root and sender.sampled:
                    received = int(attributes.get("ApproximateReceiveCount", 1))
                    messages.append((record.message_id, received, sender))
        return cls(new_trace_id(), messages)

    @property
    def header(self) -> str:
        """For the invocation: a trace of its own, of which nothing else is decided."""
        return f"Root={self.trace_id}"

    def invoked(self) -> None:
        """The invocation begins now: before, it was throttled."""
        self.began = time.time()

    def end(self, function_arn: str, queue_arn: str, failed_message_ids: Collection[str]) -> None:
        """Record how the attempt at each message went."""
        if not self.messages:
            return
        receives = tuple(
            MessageReceive(sender, message_id, received, message_id in failed_message_ids)
            for message_id, received, sender in self.messages
        )
        ended = time.time()
        tracing().store.record(
            BatchReceives(self.trace_id, function_arn, queue_arn, self.began, ended, receives)
        )
