"""A queue, its dead-letter queue, a function that keeps a diary, and the mapping under test."""

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator

HANDLER_PATH = Path(__file__).with_name("bench_handler.py")
ROLE_ARN = "arn:aws:iam::000000000000:role/sqs-event-source"


@dataclass(frozen=True)
class Invocation:
    """What the function wrote down: times in epoch seconds, `ended_at` None where it did not end."""

    began_at: float
    ended_at: float | None
    records: list[dict[str, Any]]

    @property
    def ids(self) -> list[str]:
        return [json.loads(record["body"])["id"] for record in self.records]


@dataclass
class Bench:
    """The pieces of one test, by name and URL."""

    emulator: Emulator
    name: str
    diary_path: Path
    queue_url: str
    queue_arn: str
    dlq_url: str
    mapping_uuid: str = field(default="")

    def map(self, **options: Any) -> dict[str, Any]:
        """Create the mapping and wait until it polls, or is disabled."""
        answer: dict[str, Any] = self.emulator.client("lambda").create_event_source_mapping(
            FunctionName=self.name, EventSourceArn=self.queue_arn, **options
        )
        self.mapping_uuid = answer["UUID"]
        self.wait_for_state("Enabled" if options.get("Enabled", True) else "Disabled")
        return answer

    def update(self, **options: Any) -> None:
        self.emulator.client("lambda").update_event_source_mapping(UUID=self.mapping_uuid, **options)

    def state(self) -> str:
        mapping = self.emulator.client("lambda").get_event_source_mapping(UUID=self.mapping_uuid)
        return str(mapping["State"])

    def wait_for_state(self, state: str) -> None:
        eventually(self.state, until=lambda now: now == state, within=60, what=f"mapping {state}")

    def send(self, *orders: dict[str, Any]) -> None:
        """Send one message for each order, ten a call."""
        for start in range(0, len(orders), 10):
            entries = [
                {"Id": str(index), "MessageBody": json.dumps(order)}
                for index, order in enumerate(orders[start : start + 10])
            ]
            answer = self.emulator.client("sqs").send_message_batch(QueueUrl=self.queue_url, Entries=entries)
            assert not answer.get("Failed")

    def invocations(self) -> list[Invocation]:
        """In the order in which they began."""
        entries = [json.loads(line) for line in self.diary_path.read_text().splitlines()]
        ended = {(e["pid"], e["began_at"]): e["ended_at"] for e in entries if e["event"] == "ended"}
        return [
            Invocation(e["began_at"], ended.get((e["pid"], e["began_at"])), e["records"])
            for e in entries
            if e["event"] == "began"
        ]

    def ids(self) -> list[str]:
        """Of every record of every invocation, in the order in which they began."""
        return [record_id for invocation in self.invocations() for record_id in invocation.ids]

    def wait_for_ids(self, *ids: str, within_seconds: float = 30) -> None:
        eventually(
            self.ids,
            until=set(ids).issubset,
            within=within_seconds,
            every=0.05,
            what=f"invocation with {ids}",
        )

    def wait_for_invocations(self, count: int) -> None:
        """Wait until so many have begun, or more."""
        eventually(
            lambda: len(self.invocations()),
            until=lambda begun: begun >= count,
            within=60,
            every=0.05,
            what=f"{count} invocations",
        )

    def wait_until_delivered(self) -> None:
        """Disable the mapping, which waits for the batches in flight: what was processed is deleted then."""
        self.update(Enabled=False)
        self.wait_for_state("Disabled")

    def make_visible(self) -> None:
        """End the visibility timeout of each message that was delivered and is still there."""
        records = [record for invocation in self.invocations() for record in invocation.records]
        for start in range(0, len(records), 10):
            entries = [
                {"Id": str(index), "ReceiptHandle": record["receiptHandle"], "VisibilityTimeout": 0}
                for index, record in enumerate(records[start : start + 10])
            ]
            self.emulator.client("sqs").change_message_visibility_batch(
                QueueUrl=self.queue_url, Entries=entries
            )

    def depth(self, queue_url: str) -> int:
        """Messages in a queue: visible, in flight and delayed."""
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        answer = self.emulator.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def wait_until_drained(self, within_seconds: float = 60) -> None:
        """Two empty readings: while a message is being received it is counted nowhere."""
        readings = [1]

        def deepest_of_the_last_two() -> int:
            readings.append(self.depth(self.queue_url))
            return max(readings[-2:])

        eventually(
            deepest_of_the_last_two,
            until=lambda depth: depth == 0,
            within=within_seconds,
            every=0.1,
            what="the queue emptied",
        )

    def wait_for_dead_letters(self, *ids: str) -> None:
        eventually(
            self.dead_letter_ids,
            until=lambda found: found == sorted(ids),
            within=30,
            what=f"{ids} in the DLQ",
        )

    def dead_letter_ids(self) -> list[str]:
        """Read the dead-letter queue, which has no redrive policy of its own."""
        return self._visible_ids(self.dlq_url)

    def left_ids(self) -> list[str]:
        """What the mapping has delivered and not deleted; it is disabled after that."""
        self.wait_until_delivered()
        self.make_visible()
        return self._visible_ids(self.queue_url)

    def _visible_ids(self, queue_url: str) -> list[str]:
        answer = self.emulator.client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return sorted({json.loads(message["Body"])["id"] for message in answer.get("Messages", [])})


