"""Actions on dead letters: put some into the DLQ, and redrive those that are there."""

from collections.abc import Callable, Sequence

from functions.common.sqs_message import IDEMPOTENCY_KEY, MAX_BATCH_ENTRIES, text_attribute
from functions.ingestion.canonical_json import canonical_json
from ops.lab.app import queue_depth
from ops.lab.app.redrive_client import JobAtWork, RedriveClient, RedriveFilters
from ops.lab.app.target import Target
from ops.lab.app.traffic import order
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.drills.scene import Scene
from ops.lab.errors import CommandError
from ops.lab.probes import state_table
from ops.lab.waiting import eventually

# Quick enough for a drill, and still spread a little.
_QUICKLY = RedriveFilters(max_messages=1000, per_message_delay_jitter=1)


def bury(target: Target, keys: Sequence[str], **attributes: str) -> None:
    """Put a valid event of each key into the DLQ, as if the worker had failed on it: what is tried with a
    redrive need not have failed first.

    Raises CommandError where SQS does not take all of them.
    """
    own = {name: text_attribute(value) for name, value in attributes.items()}
    for start in range(0, len(keys), MAX_BATCH_ENTRIES):
        answer = target.sqs.send_message_batch(
            QueueUrl=target.output("DlqUrl"),
            Entries=[
                {
                    "Id": str(index),
                    "MessageBody": canonical_json(order(key).body),
                    "MessageAttributes": {IDEMPOTENCY_KEY: text_attribute(key), **own},
                }
                for index, key in enumerate(keys[start : start + MAX_BATCH_ENTRIES])
            ],
        )
        if refused := answer.get("Failed"):
            raise CommandError(f"the DLQ did not take {len(refused)} messages: {refused[0].get('Message')}")


def redrive(target: Target, filters: RedriveFilters = _QUICKLY, *, within_seconds: float = 120) -> str:
    """Run a redrive job to its end, once no other runs any more, and tell what it did.

    Raises NotCarriedOut where the job does not succeed, and CommandError where the API refuses it or it does
    not end.
    """
    client = RedriveClient.of(target)
    started = eventually(
        lambda: client.start(filters),
        within=within_seconds,
        retry_on=(JobAtWork,),  # one that a schedule began, or another operator
        what="the start of a redrive job",
    )
    job = client.wait_for_job(started.job_id, within_seconds)
    if job.status != "SUCCEEDED":
        raise NotCarriedOut(f"redrive job {job.job_id} ended {job.status}: {job.reason or job.stop_reason}")
    return f"{job.moved} moved, {job.skipped} skipped, {job.parked} parked"


def redrive_all(scene: Scene, filters: RedriveFilters = _QUICKLY, within_seconds: float = 150) -> str:
    """Redrive, and again what comes to the DLQ later, until each order that was accepted before now has
    succeeded: what was on its last delivery when the cause went ends there a moment after. While clients go
    on, no look finds the queue empty.

    Raises WaitTimedOut after `within_seconds`, stretched by the scene's patience, and what `redrive` raises.
    """
    target, keys = scene.target, scene.ledger.keys

    def redriven() -> int:
        redrive(target, filters)
        return 1

    jobs = repeat_until_none_left(
        scene,
        redriven,
        lambda: len(keys) - state_table.with_status(target, keys, "SUCCEEDED"),
        what="the success of every order",
        within_seconds=within_seconds,
    )
    return f"{len(keys)} orders succeeded, after {jobs} redrives"


def repeat_until_none_left(
    scene: Scene,
    act: Callable[[], int],
    left: Callable[[], int],
    *,
    what: str,
    within_seconds: float = 150,
    dlq_output: str = "DlqUrl",
    hint: str = "see why it fails: lab redrive preview",
) -> int:
    """Act whenever the DLQ holds letters that can be received, until none is `left`: some come to it later.

    `dlq_output` is the stack output with the URL of that queue.
    Returns the sum of what `act` answered. Raises WaitTimedOut after `within_seconds`, stretched by the
    scene's patience.
    """
    done, dlq_url = 0, scene.target.output(dlq_output)

    def left_now() -> int:
        nonlocal done
        if queue_depth.depth(scene.target, dlq_url).visible:
            done += act()
        return left()

    eventually(
        left_now,
        within=within_seconds * scene.patience,
        until=lambda count: count == 0,
        every=2.0,
        what=what,
        hint=hint,
    )
    return done
