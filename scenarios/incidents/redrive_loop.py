"""Incident: somebody has the DLQ redriven every minute, and what cannot succeed goes round and round."""

import json

from ops.lab.actions import functions, rules
from ops.lab.app.function_names import FunctionName
from ops.lab.app.traffic import Event, order
from ops.lab.drill_parts.ingestion import REDRIVE_ALL
from ops.lab.drills.declaration import DrillCheck, DrillStep, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, OrderTraffic, Ticket

_RULE = "keep-dlq-empty"
# What API Gateway would hand over for POST /redrive/start; the limit lets none be parked for a long time.
_REQUEST = {
    "version": "2.0",
    "routeKey": "POST /redrive/start",
    "headers": {"content-type": "application/json"},
    "body": json.dumps({"maxMessages": 1000, "maxRedrives": 100, "minAgeSeconds": 5}),
}
_REDRIVE_COMMAND = "lab redrive start --max 1000 --max-redrives 100 --wait"
_REDRIVING = (FunctionName.REDRIVE, FunctionName.REDRIVE_RUNNER)


def _order(run: str, number: int) -> Event:
    """Most clients send a currency; every fourth order is of one that does not."""
    event = order(f"{run}-{number:06d}", number)
    return event if number % 4 == 0 else Event(event.key, event.body | {"currency": "CHF"})


def _demand(version: str) -> DrillStep:
    return DrillStep(f"demand schema {version}", lambda scene: functions.demand_schema(scene.target, version))


INCIDENT = Incident(
    name="redrive_loop",
    title="A redrive that runs by itself",
    level=2,
    ticket=Ticket(
        sender="Finance, cloud costs",
        subject="Why does the worker cost so much since this week?",
        text=(
            "The bill for the order pipeline is a multiple of last month's, with the same number of orders. "
            "And one client says that some of its orders are still 'in progress' after hours. The DLQ is "
            "nearly empty whenever I look, so it cannot be that?"
        ),
    ),
    cause=(
        "The worker demands a currency, which one client does not send. Instead of asking why, somebody had "
        "a rule call the redrive every minute: the letters fail, come to the DLQ, are sent round again, "
        "and count as work each time."
    ),
    pipeline=INGESTION,
    traffic=OrderTraffic(make=_order),
    breaks=(
        _demand("v2"),
        DrillStep(
            "have the DLQ redriven every minute",
            lambda scene: rules.call_every_minute(scene.target, _RULE, FunctionName.REDRIVE, _REQUEST),
        ),
    ),
    health=(
        DrillCheck(
            "nothing is done that nobody asked for (how much is)",
            lambda scene: rules.scheduled_calls(scene.target, _REDRIVING),
            equals(0),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Disable the rule, repair the cause, redrive once",
            (
                "lab logs redrive --since 10m",
                "lab call events list-rules",
                f"lab call events disable-rule Name={_RULE}",
                "lab errors --since 15m",
                "lab tune --event-schema v1",
                _REDRIVE_COMMAND,
                f"{_REDRIVE_COMMAND}    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep("disable the rule", lambda scene: rules.disable_rule(scene.target, _RULE)),
                _demand("v1"),
                REDRIVE_ALL,
            ),
        ),
        IncidentRepair(
            "Take both forms of an order, and delete the rule",
            (
                "lab tune --event-schema v2-compatible",
                f"lab call events list-targets-by-rule Rule={_RULE}",
                f"lab call events remove-targets Rule={_RULE} Ids='[\"redrive\"]'",
                f"lab call events delete-rule Name={_RULE}",
                _REDRIVE_COMMAND,
                f"{_REDRIVE_COMMAND}    # a minute later: what was on its last delivery",
            ),
            (
                _demand("v2-compatible"),
                DrillStep("delete the rule", lambda scene: rules.delete_rule(scene.target, _RULE)),
                REDRIVE_ALL,
            ),
        ),
    ),
    hints=(
        "An order that is still in progress after hours: how often was it tried? lab keys list.",
        "The attempts never end, though a message is tried a few times and then lies in the DLQ. Who takes "
        "it out of there?",
        "lab logs redrive shows when a redrive was asked for. No person asks every minute: what calls a "
        "function on a schedule?",
        "lab call events list-rules has a rule that is not the app's; lab call events disable-rule "
        "Name=NAME stops it. Then the reason for which they fail (lab errors), lab tune --event-schema v1, "
        "and lab redrive start --max-redrives 100 --wait: with fewer, what went round often is parked.",
    ),
    runbook="poison_pill.md",
)