@contextmanager
def bench(
    emulator: Emulator,
    tmp_path: Path,
    *,
    visibility_seconds: int = 60,
    timeout_seconds: int = 10,
    max_receive_count: int = 5,
) -> Iterator[Bench]:
    """Build everything but the mapping, and take it all down again."""
    name = f"esm-{uuid.uuid4().hex[:12]}"
    diary_path = tmp_path / "diary.jsonl"
    diary_path.touch()
    sqs, lambda_client = emulator.client("sqs"), emulator.client("lambda")
    dlq_url = sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
    redrive_policy = {"deadLetterTargetArn": _arn(sqs, dlq_url), "maxReceiveCount": max_receive_count}
    queue_url = sqs.create_queue(
        QueueName=name,
        Attributes={
            "VisibilityTimeout": str(visibility_seconds),
            "RedrivePolicy": json.dumps(redrive_policy),
        },
    )["QueueUrl"]
    _create_function(lambda_client, name, diary_path, timeout_seconds)
    built = Bench(emulator, name, diary_path, queue_url, _arn(sqs, queue_url), dlq_url)
    try:
        yield built
    finally:
        for mapping in lambda_client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            lambda_client.delete_event_source_mapping(UUID=mapping["UUID"])
        lambda_client.delete_function(FunctionName=name)
        for url in (queue_url, dlq_url):
            sqs.delete_queue(QueueUrl=url)


def receive_counts(queue: Bench) -> list[int]:
    """How often each record had been received when the function got it."""
    return [
        int(record["attributes"]["ApproximateReceiveCount"])
        for invocation in queue.invocations()
        for record in invocation.records
    ]


def visible(queue: Bench) -> int:
    """Messages that a receive would give."""
    name = "ApproximateNumberOfMessages"
    answer = queue.emulator.client("sqs").get_queue_attributes(
        QueueUrl=queue.queue_url, AttributeNames=[name]
    )
    return int(answer["Attributes"][name])


def _arn(sqs: Any, queue_url: str) -> str:
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def _create_function(lambda_client: Any, name: str, diary_path: Path, timeout_seconds: int) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.write(HANDLER_PATH, HANDLER_PATH.name)
    lambda_client.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=ROLE_ARN,
        Handler=f"{HANDLER_PATH.stem}.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=timeout_seconds,
        Environment={"Variables": {"DIARY_PATH": str(diary_path)}},
    )
    lambda_client.get_waiter("function_active_v2").wait(FunctionName=name)
