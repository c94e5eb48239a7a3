"""Incident: the queue gives orders away again while the worker still works on them."""

from ops.lab.actions import dead_letters, event_source, levers, queues
from ops.lab.actions.release import SourceEdit, release
from ops.lab.app.deployed_template import Template
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import DrillCheck, DrillStep, equals
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.drills.scene import Scene
from ops.lab.incidents.declaration import Incident, IncidentRepair, OrderTraffic, Ticket
from ops.lab.probes import logs

_FILE = "functions/processor/downstream.py"
_CALL = "            self.exchange(deadline)\n"
_CALL_THAT_KEEPS_A_LIMIT = f"{_CALL}            time.sleep(0.3)  # the partner takes three orders a second\n"
# A batch of five is received over 2.5 s and worked on for 1.5 s: its first is visible again before that. Half
# of the worker's 3 s is left, for a slow machine: once the visibility is right, no batch must be cut off.
_VISIBILITY, _WINDOW = 3, 3
_LATELY_SECONDS = 10.0
_REDRIVE = DrillStep("redrive what failed meanwhile", dead_letters.redrive_all)


def _taken_again(scene: Scene) -> int:
    return logs.taken_again(scene.target, FunctionName.WORKER, _LATELY_SECONDS)


def _reset(target: Target) -> str:
    changes = [lever.put(target, value) for lever, value in levers.drift(target, Template(target)).items()]
    return "; ".join(map(str, changes))


INCIDENT = Incident(
    name="visibility_shorter_than_work",
    title="A visibility timeout shorter than the work",
    level=2,
    ticket=Ticket(
        sender="The team of the fulfilment service",
        subject="You ask us for more than you sell",
        text=(
            "Since today we see attempts at the same order several times, seconds apart, and your worker's "
            "log has errors about keys that are taken. You told us of the limit of three orders a second "
            "that you keep since this morning; that part is fine and must stay. What is the rest?"
        ),
    ),
    cause=(
        "A received order is hidden for 3 s, but from its receipt until its batch is done it takes 4 s: "
        "2.5 s to fill the batch, and five times 0.3 s of work since the limit. So the queue hands orders "
        "out again that are in work: they meet the lease, or are skipped as duplicates."
    ),
    pipeline=INGESTION,
    traffic=OrderTraffic(per_second=2.0),
    breaks=(
        DrillStep(
            "release the worker that keeps the partner's limit",
            lambda scene: release(
                scene.target, FunctionName.WORKER, [SourceEdit(_FILE, _CALL, _CALL_THAT_KEEPS_A_LIMIT)]
            ),
        ),
        DrillStep(
            "wait longer for full batches",
            lambda scene: event_source.set_batching_window(scene.target, _WINDOW),
        ),
        DrillStep(
            "hide what is received for less long",
            lambda scene: queues.set_visibility_timeout(scene.target, _VISIBILITY),
        ),
    ),
    health=(
        DrillCheck(
            f"no order is taken up again while it is in work (the last {_LATELY_SECONDS:.0f} s)",
            _taken_again,
            equals(0),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Put the visibility timeout back above the work",
            ("lab errors --since 15m", "lab tune", "lab tune --reset", "lab redrive start --wait"),
            (DrillStep("reset the levers", lambda scene: _reset(scene.target)), _REDRIVE),
        ),
        IncidentRepair(
            "Make the batches small",
            ("lab tune --batch-size 1", "lab redrive start --wait"),
            (
                DrillStep("one order a batch", lambda scene: levers.BATCH_SIZE.put(scene.target, 1)),
                _REDRIVE,
            ),
        ),
    ),
    hints=(
        "The same order comes to the worker more than once. Who sends it: the client, or somebody behind it?",
        "lab errors, and lab trace KEY of such an order: how far apart are its deliveries, and how long does "
        "one take?",
        "An order is hidden from its receipt on, while its batch fills and all of the batch is worked on. "
        "Compare the two: lab tune",
        "visibility is 3 s and a batch takes more: lab tune --visibility 19, or lab tune --batch-size 1.",
    ),
    runbook="timeout_vs_visibility.md",
)
