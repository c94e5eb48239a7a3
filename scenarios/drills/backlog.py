"""Runbook "Backlog": the consumer stands still while clients go on."""

from ops.lab.actions import event_source, traffic
from ops.lab.drill_parts.ingestion import QUICK_RETRIES, STEADY_STATE, allow_deliveries, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import metrics
from ops.lab.probes import queues as depths

# More than queueBacklogAlarmMessages in the lab's settings.
EVENTS = 110

DRILL = Drill(
    name="backlog",
    title="A backlog grows",
    story=(
        "Somebody disabled the event source mapping and forgot. The API goes on accepting, no function "
        "fails: only depth and age of the queue tell. The backlog alarm pages."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        QUICK_RETRIES,
        # Everything is delivered at once when the mapping is enabled: an attempt that is too slow for its
        # timeout must not cost the message.
        allow_deliveries(10),
        DrillStep("disable the event source mapping", lambda scene: event_source.pause(scene.target)),
        DrillStep(f"send {EVENTS} orders", lambda scene: traffic.send(scene, EVENTS, concurrency=4)),
    ),
    observations=(
        DrillCheck(
            "messages that wait",
            lambda scene: depths.waiting(scene.target),
            # More where a client repeated a request whose answer it did not get.
            at_least(EVENTS),
            within_seconds=10,
        ),
        alarm("QueueBacklog", "ALARM", within_seconds=30),
        DrillCheck(
            "seconds that the oldest message waits (metric)",
            lambda scene: metrics.most(
                scene.target,
                metrics.oldest_message_age(scene.target, scene.target.output("QueueUrl")),
                scene.started_at,
            ),
            at_least(5),
            within_seconds=30,
        ),
    ),
    repair=(DrillStep("enable the mapping", lambda scene: event_source.resume(scene.target)),),
    recovery=(
        DrillCheck(
            "messages in the queue", lambda scene: depths.in_queue(scene.target), equals(0), within_seconds=60
        ),
        succeeded(EVENTS, within_seconds=60),
        alarm("QueueBacklog", "OK", within_seconds=60),
    ),
)
