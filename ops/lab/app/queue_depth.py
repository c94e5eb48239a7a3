"""Depth of a queue: how many messages it holds, as SQS counts them, and when a count can be believed."""

from dataclasses import dataclass

from ops.lab.app.target import Target

# How many reads in a row must agree on a count, and the seconds between two. SQS's counts are eventually
# consistent (GetQueueAttributes, API reference): on AWS believe one only when it lasts.
AWS_PACE = (5, 2.0)
LOCAL_PACE = (2, 0.25)


@dataclass(frozen=True)
class QueueDepth:
    """SQS's approximate counts of one queue."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.visible + self.in_flight + self.delayed

    def __str__(self) -> str:
        return f"{self.visible} waiting, {self.in_flight} in flight, {self.delayed} delayed"


def depth(target: Target, url: str) -> QueueDepth:
    """The counts of the queue at `url`, as SQS gives them now: on AWS they lag by up to a minute."""
    attributes = target.sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return QueueDepth(
        visible=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def reading_pace(target: Target) -> tuple[int, float]:
    """How many reads in a row must agree on a count of this target, and the seconds between two."""
    return AWS_PACE if target.endpoint is None else LOCAL_PACE


def main_queue(target: Target) -> QueueDepth:
    return depth(target, target.output("QueueUrl"))


def dead_letter_queue(target: Target) -> QueueDepth:
    return depth(target, target.output("DlqUrl"))


def parking_queue(target: Target) -> QueueDepth:
    return depth(target, target.output("ParkedUrl"))
