"""The proof: what became of every accepted key, counted from the table, the bus and the queues."""

from collections import Counter
from dataclasses import asdict, dataclass

from ops.lab.app import queue_depth
from ops.lab.app.state_table import read_items
from ops.lab.drills.proof import Finding, Proof
from ops.lab.drills.scene import Scene
from ops.lab.drills.tolerance import equals
from ops.lab.probes.events import success_event_ids


@dataclass(frozen=True)
class KeyAccounting:
    """Keys by what became of them, and messages by where they are now.

    `announced_twice` counts keys with success events of different eventIds; `repeated_events` counts success
    events that came again under the same eventId, which a consumer can tell.
    """

    accepted: int
    succeeded: int
    announced: int
    announced_twice: int
    repeated_events: int
    in_queue: int
    in_dlq: int
    parked: int

    def findings(self, proof: Proof) -> list[Finding]:
        """Every line of the proof; it holds if all are met."""
        set_aside = proof.parked + proof.dead_letters
        unsettled, silent = self.accepted - self.succeeded, self.succeeded - self.announced
        events = [
            Finding("keys that succeeded without a success event", silent, equals(0)),
            Finding("keys announced by two different success events", self.announced_twice, equals(0)),
        ]
        if not proof.repeats:
            events.append(Finding("success events that came twice", self.repeated_events, equals(0)))
        return [
            Finding("accepted keys that have not succeeded", unsettled, equals(set_aside)),
            *events,
            Finding("messages left in the queue", self.in_queue, equals(0)),
            Finding("messages left in the DLQ", self.in_dlq, equals(proof.dead_letters)),
            Finding("messages parked with their reason", self.parked, equals(proof.parked)),
        ]

    def counted(self) -> dict[str, int]:
        return asdict(self)


def account(scene: Scene) -> KeyAccounting:
    """Count now. The events are read last, so that whatever the table says has had its time to arrive."""
    target, keys = scene.target, scene.ledger.keys
    in_queue = queue_depth.main_queue(target).total
    in_dlq = queue_depth.dead_letter_queue(target).total
    parked = queue_depth.parking_queue(target).total if target.has_output("ParkedUrl") else 0
    succeeded = sum(item.succeeded for item in read_items(target, keys).values())
    ids = success_event_ids(target, scene.started_at)
    own = {key: Counter(ids[key]) for key in keys if key in ids}
    return KeyAccounting(
        accepted=len(keys),
        succeeded=succeeded,
        announced=len(own),
        announced_twice=sum(len(events) > 1 for events in own.values()),
        repeated_events=sum(sum(events.values()) - len(events) for events in own.values()),
        in_queue=in_queue,
        in_dlq=in_dlq,
        parked=parked,
    )
