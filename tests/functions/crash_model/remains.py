"""What is left when a run has come to rest: the table, the dead letters, and everything on the bus."""

import json
from dataclasses import dataclass
from typing import Any

from functions.ingestion.identity import Identity
from functions.ingestion.outcome_names import FAILURE, SUCCESS
from functions.redrive.dead_letters import IngestionDeadLetter
from functions.redrive_runner.runner import HOLD_SECONDS
from tests.functions.crash_model.call import Call
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.world import World

_LOOK_SECONDS = 30


@dataclass(frozen=True)
class Remains:
    """`items` by key. `published` holds (detail type, detail) of each event that EventBridge took, whether or
    not the function lived to hear so."""

    items: dict[str, dict[str, Any]]
    letters: list[IngestionDeadLetter]
    parked: list[IngestionDeadLetter]
    published: list[tuple[str, dict[str, Any]]]

    @classmethod
    def of(cls, world: World) -> "Remains":
        scan = warm_client("dynamodb").scan(TableName=world.resources.table, ConsistentRead=True)
        items: list[Any] = [dict(item) for item in scan["Items"]]
        return cls(
            items={item["idempotencyKey"]["S"]: item for item in items},
            letters=_letters(world, world.resources.dlq_url),
            parked=_letters(world, world.resources.parked_url),
            published=[event for call in world.wire.calls for event in _events(call)],
        )

    def status(self, identity: Identity) -> str | None:
        """None if the key is unknown, or another payload's."""
        item = self.items.get(identity.key)
        if item is None or item["checksum"]["S"] != identity.checksum:
            return None
        status: str = item["status"]["S"]
        return status

    def successes(self, key: str) -> list[dict[str, Any]]:
        """The details of a key's success events."""
        return self._details(SUCCESS, key)

    def failures(self, key: str) -> list[dict[str, Any]]:
        """The details of a key's failure events."""
        return self._details(FAILURE, key)

    def _details(self, detail_type: str, key: str) -> list[dict[str, Any]]:
        return [
            detail
            for type_, detail in self.published
            if type_ == detail_type and detail["idempotencyKey"] == key
        ]


def _letters(world: World, url: str) -> list[IngestionDeadLetter]:
    """Every message of a queue at rest; they are visible again afterwards."""
    world.clock.advance(HOLD_SECONDS + 1)  # what a dead runner held
    letters: list[IngestionDeadLetter] = []
    while (
        messages := warm_client("sqs")
        .receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOK_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        .get("Messages")
    ):
        letters += map(IngestionDeadLetter.from_message, messages)
    world.clock.advance(_LOOK_SECONDS + 1)
    return letters


def _events(call: Call) -> list[tuple[str, dict[str, Any]]]:
    if call.operation != "PutEvents" or call.answer is None:
        return []
    pairs = zip(call.parameters["Entries"], call.answer["Entries"], strict=True)
    return [
        (entry["DetailType"], json.loads(entry["Detail"])) for entry, result in pairs if "EventId" in result
    ]
