"""Incident: one client's orders fail for good, and the alarm that should tell looks at another queue."""

from ops.lab.actions import alarm_definitions, functions
from ops.lab.app.target import Target
from ops.lab.app.traffic import Event, order
from ops.lab.drill_parts.ingestion import REDRIVE_ALL
from ops.lab.drills.declaration import DrillCheck, DrillStep, at_least
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, OrderTraffic, Ticket
from ops.lab.probes import alarms

_ALARM = "DlqDepth"
_BOTH = (_ALARM, "DlqAge")
_FIELDS = (
    "AlarmName Namespace MetricName Dimensions Statistic Period EvaluationPeriods Threshold "
    "ComparisonOperator TreatMissingData AlarmActions OKActions"
)
# What a person types to have the alarm's definition as PutMetricAlarm takes it.
_DEFINITION = (
    "lab call cloudwatch describe-alarms --query \"MetricAlarms[?ends_with(AlarmName, '-DlqDepth')] | [0].{"
    + ", ".join(f"{name}: {name}" for name in _FIELDS.split())
    + '}"'
)


def _order(run: str, number: int) -> Event:
    """Most clients send a currency; every fifth order is of one that does not."""
    event = order(f"{run}-{number:06d}", number)
    return event if number % 5 == 0 else Event(event.key, event.body | {"currency": "EUR"})


def _dlq_name(target: Target) -> str:
    return target.output("DlqUrl").rpartition("/")[2]


def _look_at(alarm: str, ending: str) -> DrillStep:
    return DrillStep(
        f"have the alarm {alarm} look at the DLQ's name{ending}",
        lambda scene: alarm_definitions.look_at_queue(
            scene.target, alarm, f"{_dlq_name(scene.target)}{ending}"
        ),
    )


def _demand(version: str) -> DrillStep:
    return DrillStep(f"demand schema {version}", lambda scene: functions.demand_schema(scene.target, version))


INCIDENT = Incident(
    name="silent_alarm",
    title="Nobody is called",
    level=3,
    ticket=Ticket(
        sender="A shop that has been with us for years",
        subject="Did anybody notice?",
        text=(
            "Part of our orders has not come through since this morning. You wrote once that you would see "
            "something like that before we do. So I ask: have you?"
        ),
    ),
    cause=(
        "Two changes met. The worker demands a currency, which one client does not send: its orders end in "
        "the DLQ. And the alarms on the DLQ were rebuilt with the name of a queue that is gone. A metric "
        "without data is no trouble to them, so they have been OK ever since."
    ),
    pipeline=INGESTION,
    traffic=OrderTraffic(make=_order),
    breaks=(*(_look_at(name, "-v1") for name in _BOTH), _demand("v2")),
    health=(
        DrillCheck(
            "somebody would be told if messages failed for good",
            lambda scene: alarms.watching_queue(
                scene.target, scene.target.output("DlqUrl"), scene.target.output("TopicArn")
            ),
            at_least(1),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Put the alarm right, take the schema back, redrive",
            (
                "lab errors --since 15m",
                "lab status",
                "lab alarms",
                "lab call cloudwatch describe-alarms AlarmNamePrefix=IngestionLab",
                "lab up -c dlqDepthAlarmMessages=1 -c dlqAgeAlarmSeconds=90",
                "lab tune --event-schema v1",
                "lab redrive start --max 1000 --wait",
                "lab redrive start --max 1000 --wait    # a minute later: what was on its last delivery",
            ),
            (
                *(_look_at(name, "") for name in _BOTH),
                _demand("v1"),
                REDRIVE_ALL,
            ),
        ),
        IncidentRepair(
            "Make another alarm, and take both forms of an order",
            (
                "lab tune --event-schema v2-compatible",
                "lab redrive start --max 1000 --wait",
                "lab redrive start --max 1000 --wait    # a minute later: what was on its last delivery",
                f'ALARM=$({_DEFINITION} | sed \'s|-v1"|"|; s|-DlqDepth"|-DlqDepth-by-hand"|\')',
                'lab call cloudwatch put-metric-alarm "$ALARM"',
            ),
            (
                DrillStep(
                    "make an alarm beside it",
                    lambda scene: alarm_definitions.add_beside(scene.target, _ALARM, _dlq_name(scene.target)),
                ),
                _demand("v2-compatible"),
                REDRIVE_ALL,
            ),
        ),
    ),
    hints=(
        "The client has two questions: why do its orders fail, and why has nobody noticed?",
        "What failed for good waits where such messages wait: lab status. What do its messages say, and "
        "what have they in common?",
        "There is an alarm for that, and it is OK. What does it look at? lab alarms shows the condition, "
        "not the queue.",
        "Compare the QueueName of DlqDepth with the DLQ's: lab call cloudwatch describe-alarms "
        "AlarmNamePrefix=IngestionLab. A deployment that changes the alarm writes it anew: "
        "lab up -c dlqDepthAlarmMessages=1 -c dlqAgeAlarmSeconds=90. The orders: "
        "lab tune --event-schema v1, lab redrive start --wait.",
    ),
    runbook="dlq_depth_alarm.md",
)
