"""Receives of a batch: the links between the trace of an invocation and those of the messages that it was
given.

"Traces from upstream message producers are automatically linked to traces from downstream Lambda consumer
nodes"; "each trace segment can be linked to up to 20 traces" (X-Ray developer guide, xray-tracelinking). So
an invocation by an event source mapping is a trace of its own, whose AWS::Lambda segment has a link of type
"parent" to the trace of each message. X-Ray makes these links itself, and no SDK can.

On AWS the producer's trace ends at the queue, and its one link to a consumer is followed by the console
alone. Here that trace has an AWS::Lambda segment for each receive as well, with the "child" link: so that one
trace shows an event from its POST over all of its attempts, those after a redrive too, and which of them
failed.
"""

from dataclasses import dataclass
from typing import Any

from lab_emulator.xray.trace_header import TraceContext, new_segment_id

MAX_LINKS = 20
REFERENCE_TYPE = "aws.xray.reserved.reference_type"


@dataclass(frozen=True)
class MessageReceive:
    """One message of the batch, and how this attempt at it went."""

    sender: TraceContext
    message_id: str
    receive_count: int
    failed: bool


@dataclass(frozen=True)
class BatchReceives:
    """What one invocation was given. Times are seconds since the epoch."""

    trace_id: str
    function_arn: str
    queue_arn: str
    began: float
    ended: float
    messages: tuple[MessageReceive, ...]

    def parent_links(self) -> list[dict[str, Any]]:
        """For the AWS::Lambda segment of the invocation. Messages of one trace have one link."""
        senders = {message.sender.root: message.sender for message in self.messages}
        return [_link(str(root), sender.parent, "parent") for root, sender in senders.items()][:MAX_LINKS]

    def documents(self, consumer_id: str) -> list[dict[str, Any]]:
        """A segment for each message, in the trace of its sender. `consumer_id` is the segment linked to."""
        name = self.function_arn.split(":")[6]
        return [
            {
                "id": new_segment_id(),
                "name": name,
                "start_time": self.began,
                "end_time": self.ended,
                "trace_id": message.sender.root,
                "origin": "AWS::Lambda",
                "resource_arn": self.function_arn,
                "http": {"response": {"status": 200}},
                "aws": {
                    "queue_arn": self.queue_arn,
                    "message_id": message.message_id,
                    "receive_count": message.receive_count,
                },
                "links": [_link(self.trace_id, consumer_id, "child")],
                **({"parent_id": message.sender.parent} if message.sender.parent else {}),
                **({"fault": True} if message.failed else {}),
            }
            for message in self.messages
        ]


def _link(trace_id: str, segment_id: str | None, reference_type: str) -> dict[str, Any]:
    return {"trace_id": trace_id, "id": segment_id, "attributes": {REFERENCE_TYPE: reference_type}}
