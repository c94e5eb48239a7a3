"""One batch of messages as a Map state takes it: in order of urgency, each with its task and its wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.files.rounds.documents import Document
from functions.files.rounds.message_attributes import kept_attributes
from functions.files.rounds.priority import Priority, priority_of
from functions.files.rounds.retry import retry_seconds
from functions.files.rounds.s3_event import UnreadableMessage, parse_s3_event, unnamed_task
from functions.files.rounds.stagger import Stagger


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
        items = sorted(map(self._item, messages), key=lambda item: Priority(item["priority"]).rank)
        return [{**item, "waitSeconds": self._wait_seconds(index, item)} for index, item in enumerate(items)]

    def _wait_seconds(self, index: int, item: Mapping[str, Any]) -> int:
        if "unreadable" in item:
            return 0  # nothing will be called for it
        return self.stagger.wait_seconds(index, Priority(item["priority"]), self.depth, self.pressure_seconds)

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
