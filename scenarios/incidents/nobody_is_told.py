"""Incident: orders succeed, and their outcomes go to a place that does not exist any more."""

import time

from ops.lab.actions import dead_letters, rules
from ops.lab.app import undelivered_outcomes
from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillCheck, DrillStep, ReversibleChange, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket
from ops.lab.probes.logs import success_events

# How long an outcome may be on its way from the worker to the log of the outcomes.
_ON_ITS_WAY_SECONDS = 10.0
_HEARD_WITHIN_SECONDS = 90.0
# What a person types to know the bus and the rule by their names.
_FIND_RULE = (
    "BUS=$(lab call events list-event-buses --query \"EventBuses[?Name!='default'].Name | [0]\")",
    "RULE=$(lab call events list-rules EventBusName=$BUS "
    "--query \"Rules[?contains(EventPattern, 'IngestionSuccess')].Name | [0]\")",
)
_LIST_TARGETS = "lab call events list-targets-by-rule Rule=$RULE EventBusName=$BUS --query Targets"


def _move(scene: Scene) -> ReversibleChange:
    """What is undelivered at the end is sent once more, where it belongs."""
    target = scene.target
    change = rules.write_successes_to(target, f"/aws/events/IngestionLab-{target.env_name}-outcomes")

    def restore() -> None:
        change.restore()
        undelivered_outcomes.send_again(target)

    return ReversibleChange(change.what, restore)


def _unheard(scene: Scene) -> int:
    """How many orders have succeeded without an outcome event that arrived, some seconds after they were
    taken."""
    return _unheard_of(scene, time.time() - _ON_ITS_WAY_SECONDS)


def _unheard_of(scene: Scene, due: float) -> int:
    """Those of them that were taken before `due`, in seconds since the epoch."""
    keys = [entry.key for entry in scene.ledger.accepted if entry.accepted_at < due]
    # The table first: what it calls succeeded was announced before.
    succeeded = [key for key, item in read_items(scene.target, keys).items() if item.succeeded]
    heard = success_events(scene.target, scene.started_at)
    return sum(key not in heard for key in succeeded)


def _right_group(target: Target) -> str:
    return rules.write_successes_to(target, target.output("OutcomeLogGroupName")).what


def _send_again(scene: Scene) -> str:
    """As `lab outcomes send-again` does, once more for what was on its way to the old target until now."""
    repaired = time.time()
    sent = dead_letters.repeat_until_none_left(
        scene,
        lambda: undelivered_outcomes.send_again(scene.target).sent,
        lambda: _unheard_of(scene, repaired),
        what="an outcome of every order that is done",
        within_seconds=_HEARD_WITHIN_SECONDS,
        dlq_output=undelivered_outcomes.QUEUE_OUTPUT,
        hint="lab outcomes undelivered",
    )
    return f"{sent} outcomes sent again"


_SEND_AGAIN = DrillStep("send the undelivered outcomes again", _send_again)

INCIDENT = Incident(
    name="nobody_is_told",
    title="Outcomes do not arrive",
    level=2,
    ticket=Ticket(
        sender="Warehouse",
        subject="No orders to pack since 20 minutes",
        text=(
            "Our screen lists each order as soon as yours is done with it. It has been empty for twenty "
            "minutes. The shops say that their orders are through, and your status page is green."
        ),
    ),
    cause=(
        "A release renamed the log group that the outcomes are written to, and took the rule's target along, "
        "but the group was never made. EventBridge finds no target and puts the events into the queue of "
        "what it could not deliver: they are not lost, nobody hears of them."
    ),
    pipeline=INGESTION,
    breaks=(DrillStep("write the successes to a log group that is not there", _move),),
    health=(
        DrillCheck(
            "somebody is told of each order that is done (of how many not)",
            _unheard,
            equals(0),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Put the target right, and send again what waits",
            (
                "lab outcomes undelivered",
                *_FIND_RULE,
                "lab call logs describe-log-groups logGroupNamePrefix=/aws/events",
                f"TARGETS=$({_LIST_TARGETS} | sed 's|-outcomes\"|\"|')",
                'lab call events put-targets Rule=$RULE EventBusName=$BUS "Targets=$TARGETS"',
                "lab outcomes send-again",
                "lab outcomes send-again    # a moment later: what was still on its way",
            ),
            (
                DrillStep("put the target right", lambda scene: _right_group(scene.target)),
                _SEND_AGAIN,
            ),
        ),
        IncidentRepair(
            "Give the rule another target, and send again what waits",
            (
                *_FIND_RULE,
                f'TARGETS=$({_LIST_TARGETS} | sed \'s|-outcomes"|"|; s|"Target0"|"log"|\')',
                'lab call events put-targets Rule=$RULE EventBusName=$BUS "Targets=$TARGETS"',
                "lab call events remove-targets Rule=$RULE EventBusName=$BUS Ids='[\"Target0\"]'",
                "lab outcomes send-again",
                "lab outcomes send-again    # a moment later: what was still on its way",
            ),
            (
                DrillStep(
                    "give the rule another target",
                    lambda scene: rules.add_outcome_target(scene.target, "log"),
                ),
                _SEND_AGAIN,
            ),
        ),
    ),
    hints=(
        "The orders are done: lab keys list. Who tells others of it, and over what?",
        "The worker puts an event on the bus, and the bus passes it on. On which side of the bus does it "
        "get lost?",
        "What the bus could not deliver lies in a queue, with the reason: lab outcomes undelivered.",
        "The rule's target is a log group that does not exist: lab call events list-rules EventBusName=BUS, "
        "lab call events list-targets-by-rule; lab call events put-targets with the ARN of the group that "
        "there is (lab call logs describe-log-groups); then lab outcomes send-again.",
    ),
    runbook="undelivered_outcomes.md",
)
