"""GameDay "Poison file": one file that the API refuses and one that is no CSV, among 99 good ones."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions import csv_redrive, uploads
from ops.lab.drills.declaration import Check, Drill, Step
from ops.lab.drills.files.pipeline import FILES
from ops.lab.drills.proof import Proof
from ops.lab.drills.tolerance import at_least, equals
from ops.lab.files.csv_file import CsvFile
from ops.lab.probes import files, mail
from scenarios.drills._checks import alarm
from scenarios.drills._files import FILES_STEADY_STATE, HEAL, await_rest, behave, dead_letters, succeeded

GOOD, ROWS = 99, 10
FOLDER = "poison-file"
REFUSED = CsvFile(f"incoming/{FOLDER}/refused.csv", ROWS)
PICTURE = f"incoming/{FOLDER}/picture.csv"

DRILL = Drill(
    name="csv_poison_file",
    title="One file is refused, another is no CSV",
    story=(
        "The API refuses every row of one file; somebody else uploads a picture under a CSV's name. Both go "
        "to the DLQ with their reasons, and its alarm pages; their 99 neighbours succeed. A redrive "
        "completes the first once the API takes it; the picture comes back, and its owner has to replace it."
    ),
    minutes=1.5,
    pipeline=FILES,
    hypothesis=(
        *FILES_STEADY_STATE,
        Check(
            "addresses that get alarms by mail",
            lambda scene: mail.subscriptions(scene.target, scene.target.output(FILES.topic)),
            at_least(1),
            within_seconds=0,
            hint="give one: lab up -c alarmEmail=me@example.com",
            on_aws=False,
        ),
    ),
    method=(
        behave("have the API refuse one file", ApiBehaviour(failing=f"{FOLDER}/refused")),
        Step("upload that file", lambda scene: uploads.send_all(scene, [REFUSED])),
        Step("upload a picture under a CSV's name", lambda scene: uploads.send_picture(scene, PICTURE)),
        Step(
            f"upload {GOOD} good files of {ROWS} rows",
            lambda scene: uploads.send(scene, GOOD, ROWS, prefix=FOLDER),
        ),
    ),
    observations=(
        succeeded(GOOD, within_seconds=90, title="neighbours SUCCEEDED"),
        Check(
            "dead letters of a file that no attempt can mend",
            lambda scene: files.dead_letters(scene.target, error_type="PermanentFailure"),
            equals(1),
            within_seconds=60,
        ),
        Check(
            "dead letters that say what the API answered",
            lambda scene: files.dead_letters(scene.target, saying="503"),
            equals(1),
            within_seconds=90,
        ),
        Check(
            "events file.failed",
            lambda scene: files.failures_announced(scene.target, scene.started_at),
            equals(2),
            within_seconds=90,
        ),
        dead_letters(equals(2), within_seconds=90),
        alarm("CsvDlqDepth", "ALARM", within_seconds=90),
        Check(
            "mails about the DLQ alarm",
            lambda scene: mail.delivered(
                scene.target, scene.started_at, scene.target.output("CsvDlqDepthAlarmName")
            ),
            at_least(1),
            within_seconds=90,
            on_aws=False,
        ),
    ),
    repair=(
        HEAL,
        Step("redrive the DLQ", lambda scene: csv_redrive.redrive(scene.target)),
        Step("let the queue come to rest", await_rest),
        Step(
            "replace the picture by the CSV that was meant",
            lambda scene: uploads.send_all(scene, [CsvFile(PICTURE, ROWS)]),
        ),
        Step("set the picture's message aside", lambda scene: csv_redrive.set_aside(scene.target, PICTURE)),
    ),
    recovery=(
        succeeded(GOOD + 2, within_seconds=30),
        dead_letters(equals(0), within_seconds=5),
        alarm("CsvDlqDepth", "OK", within_seconds=30),
    ),
    proof=Proof(parked=1),
)
