"""How many messages the queue, its dead-letter queue and the parking queue hold."""

from dataclasses import dataclass

from ops.lab.app.target import Target


@dataclass(frozen=True)
class Depth:
    """SQS's approximate counts of one queue."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        return self.visible + self.in_flight + self.delayed

    def __str__(self) -> str:
        return f"{self.visible} waiting, {self.in_flight} in flight, {self.delayed} delayed"


def depth(target: Target, url: str) -> Depth:
    """The counts of the queue at `url`, as SQS gives them now: on AWS they lag by up to a minute."""
    attributes = target.sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=[
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )["Attributes"]
    return Depth(
        visible=int(attributes["ApproximateNumberOfMessages"]),
        in_flight=int(attributes["ApproximateNumberOfMessagesNotVisible"]),
        delayed=int(attributes["ApproximateNumberOfMessagesDelayed"]),
    )


def main_queue(target: Target) -> Depth:
    return depth(target, target.output("QueueUrl"))


def dead_letter_queue(target: Target) -> Depth:
    return depth(target, target.output("DlqUrl"))


def parking_queue(target: Target) -> Depth:
    return depth(target, target.output("ParkedUrl"))
