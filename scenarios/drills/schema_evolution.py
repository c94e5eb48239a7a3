"""GameDay "Schema evolution": a breaking rule is released, the DLQ grows, compatibility brings it back."""

from ops.lab.actions import dead_letters, functions, traffic
from ops.lab.app.function_names import FunctionName
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.drill_parts.ingestion import STEADY_STATE, allow_deliveries, in_dlq, retry_after, succeeded
from ops.lab.drill_parts.paging import alarm
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, at_least, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.probes import logs, state_table

EVENTS = 15
BY_SCHEMA = RedriveFilters(error_type="SchemaValidationError", max_messages=1000, per_message_delay_jitter=1)

DRILL = Drill(
    name="schema_evolution",
    title="A release demands a field that nobody sends",
    story=(
        "The worker's new schema demands a currency; the API and its clients still speak the old one. Every "
        "order is accepted and then rejected, and the DLQ alarm pages. The repair is not to roll back but to "
        "accept both."
    ),
    minutes=1,
    pipeline=INGESTION,
    hypothesis=STEADY_STATE,
    method=(
        retry_after(8),
        # A release replaces every worker, and a new one's first calls may take longer than its timeout of 3 s
        # on a busy machine: that delivery says nothing about the schema, and its lease outlasts the next one.
        allow_deliveries(4),
        DrillStep("release schema v2", lambda scene: functions.demand_schema(scene.target, "v2")),
        DrillStep(f"send {EVENTS} orders of v1", lambda scene: traffic.send(scene, EVENTS)),
    ),
    observations=(
        DrillCheck(
            "worker logs SchemaValidationError",
            lambda scene: logs.count(
                scene.target, FunctionName.WORKER, scene.started_at, errorType="SchemaValidationError"
            ),
            at_least(EVENTS),
            within_seconds=30,
        ),
        # More where a client repeated a request whose answer it did not get.
        in_dlq(at_least(EVENTS), within_seconds=60),
        DrillCheck(
            "keys FAILED in the table, for the redrive to filter by",
            lambda scene: state_table.with_error_type(
                scene.target, scene.ledger.keys, "SchemaValidationError"
            ),
            equals(EVENTS),
            within_seconds=60,
        ),
        alarm("DlqDepth", "ALARM", within_seconds=75),
    ),
    repair=(
        DrillStep(
            "release v2 that accepts v1 too",
            lambda scene: functions.demand_schema(scene.target, "v2-compatible"),
        ),
        DrillStep(
            "redrive what failed by its schema",
            lambda scene: dead_letters.redrive(scene.target, BY_SCHEMA),
        ),
        # A client whose POST got no answer sends it again, and then one event has two letters. Once the first
        # has succeeded, no filter by error finds the second: it is no failure any more, only a copy.
        DrillStep("redrive what is left", lambda scene: dead_letters.redrive(scene.target)),
    ),
    recovery=(
        succeeded(EVENTS, within_seconds=45),
        alarm("DlqDepth", "OK", within_seconds=45),
    ),
)
