"""Incident: dead letters of an outage that is over would be deleted before anybody looks.

SQS counts the age of a standard queue's message from when it was first sent, also in its dead-letter queue
(SQS developer guide, "Setting up dead-letter queue retention in Amazon SQS").
"""

from ops.lab.actions import dead_letters, levers, queues
from ops.lab.actions.release import SourceEdit, release
from ops.lab.actions.traffic import send
from ops.lab.app import queue_depth
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillCheck, DrillStep, Value, at_least
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import NOT_YET, Incident, IncidentRepair, Ticket
from ops.lab.waiting import eventually

_ORDERS = 6
# Long enough to be found, far shorter than a night.
_RETENTION_SECONDS = 1800
_DAY = 86_400
_LEAST_DAYS = 4
_RETRY_SECONDS = 2
_DEAD_WITHIN_SECONDS = 90.0
_CALL = "            self.exchange(deadline)\n"
_CALL_TO_NOBODY = '            raise ConnectionRefusedError(111, "Connection refused")\n'
_REDRIVE = DrillStep("redrive what failed", dead_letters.redrive_all)
_KEEP_LONGER = DrillStep(
    "keep dead letters for 14 days", lambda scene: levers.DLQ_RETENTION.put(scene.target, 14 * _DAY)
)


def _outage(scene: Scene) -> str:
    """The fulfilment service does not answer for a moment: some orders use up their deliveries."""
    target = scene.target
    edit = SourceEdit("functions/processor/downstream.py", _CALL, _CALL_TO_NOBODY)
    changes = [
        queues.set_visibility_timeout(target, _RETRY_SECONDS),
        release(target, FunctionName.WORKER, [edit]),
    ]
    try:
        send(scene, _ORDERS)
        eventually(
            lambda: queue_depth.dead_letter_queue(target).total,
            within=_DEAD_WITHIN_SECONDS * scene.patience,
            until=lambda count: count >= _ORDERS,
            what=f"{_ORDERS} dead letters",
        )
    finally:
        for change in reversed(changes):
            change.restore()
    return f"{queue_depth.dead_letter_queue(target).total} dead letters"


def _kept_days(scene: Scene) -> Value:
    """For how many days a failed order waits for somebody; asked once those of the ticket are done."""
    if queue_depth.dead_letter_queue(scene.target).total:
        return NOT_YET
    return round(retention_seconds(scene.target) / _DAY, 2)


def retention_seconds(target: Target) -> int:
    """What is in force on the DLQ."""
    return int(levers.DLQ_RETENTION.now(target) or 0)


INCIDENT = Incident(
    name="dlq_short_retention",
    title="Dead letters that do not wait",
    level=3,
    ticket=Ticket(
        sender="The colleague of the early shift",
        subject="Handing over: failed orders, and some that I cannot find any more",
        text=(
            "The fulfilment service was away for a moment, which is over; a few orders failed meanwhile and "
            "are left for you. One more thing: at six I had written the keys of four failed orders of the "
            "night on a slip of paper, for after breakfast. They are not in the list any more, and they were "
            "never processed. Nobody redrove or deleted anything, we all swear. It must not happen with "
            "these."
        ),
    ),
    cause=(
        "The DLQ keeps messages for 30 minutes instead of 14 days, counted from when they were first sent. "
        "What nobody redrives within that time is gone, and SQS says nothing of it."
    ),
    pipeline=INGESTION,
    breaks=(
        DrillStep("fail some orders, and end that again", _outage),
        DrillStep(
            "keep dead letters for half an hour",
            lambda scene: queues.set_dlq_retention(scene.target, _RETENTION_SECONDS),
        ),
    ),
    health=(
        DrillCheck(
            "a failed order can wait for somebody over a long weekend (days)",
            _kept_days,
            at_least(_LEAST_DAYS),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Keep them first, then redrive",
            (
                "lab redrive preview",
                "lab tune",
                "lab tune --dlq-retention 1209600",
                "lab redrive start --error-type TRANSIENT --wait",
            ),
            (_KEEP_LONGER, _REDRIVE),
        ),
        IncidentRepair(
            "Redrive first, and set the queue's attribute then",
            (
                "lab redrive start --error-type TRANSIENT --wait",
                "aws sqs set-queue-attributes --queue-url DLQ_URL "
                "--attributes MessageRetentionPeriod=1209600    # its URL: lab status --json",
            ),
            (
                _REDRIVE,
                DrillStep(
                    "set the attribute", lambda scene: queues.set_dlq_retention(scene.target, 14 * _DAY)
                ),
            ),
        ),
    ),
    hints=(
        "There are two matters in the ticket: orders that failed, and orders that went. Bring the first ones "
        "back: what do they say they failed of? lab redrive preview",
        "Nobody deleted the others. Who else deletes messages, and when?",
        "A queue has a retention, and a dead letter's age counts from its first sending. What does the DLQ "
        "have, and what does the template say? lab tune",
        "dlq-retention is 1800 s: lab tune --dlq-retention 1209600. And lab redrive start --error-type "
        "TRANSIENT --wait",
    ),
    runbook="dlq_depth_alarm.md",
)
