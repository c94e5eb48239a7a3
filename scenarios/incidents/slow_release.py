"""Incident: a release waits longer for each order than Lambda lets the worker run."""

from ops.lab.actions import dead_letters, levers
from ops.lab.actions.release import SourceEdit, release, roll_back
from ops.lab.app.function_names import FunctionName
from ops.lab.drills.declaration import DrillStep
from ops.lab.drills.ingestion_pipeline import INGESTION
from ops.lab.incidents.declaration import Incident, IncidentRepair, OrderTraffic, Ticket

_FILE = "functions/processor/downstream.py"
_CALL = "            self.exchange(deadline)\n"
_CALL_THAT_WAITS = (
    f"{_CALL}            for seconds in (0.5, 0.9, 1.8):  # the warehouse confirms late\n"
    "                time.sleep(seconds)\n"
)
_TIMEOUT, _VISIBILITY = 10, 61
_REDRIVE = DrillStep("redrive what failed meanwhile", dead_letters.redrive_all)


INCIDENT = Incident(
    name="slow_release",
    title="A release that takes longer than the worker may",
    level=2,
    ticket=Ticket(
        sender="The shop's order desk",
        subject="Hardly any confirmations",
        text=(
            "We take orders as always and get no errors. But the list of confirmed orders has stopped "
            "growing, and some orders show as being worked on, then as waiting, then as worked on again."
        ),
    ),
    cause=(
        "A release of the worker waits 3.2 s after each order for a confirmation. Lambda ends the worker "
        "after 3 s: no attempt lives to say how it ended, and each order is tried until it is a dead letter."
    ),
    pipeline=INGESTION,
    traffic=OrderTraffic(per_second=0.5),
    breaks=(
        DrillStep(
            "release the worker",
            lambda scene: release(
                scene.target, FunctionName.WORKER, [SourceEdit(_FILE, _CALL, _CALL_THAT_WAITS)]
            ),
        ),
    ),
    repairs=(
        IncidentRepair(
            "Roll the release back",
            (
                "lab alarms --raised",
                "lab logs worker --since 5m --filter 'Task timed out'",
                "lab code show",
                "lab code rollback --yes",
                "lab redrive start --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep("roll back", lambda scene: roll_back(scene.target)),
                _REDRIVE,
            ),
        ),
        IncidentRepair(
            "Give the worker the time that it needs",
            (
                f"lab tune --visibility {_VISIBILITY} --worker-timeout {_TIMEOUT} --batch-size 1",
                "lab redrive start --wait",
                "lab redrive start --wait    # a minute later: what was on its last delivery",
            ),
            (
                DrillStep(
                    "hide orders for longer", lambda scene: levers.VISIBILITY.put(scene.target, _VISIBILITY)
                ),
                DrillStep(
                    "give the worker more time",
                    lambda scene: levers.WORKER_TIMEOUT.put(scene.target, _TIMEOUT),
                ),
                DrillStep("one order a batch", lambda scene: levers.BATCH_SIZE.put(scene.target, 1)),
                _REDRIVE,
            ),
        ),
    ),
    hints=(
        "Nothing says that it failed. Which alarm is raised, and what does it count?",
        "How do the worker's invocations end? lab logs worker, or lab query timeouts",
        "Lambda ends each after 3 s. What does the worker do in that time, and did it do so an hour ago? "
        "lab trace KEY, lab code show",
        "Since a release the work takes longer than worker-timeout. Either back: lab code rollback; or more "
        "time for one order: lab tune --visibility 61 --worker-timeout 10 --batch-size 1. Then redrive.",
    ),
    runbook="timeout_vs_visibility.md",
)
