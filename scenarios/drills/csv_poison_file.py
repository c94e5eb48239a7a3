"""GameDay "Poison file": one file that the API refuses and one that is no CSV, among 99 good ones."""

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions.files import redrive, set_aside, upload, upload_all, upload_picture
from ops.lab.drill_parts.files import FILES_STEADY_STATE, HEAL, await_rest, behave, in_dlq, succeeded
from ops.lab.drill_parts.paging import alarm, dlq_alarm_mailed, mail_is_subscribed
from ops.lab.drills.declaration import Drill, DrillCheck, DrillStep, Proof, equals
from ops.lab.drills.files_pipeline import FILES
from ops.lab.files.csv_file import CsvFile
from ops.lab.probes import files

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
        mail_is_subscribed(FILES),
    ),
    method=(
        behave("have the API refuse one file", ApiBehaviour(failing=f"{FOLDER}/refused")),
        DrillStep("upload that file", lambda scene: upload_all(scene, [REFUSED])),
        DrillStep("upload a picture under a CSV's name", lambda scene: upload_picture(scene, PICTURE)),
        DrillStep(
            f"upload {GOOD} good files of {ROWS} rows",
            lambda scene: upload(scene, GOOD, ROWS, prefix=FOLDER),
        ),
    ),
    observations=(
        succeeded(GOOD, within_seconds=90, title="neighbours SUCCEEDED"),
        DrillCheck(
            "dead letters of a file that no attempt can mend",
            lambda scene: files.dead_letters(scene.target, error_type="PermanentFailure"),
            equals(1),
            within_seconds=60,
        ),
        DrillCheck(
            "dead letters that say what the API answered",
            lambda scene: files.dead_letters(scene.target, saying="503"),
            equals(1),
            within_seconds=90,
        ),
        DrillCheck(
            "events file.failed",
            lambda scene: files.failures_announced(scene.target, scene.started_at),
            equals(2),
            within_seconds=90,
        ),
        in_dlq(equals(2), within_seconds=90),
        alarm("CsvDlqDepth", "ALARM", within_seconds=90),
        dlq_alarm_mailed(FILES, within_seconds=90),
    ),
    repair=(
        HEAL,
        DrillStep("redrive the DLQ", lambda scene: redrive(scene.target)),
        DrillStep("let the queue come to rest", await_rest),
        DrillStep(
            "replace the picture by the CSV that was meant",
            lambda scene: upload_all(scene, [CsvFile(PICTURE, ROWS)]),
        ),
        DrillStep("set the picture's message aside", lambda scene: set_aside(scene.target, PICTURE)),
    ),
    recovery=(
        succeeded(GOOD + 2, within_seconds=30),
        in_dlq(equals(0), within_seconds=5),
        alarm("CsvDlqDepth", "OK", within_seconds=30),
    ),
    proof=Proof(parked=1),
)
