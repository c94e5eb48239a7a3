"""Incident: orders are held by attempts that are gone, for hours to come."""

import time
from collections.abc import Callable, Collection

from ops.lab.actions import dead_letters, functions, idempotency_keys, levers, traffic
from ops.lab.app.state_table import read_attributes
from ops.lab.app.target import Target
from ops.lab.app.traffic import events_of_run, new_run_name
from ops.lab.drills.declaration import DrillCheck, DrillStep, ReversibleChange, Value, at_most
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import NOT_YET, Incident, IncidentRepair, Ticket
from ops.lab.waiting import eventually

_ORDERS = 6
_LEASE_SECONDS = 21_600
_LONGEST_SECONDS = 60
_FREED_WITHIN_SECONDS = 90.0
_MAKE_SHORT = DrillStep("make leases short", lambda scene: levers.LEASE.put(scene.target, 6))
_REDRIVE = DrillStep("redrive what failed meanwhile", dead_letters.redrive_all)


def _leave_claims(scene: Scene) -> ReversibleChange:
    """Orders that were claimed by a worker which was killed then, and came to the queue again."""
    events = events_of_run(new_run_name(), _ORDERS)
    for event in events:
        idempotency_keys.strand(scene.target, event, _LEASE_SECONDS)
    sent = traffic.send_all(scene, events)
    keys = [event.key for event in events]
    return ReversibleChange(
        f"{sent}, each claimed already", lambda: idempotency_keys.end_leases(scene.target, keys)
    )


def _held(scene: Scene) -> list[str]:
    """The keys that are held for longer than any worker runs."""
    far = time.time() + _LONGEST_SECONDS
    items = read_attributes(scene.target, scene.ledger.keys)
    return [key for key, item in items.items() if float(item.get("leaseExpiresAt", {}).get("N", 0)) > far]


def _free(scene: Scene, act: Callable[[Target, Collection[str]], int]) -> str:
    """Act on the keys that are held for hours until there is none: one whose attempt is alive gives it back,
    one whose attempt died since is left for the next time. New claims are short by now."""
    freed = 0

    def left() -> list[str]:
        nonlocal freed
        freed += act(scene.target, _held(scene))
        return _held(scene)

    eventually(
        left,
        within=_FREED_WITHIN_SECONDS * scene.patience,
        until=lambda held: not held,
        what="the end of every lease of hours",
        hint="lab keys list --only LEASED",
    )
    return f"{freed} keys are free"


def _wait_after_a_crash(scene: Scene) -> Value:
    """How long an order is held whose worker dies; asked once the orders of the ticket are done."""
    return NOT_YET if _held(scene) else functions.worker_lease_seconds(scene.target)


INCIDENT = Incident(
    name="endless_lease",
    title="Leases that do not end",
    level=2,
    ticket=Ticket(
        sender="Customer support",
        subject="Six orders hang",
        text=(
            "Most orders go through. Six of today's do not: the customers have called twice by now. Whenever "
            "I look, the system says that somebody is working on them. Asked around, nobody is. "
            "There was a crash of the worker earlier, but that is over."
        ),
    ),
    cause=(
        "LEASE_SECONDS of the worker was set to six hours, and attempts that were killed have left their "
        "keys claimed for that long. Every delivery of these orders meets the lease (LeaseHeld), and the "
        "last one makes a dead letter of it. The next crash would do the same."
    ),
    pipeline=INGESTION,
    breaks=(
        DrillStep(
            "hold a claimed order for six hours",
            lambda scene: functions.set_worker_lease(scene.target, _LEASE_SECONDS),
        ),
        DrillStep(f"leave {_ORDERS} orders claimed by attempts that are gone", _leave_claims),
    ),
    health=(
        DrillCheck(
            "an order whose worker dies can be tried again soon after (seconds)",
            _wait_after_a_crash,
            at_most(_LONGEST_SECONDS),
        ),
    ),
    repairs=(
        IncidentRepair(
            "End the leases, and make new ones short again",
            (
                "lab redrive preview",
                "lab errors --since 15m",
                "lab tune --lease 6    # first: new claims are short then",
                "lab keys list --only LEASED",
                "lab keys end-lease KEY...    # those that are leased for hours, if their attempts are gone",
                "lab redrive start --error-type AttemptCutOff --wait",
            ),
            (
                _MAKE_SHORT,
                DrillStep(
                    "end the leases of attempts that are gone",
                    lambda scene: _free(scene, idempotency_keys.end_leases),
                ),
                _REDRIVE,
            ),
        ),
        IncidentRepair(
            "Forget the keys: nothing of these orders was done",
            (
                "lab tune --reset",
                "lab status --json    # the table's name",
                "lab keys list --only LEASED",
                "lab keys show KEY    # and again after worker-timeout: is leaseOwner the same?",
                """aws dynamodb delete-item --table-name TABLE --key '{"idempotencyKey": {"S": "KEY"}}' """
                "--condition-expression 'leaseOwner = :gone' "
                """--expression-attribute-values '{":gone": {"S": "LEASE_OWNER"}}'""",
                "lab redrive start --key KEY --key KEY --wait",
            ),
            (
                _MAKE_SHORT,
                DrillStep(
                    "delete the items that attempts left which are gone",
                    lambda scene: _free(scene, idempotency_keys.forget),
                ),
                _REDRIVE,
            ),
        ),
    ),
    hints=(
        "Take one of the orders that hang. What does the worker say whenever it gets it? lab errors",
        "LeaseHeld: another attempt holds the key. Is there one? lab keys list --only LEASED",
        "Until when do they hold it, and how long does a worker run at most? lab tune has both.",
        "New leases are as long: lab tune --lease 6. What is leased for hours then: lab keys end-lease KEY, "
        "which watches first whether the attempt is gone. Then redrive.",
    ),
    runbook="idempotency_repair.md",
)
