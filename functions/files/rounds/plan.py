"""Plan of a round's batch, as a Map state takes it: in order of urgency, each message with task and wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.common.backoff import doubled_seconds
from functions.common.sqs_message import MAX_ATTRIBUTES, Attributes, sendable_attribute
from functions.files.rounds.priority import PRIORITY, RoundPriority, priority_of
from functions.files.rounds.s3_event import UnreadableMessage, parse_s3_event, unnamed_task
from functions.files.rounds.task import Document

MAX_RETRY_SECONDS = 900
# What a dead letter is given by the state machine. A redriven message still has them, from its former death.
OF_DEAD_LETTERS = ("errorType", "reason", "receiveCount")
# A message may have ten (`functions.common.sqs_message`), of which a dead letter needs these.
MAX_KEPT = MAX_ATTRIBUTES - len(OF_DEAD_LETTERS)


@dataclass(frozen=True)
class Stagger:
    """The pace of a pipeline: how long a file waits before its turn, so that a batch does not fall on the
    downstream at once."""

    step_milliseconds: int
    """Between two neighbours of a batch, for files of normal priority and a shallow queue."""
    deep_queue_messages: int
    """Depth from which on files follow twice as close."""
    max_wait_seconds: int

    def wait_seconds(self, index: int, priority: RoundPriority, depth: int, pressure_seconds: int) -> int:
        """Whole seconds, as a Wait state takes them. Grows with the index, the pressure and a lower priority,
        and shrinks with the depth: a long queue is itself a reason to hurry."""
        step = self.step_milliseconds / 1000 * self._depth_factor(depth) * priority.stagger_factor
        return min(self.max_wait_seconds, round(index * step + pressure_seconds))

    def _depth_factor(self, depth: int) -> float:
        return 1 - min(1.0, depth / self.deep_queue_messages) / 2


@dataclass(frozen=True)
class Planner:
    """Plans the batches of one round."""

    stagger: Stagger
    depth: int
    """Messages that wait behind the batch."""
    pressure_seconds: int
    round_id: str
    retry_seconds: int
    """Before the second attempt at a file."""

    def items(self, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One item for each of ReceiveMessage's `Messages`; what cannot be read has `unreadable`, the reason.

        Among equals, the order in which they were received.
        """
        items = sorted(map(self._item, messages), key=lambda item: RoundPriority(item["priority"]).rank)
        return [{**item, "waitSeconds": self._wait_seconds(index, item)} for index, item in enumerate(items)]

    def _wait_seconds(self, index: int, item: Mapping[str, Any]) -> int:
        if "unreadable" in item:
            return 0  # nothing will be called for it
        return self.stagger.wait_seconds(
            index, RoundPriority(item["priority"]), self.depth, self.pressure_seconds
        )

    def _item(self, message: Mapping[str, Any]) -> dict[str, Any]:
        attributes = message.get("MessageAttributes") or {}
        task, unreadable = self._task(message)
        return {
            "task": task,
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "messageAttributes": kept_attributes(attributes),
            "receiveCount": task["receiveCount"],
            "retrySeconds": retry_seconds(self.retry_seconds, task["receiveCount"]),
            "priority": priority_of(attributes, task["key"] or "").value,
            **({"unreadable": unreadable} if unreadable else {}),
        }

    def _task(self, message: Mapping[str, Any]) -> tuple[Document, str | None]:
        """The task, or one that names the message alone and the reason why there is nothing to do."""
        facts: dict[str, Any] = {
            "message_id": message["MessageId"],
            "receive_count": int(message["Attributes"]["ApproximateReceiveCount"]),
            "round_id": self.round_id,
        }
        try:
            return parse_s3_event(message["Body"], **facts).as_document(), None
        except UnreadableMessage as error:
            return unnamed_task(**facts), str(error)


def retry_seconds(base_seconds: int, receive_count: int) -> int:
    """How long a file that failed waits before it is tried again: doubles with each attempt. Without jitter:
    the stagger sets those apart that return together."""
    return doubled_seconds(base_seconds, receive_count, MAX_RETRY_SECONDS)


def kept_attributes(attributes: Attributes) -> dict[str, Mapping[str, Any]]:
    """Attributes of a received message that it keeps when it is sent again, of a dead letter's none; the
    priority first of all."""
    names = sorted(set(attributes) - set(OF_DEAD_LETTERS), key=lambda name: (name != PRIORITY, name))
    return {name: sendable_attribute(attributes[name]) for name in names[:MAX_KEPT]}
