"""Incident: a client whose clock is set back again and again makes the same key for different orders."""

import json
import time
from collections import Counter
from collections.abc import Callable

from ops.lab.actions import dead_letters, traffic
from ops.lab.app import dlq_resend, queue_walk
from ops.lab.app.redrive_client import RedriveClient
from ops.lab.app.traffic import Event, order
from ops.lab.drills.declaration import DrillCheck, DrillStep, ReversibleChange, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import Incident, IncidentRepair, OrderTraffic, Ticket
from ops.lab.incidents.till import BY_NUMBER, GOOD_SERVER, STUCK_SERVER, Till, TillSettings
from ops.lab.probes import logs

_TILL = Till("till-7")
_EVERY_FOURTH = 4
# How long a confirmation may take that comes.
_CONFIRMED_WITHIN_SECONDS = 15.0


def _order(run: str, number: int) -> Event:
    """Every fourth is the till's; the others are of clients that are well."""
    if number % _EVERY_FOURTH == 0:
        return _TILL.order(run, number)
    return order(f"{run}-{number:06d}", number)


def _set_up(settings: TillSettings) -> ReversibleChange:
    _TILL.write(settings)
    return ReversibleChange("till-7 is set up", _TILL.remove)


def _unconfirmed(scene: Scene) -> int:
    """The till's orders that were accepted some time ago and have no success event, under whatever key."""
    return _unconfirmed_of(scene, time.time() - _CONFIRMED_WITHIN_SECONDS)


def _unconfirmed_of(scene: Scene, due: float) -> int:
    """Those of them that were accepted before `due`, in seconds since the epoch."""
    made, confirmed = _TILL.keys(), logs.announced_orders(scene.target, scene.started_at)
    own = set(made.values())
    taken = Counter(each.key for each in scene.ledger.accepted if each.accepted_at < due and each.key in own)
    done = Counter(key for order_id, key in made.items() if order_id in confirmed)
    return sum((taken - done).values())


def _resend(scene: Scene) -> str:
    """As `lab dlq resend` does, once more for those that come to the DLQ later."""
    return _until_confirmed(scene, lambda: len(dlq_resend.resend(scene.target)))


def _send_by_hand(scene: Scene) -> str:
    """What the preview shows, sent under the order's own id; then those letters are deleted."""

    def send() -> int:
        url = scene.target.output("DlqUrl")
        shown = RedriveClient.of(scene.target).preview().letters
        bodies = [json.loads(letter.body) for letter in shown if letter.error_type == "IdempotencyKeyReused"]
        traffic.send_all(scene, [Event(f"{body['orderId']}-again", body) for body in bodies])
        sent = {body["orderId"] for body in bodies}
        gone = queue_walk.delete_matching(
            scene.target, url, lambda message: json.loads(message["Body"]).get("orderId") in sent
        )
        return len(gone)

    return _until_confirmed(scene, send)


def _until_confirmed(scene: Scene, send: Callable[[], int]) -> str:
    """Send until every order is confirmed that was accepted by now: the last one fails some deliveries on."""
    repaired = time.time()
    sent = dead_letters.repeat_until_none_left(
        scene,
        send,
        lambda: _unconfirmed_of(scene, repaired),
        what="a confirmation of every order of the till",
    )
    return f"{sent} orders sent anew"


INCIDENT = Incident(
    name="clock_skewed_producer",
    title="A till whose clock is set back",
    level=3,
    ticket=Ticket(
        sender="The branch at the station",
        subject="Till 7: sales are missing in the evening report",
        text=(
            "Most of what till 7 has sold today is missing in the report, and no other till has that. "
            "The till itself is content: each sale was accepted, it says. The technician left you its "
            "settings, in case you need them: clients/till-7.toml in your lab's folder (.lab). It reads them "
            "before each sale."
        ),
    ),
    cause=(
        "Till 7 makes the idempotency key of an order of its clock, and asks a time server that stands: "
        "every few seconds its clock is set back to 08:00. So different orders come under one key. The "
        "first one owns it; the others are accepted by the API, fail as IdempotencyKeyReused, and end in "
        "the DLQ."
    ),
    pipeline=INGESTION,
    traffic=OrderTraffic(make=_order),
    breaks=(DrillStep("set the till up", lambda scene: _set_up(TillSettings(time_server=STUCK_SERVER))),),
    health=(DrillCheck("every sale of the tills is in the report (how many not)", _unconfirmed, equals(0)),),
    repairs=(
        IncidentRepair(
            "Make the keys of the orders' numbers, and send the refused orders under keys of their own",
            (
                "lab redrive preview --error-type IdempotencyKeyReused",
                "lab keys show KEY",
                "cat .lab/clients/till-7.toml",
                """sed -i 's/order_key = "time"/order_key = "number"/' .lab/clients/till-7.toml""",
                "lab dlq resend",
                "lab dlq resend    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep(
                    "make keys of numbers",
                    lambda scene: _TILL.write(TillSettings(STUCK_SERVER, order_key=BY_NUMBER)),
                ),
                DrillStep("send the refused orders anew", _resend),
            ),
        ),
        IncidentRepair(
            "Put the clock right, and send the refused orders by hand",
            (
                f"sed -i 's/{STUCK_SERVER}/{GOOD_SERVER}/' .lab/clients/till-7.toml",
                "lab redrive preview --max 100 --json    # each has its body",
                "curl --fail -X POST API_URL/events -H 'idempotency-key: ORDER_ID-again' -d 'BODY'    # each",
                "lab dlq purge    # once each of them was accepted",
            ),
            (
                DrillStep("ask a good time server", lambda scene: _TILL.write(TillSettings(GOOD_SERVER))),
                DrillStep("send the refused orders by hand", _send_by_hand),
            ),
        ),
    ),
    hints=(
        "The API accepted these orders. What became of them then? Find one that till 7 sold.",
        "What do the orders in the DLQ say they failed of, and whose are they? lab redrive preview",
        "Another order has the key already. Compare till 7's keys with its soldAt: what are they made of?",
        "Till 7's clock is set back every few seconds. In .lab/clients/till-7.toml, have the key made of the "
        "number, or the time server changed. Then `lab dlq resend`, now and once more a minute later.",
    ),
    runbook="idempotency_repair.md",
)
