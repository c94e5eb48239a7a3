"""What must hold of redrive jobs, and of each copy and deletion that they made."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from functions.common.sqs_message import PARKED_REASON
from functions.redrive.job import JobStatus, StopReason, to_job
from tests.functions.crash_model.call import Call
from tests.functions.crash_model.deployment import RUNNER
from tests.functions.crash_model.remains import Remains
from tests.functions.crash_model.resources import depth
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.world import World


def redrive_violations(world: World) -> list[str]:
    calls = [call for call in world.wire.calls if call.function == RUNNER and call.answer is not None]
    return [*_unbacked_deletions(calls), *_overclaims(world, calls), *_overlooked(world)]


def recovery_violations(world: World) -> list[str]:
    """After the repair and a redrive of what was left."""
    remains = Remains.of(world)
    return [*_unsettled(world, remains), *_unexplained_parking(remains), *_unfinished_jobs(world)]


def _unbacked_deletions(calls: list[Call]) -> Iterator[str]:
    """A letter leaves the dead-letter queue once it has a copy elsewhere."""
    letters: dict[str, str] = {}  # message by receipt handle
    copies: set[str] = set()
    for call in calls:
        if call.operation == "ReceiveMessage":
            messages = _answer(call).get("Messages", [])
            letters |= {message["ReceiptHandle"]: _message(message) for message in messages}
        elif call.operation == "SendMessageBatch":
            copies |= {_message(entry) for entry in _confirmed(call)}
        elif call.operation == "DeleteMessageBatch":
            for entry in _confirmed(call):
                message = letters[entry["ReceiptHandle"]]
                if message not in copies:
                    yield f"{message} was deleted before it had a copy"


def _message(message: dict[str, Any]) -> str:
    """Key and body."""
    body = message.get("Body", message.get("MessageBody"))
    return f"{message['MessageAttributes']['idempotencyKey']['StringValue']} {body}"


def _overclaims(world: World, calls: list[Call]) -> Iterator[str]:
    """Jobs count no more than SQS confirmed."""
    sent: Counter[str] = Counter()
    for call in calls:
        if call.operation == "SendMessageBatch":
            sent[call.parameters["QueueUrl"]] += len(_confirmed(call))
    jobs = _jobs(world)
    moved, parked = sum(job.counts.moved for job in jobs), sum(job.counts.parked for job in jobs)
    if moved > sent[world.resources.queue_url]:
        yield f"jobs claim {moved} moved, and {sent[world.resources.queue_url]} were sent"
    if parked > sent[world.resources.parked_url]:
        yield f"jobs claim {parked} parked, and {sent[world.resources.parked_url]} were sent"


def _overlooked(world: World) -> Iterator[str]:
    """Who says that the dead-letter queue is drained knows of every letter that is still in it."""
    jobs = _jobs(world)
    known = sum(job.counts.skipped + job.counts.failed + job.counts.deleted_failed for job in jobs)
    left = depth(world.resources.dlq_url)
    if left > known and any(job.document.get("stopReason") == StopReason.DRAINED for job in jobs):
        yield f"a job said drained, knew of {known} letters that stay, and {left} are there"


def _unsettled(world: World, remains: Remains) -> Iterator[str]:
    """Every accepted event has succeeded or is parked."""
    parked = {letter.identity for letter in remains.parked}
    for identity in world.client.accepted:
        if remains.status(identity) != "SUCCEEDED" and identity not in parked:
            yield f"{identity.key} is neither done nor parked: {remains.items.get(identity.key)}"


def _unexplained_parking(remains: Remains) -> Iterator[str]:
    """The message and the table tell why."""
    for letter in remains.parked:
        reason = remains.items.get(letter.identity.key, {}).get(PARKED_REASON, {}).get("S")
        if reason is None or letter.text(PARKED_REASON) != reason:
            yield f"{letter.identity.key} is parked without a reason: {reason}"


def _unfinished_jobs(world: World) -> Iterator[str]:
    for job_id in world.operator.jobs:
        status = world.operator.status(job_id)
        if not JobStatus(status).is_final:
            yield f"job {job_id} is {status} for ever"


def _jobs(world: World) -> list[Any]:
    items = warm_client("dynamodb").scan(TableName=world.resources.jobs_table)["Items"]
    return [to_job(item) for item in items if "status" in item]


def _confirmed(call: Call) -> list[dict[str, Any]]:
    """The entries of a batch that SQS took."""
    ids = {entry["Id"] for entry in _answer(call).get("Successful", [])}
    return [entry for entry in call.parameters["Entries"] if entry["Id"] in ids]


def _answer(call: Call) -> dict[str, Any]:
    assert call.answer is not None
    return call.answer
