"""Ingestion pipeline as its drills see it: HTTP API, queue, worker, table, bus; and the proof of its keys."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from functions.common.sqs_message import IDEMPOTENCY_KEY
from ops.lab.app import queue_depth, queue_walk
from ops.lab.app.function_names import FunctionName
from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrilledPipeline, Proof, ProofLine, Samples, equals
from ops.lab.drills.scene import Scene
from ops.lab.probes import logs, metrics
from ops.lab.probes.logs import CircuitStateChange, success_events
from ops.lab.report.chart import Chart

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef


@dataclass(frozen=True)
class KeyAccounting:
    """Keys by what became of them, and messages by where they are now.

    `announced_twice` counts keys with success events of different eventIds, `processed_twice` those that the
    worker noted as processed more than once, and `unrecorded_events` success events of attempts that the
    table does not count: none of them may be, whatever the timing. `repeated_events` counts success events
    that came again under the same eventId. There may be some: an attempt that is cut off between its event
    and its verdict, as on a slow machine, is repeated with both, and EventBridge may deliver one twice.
    """

    accepted: int
    succeeded: int
    announced: int
    announced_twice: int
    processed_twice: int
    repeated_events: int
    unrecorded_events: int
    in_queue: int
    in_dlq: int
    parked: int

    def lines(self, proof: Proof) -> list[ProofLine]:
        """Every line of the proof; it holds if all are met."""
        set_aside = proof.parked + proof.dead_letters
        unsettled, silent = self.accepted - self.succeeded, self.succeeded - self.announced
        return [
            ProofLine("accepted keys that have not succeeded", unsettled, equals(set_aside)),
            ProofLine("keys that succeeded without a success event", silent, equals(0)),
            ProofLine("keys announced by two different success events", self.announced_twice, equals(0)),
            ProofLine("keys processed twice", self.processed_twice, equals(0)),
            ProofLine("success events of attempts not on record", self.unrecorded_events, equals(0)),
            ProofLine("messages left in the queue", self.in_queue, equals(0)),
            ProofLine("messages left in the DLQ", self.in_dlq, equals(proof.dead_letters)),
            ProofLine("messages parked with their reason", self.parked, equals(proof.parked)),
        ]

    def counted(self) -> dict[str, int]:
        return asdict(self)


class Ingestion(DrilledPipeline):
    """The pipeline of orders. Its ledger has idempotency keys that the API answered with 202."""

    noun = "orders"
    queue = "QueueUrl"
    dlq = "DlqUrl"
    topic = "TopicArn"
    dlq_alarm = "DlqDepth"
    retry_seconds = 40.0
    charts = (
        Chart(
            "Orders, as the numbers at the top count them",
            {"accepted": "accepted", "succeeded": "succeeded", "announced": "announced"},
        ),
        Chart(
            "Messages",
            {
                "queue_waiting": "waiting",
                "queue_in_flight": "in flight",
                "queue_delayed": "delayed",
                "dlq": "DLQ",
                "parked": "parked",
            },
        ),
        Chart(
            "Age of the oldest message in the queue, seconds",
            {"age_seconds": "seconds"},
            low=True,
            note=f"{metrics.AGE_RULE} Where the line stops, only such messages are left.",
            gap_while=("queue_waiting", "queue_in_flight", "queue_delayed"),
        ),
        Chart(
            "Failures counted by CloudWatch since the drill began",
            {
                "failed": "attempts at a record",
                "errors": "invocations failed",
                "throttles": "invocations throttled",
            },
            note="A record counts once for each attempt that failed. CloudWatch counts some seconds late, on "
            "AWS minutes.",
        ),
    )
    proof_source = "Counted from the table, the bus and the queues for every key that the API accepted."

    def whereabouts(self, target: Target) -> dict[str, str]:
        return {
            "topology": "orchestrated" if target.has_output("StateMachineArn") else "direct",
            "API": target.output("ApiUrl"),
        }

    def depths(self, scene: Scene) -> Samples:
        """With the parking queue, and with the age of the oldest message: 0 where there is none. CloudWatch
        has no value then, and its last one would stand for a message that is gone."""
        depths, target = super().depths(scene), scene.target
        in_queue = any(depths[name] for name in ("queue_waiting", "queue_in_flight", "queue_delayed"))
        age = metrics.oldest_message_age(target, target.output(self.queue))
        return depths | {
            "parked": _parked(target),
            "age_seconds": metrics.latest(target, age, scene.started_at) if in_queue else 0,
        }

    def counts(self, scene: Scene) -> Samples:
        """The keys by what became of them, counted as the proof does, and the failures by CloudWatch."""
        target, keys, worker = scene.target, scene.ledger.keys, FunctionName.WORKER
        events = success_events(target, scene.started_at)
        counters = {
            "errors": metrics.of_function(target, worker, "Errors"),
            "throttles": metrics.of_function(target, worker, "Throttles"),
        }
        failures = metrics.all_of_lab(target, "Errors")
        counted = metrics.values(target, [*counters.values(), *failures], scene.started_at)
        sums = [sum(values) for values in counted]
        return {
            "accepted": len(keys),
            "succeeded": len(self.succeeded(target, keys)),
            "announced": sum(key in events for key in keys),
            **dict(zip(counters, sums, strict=False)),
            "failed": sum(sums[len(counters) :]),
        }

    def circuit_changes(self, scene: Scene) -> list[CircuitStateChange]:
        return logs.circuit_state_changes(scene.target, scene.started_at)

    def succeeded(self, target: Target, keys: Collection[str]) -> set[str]:
        return {key for key, item in read_items(target, keys).items() if item.succeeded}

    def account(self, scene: Scene) -> KeyAccounting:
        return account(scene)

    def headline(self, proof: Mapping[str, int], accepted: int) -> list[tuple[int, str]]:
        if not proof:
            return [(accepted, "accepted")]
        counted = KeyAccounting(**proof)
        twice = f", {counted.announced_twice} of them twice" if counted.announced_twice else ""
        numbers = [
            (counted.accepted, "accepted"),
            (counted.succeeded, "succeeded"),
            (counted.announced, f"announced once{twice}"),
            (counted.in_queue + counted.in_dlq, "left in queue and DLQ"),
        ]
        some = [(counted.repeated_events, "success events that came again"), (counted.parked, "parked")]
        return numbers + [(number, text) for number, text in some if number]

    def delete_dead_letters(self, scene: Scene) -> int:
        """Those that were parked, too."""
        target, keys = scene.target, scene.ledger.keys
        parked = delete_dead_letters(target, keys, "ParkedUrl") if _parked(target) else 0
        return delete_dead_letters(target, keys) + parked


INGESTION = Ingestion()


def account(scene: Scene) -> KeyAccounting:
    """Count now. The events are read last, so that what the table says has had its time to arrive."""
    target, keys = scene.target, scene.ledger.keys
    in_queue = queue_depth.main_queue(target).total
    in_dlq = queue_depth.dead_letter_queue(target).total
    parked = _parked(target)
    items = read_items(target, keys)
    processed = logs.processed(target, scene.started_at)
    found = success_events(target, scene.started_at)
    own = {key: found[key] for key in keys if key in found}
    ids = {key: {event.event_id for event in events} for key, events in own.items()}
    return KeyAccounting(
        accepted=len(keys),
        succeeded=sum(item.succeeded for item in items.values()),
        announced=len(own),
        announced_twice=sum(len(each) > 1 for each in ids.values()),
        processed_twice=sum(processed[key] > 1 for key in keys),
        repeated_events=sum(len(events) - len(ids[key]) for key, events in own.items()),
        unrecorded_events=sum(
            event.attempt > (items[key].attempts if key in items else 0)
            for key, events in own.items()
            for event in events
        ),
        in_queue=in_queue,
        in_dlq=in_dlq,
        parked=parked,
    )


def _parked(target: Target) -> int:
    if not target.has_output("ParkedUrl"):
        return 0
    return queue_depth.depth(target, target.output("ParkedUrl")).total


def delete_dead_letters(target: Target, keys: Collection[str], queue: str = "DlqUrl") -> int:
    """Delete the queue's messages of these idempotency keys, give the others back, return how many went."""
    mine = set(keys)

    def matches(message: "MessageTypeDef") -> bool:
        attributes = message.get("MessageAttributes", {})
        return IDEMPOTENCY_KEY in attributes and attributes[IDEMPOTENCY_KEY].get("StringValue") in mine

    return len(queue_walk.delete_matching(target, target.output(queue), matches))
