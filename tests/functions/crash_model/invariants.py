"""What must hold of the remains, whatever died on the way. Each check yields one line for each violation."""

from collections.abc import Iterator

from functions.redrive.dead_letters import IngestionDeadLetter
from tests.functions.crash_model.call import Call
from tests.functions.crash_model.crash import DEATHS, Crash
from tests.functions.crash_model.remains import Remains
from tests.functions.crash_model.world import World

_MOST_BEGUN = 2  # by a record that succeeds


def violations(world: World, crash: Crash | None) -> list[str]:
    remains = Remains.of(world)
    found = [
        *_lost_events(world, remains),
        *_unexplained_letters(remains),
        *_silent_successes(remains),
        *_unrecognizable_repeats(remains),
        *_unrecorded_effects(world, remains),
        *_held_back(world, remains),
    ]
    if not world.effects.killers and (crash is None or crash.moment not in DEATHS):
        found += _unannounced_letters(world, remains)
    return found


def _lost_events(world: World, remains: Remains) -> Iterator[str]:
    """What was accepted has succeeded, or waits in the dead-letter queue, or is parked."""
    waiting = {letter.identity for letter in remains.letters + remains.parked}
    for identity in world.client.accepted:
        if remains.status(identity) != "SUCCEEDED" and identity not in waiting:
            yield f"{identity.key} was accepted and is lost: {remains.items.get(identity.key)}"


def _unexplained_letters(remains: Remains) -> Iterator[str]:
    """The table tells why each dead letter is one."""
    for letter in remains.letters:
        if not _explained(remains, letter):
            item = remains.items.get(letter.identity.key)
            yield f"{letter.identity.key} is a dead letter without a reason: {item}"


def _explained(remains: Remains, letter: IngestionDeadLetter) -> bool:
    """By an error type; by INFLIGHT, so the last attempt was cut off; by SUCCEEDED, so only the message's
    deletion was; or by another payload's item, so the key was reused."""
    item = remains.items.get(letter.identity.key)
    if item is None:
        return False
    return (
        "errorType" in item
        or item["status"]["S"] in ("INFLIGHT", "SUCCEEDED")
        or (item["checksum"]["S"] != letter.identity.checksum)
    )


def _silent_successes(remains: Remains) -> Iterator[str]:
    """Nothing counts as done that was not announced."""
    for key, item in remains.items.items():
        checksums = [detail["checksum"] for detail in remains.successes(key)]
        if item["status"]["S"] == "SUCCEEDED" and item["checksum"]["S"] not in checksums:
            yield f"{key} succeeded without a success event"


def _unrecognizable_repeats(remains: Remains) -> Iterator[str]:
    """A consumer that drops repeats by `eventId` sees each outcome of a payload once."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    for detail_type, detail in remains.published:
        outcome = (detail_type, detail["idempotencyKey"], detail["checksum"])
        ids.setdefault(outcome, set()).add(detail["eventId"])
    for (detail_type, key, _), event_ids in ids.items():
        if len(event_ids) > 1:
            yield f"{key} has {detail_type} events under {len(event_ids)} ids"


def _unrecorded_effects(world: World, remains: Remains) -> Iterator[str]:
    """Each effect was preceded by an attempt that the table counts."""
    for key, begun in world.effects.begun.items():
        attempts = int(remains.items[key]["attempts"]["N"]) if key in remains.items else 0
        if begun > attempts:
            yield f"{key} took effect {begun} times in {attempts} recorded attempts"


def _held_back(world: World, remains: Remains) -> Iterator[str]:
    """Where one record kills the worker at each delivery, those before it in its batch succeed all the same,
    and their work is done twice at most."""
    if not world.effects.killers:
        return
    for identity in world.client.accepted:
        key, status, begun = identity.key, remains.status(identity), world.effects.begun[identity.key]
        if key not in world.effects.killers and (status != "SUCCEEDED" or begun > _MOST_BEGUN):
            yield f"{key} was held back by a neighbour: {status}, begun {begun} times"


def _unannounced_letters(world: World, remains: Remains) -> Iterator[str]:
    """Where every process lived to its end, somebody was told of each dead letter.

    Unless EventBridge refused just that: then the alarm on the queue is all there is.
    """
    if any(map(_refused_an_event, world.wire.calls)):
        return
    for letter in remains.letters:
        if letter.identity.key not in world.buried and not remains.failures(letter.identity.key):
            yield f"{letter.identity.key} is a dead letter that no failure event announced"


def _refused_an_event(call: Call) -> bool:
    return call.operation == "PutEvents" and (call.answer is None or bool(call.answer["FailedEntryCount"]))
