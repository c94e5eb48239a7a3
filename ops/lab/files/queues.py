"""How many messages and events wait where in the S3 pipeline."""

from dataclasses import dataclass

from ops.lab.app.queue_depth import QueueDepth, depth
from ops.lab.app.target import Target


@dataclass(frozen=True)
class Backlog:
    """`undelivered`: events that the rule could not bring to a target; `failed_invocations`: asynchronous
    invocations that were given up."""

    queue: QueueDepth
    dlq: QueueDepth
    undelivered: int
    failed_invocations: int


def backlog(target: Target) -> Backlog:
    """The depths now: on AWS they lag by up to a minute."""
    return Backlog(
        queue=depth(target, target.output("CsvQueueUrl")),
        dlq=depth(target, target.output("CsvDlqUrl")),
        undelivered=depth(target, target.output("CsvUndeliveredUrl")).total,
        failed_invocations=depth(target, target.output("CsvFailedInvocationsUrl")).total,
    )
