"""Incident: one file of one partner can never be processed, and its dead letter keeps the alarm up."""

from ops.lab.actions import files
from ops.lab.drills.declaration import DrillStep, NotCarriedOut, Proof
from ops.lab.drills.files_pipeline import FILES
from ops.lab.drills.scene import Scene
from ops.lab.files.csv_file import CsvFile
from ops.lab.incidents.declaration import FileTraffic, Incident, IncidentRepair, Ticket
from ops.lab.waiting import eventually

_FOLDER = "partner-17"
_FILE = CsvFile(f"incoming/{_FOLDER}/000001.csv", 20)
_GIVEN_UP_WITHIN_SECONDS = 90.0


def _set_aside(scene: Scene) -> str:
    """Once its last attempt has made a dead letter of it; other files come and go meanwhile."""
    return eventually(
        lambda: files.set_aside(scene.target, _FILE.key),
        within=_GIVEN_UP_WITHIN_SECONDS * scene.patience,
        every=2.0,
        retry_on=(NotCarriedOut,),
        what=f"the dead letter of {_FILE.key}",
    )


_SET_ASIDE = DrillStep("set the file aside", _set_aside)

INCIDENT = Incident(
    name="poison_file",
    title="A file that nobody can process",
    level=1,
    ticket=Ticket(
        sender="Amazon CloudWatch",
        subject='ALARM: "CsvDlqDepth" in US East (N. Virginia)',
        text=(
            "The alarm went off tonight, was redriven by the colleague on call, and went off again a "
            "minute later. Same the time before. Somebody please find out what this is, and make it stop."
        ),
    ),
    cause=(
        "A partner sent a file in which a quotation mark is never closed: its first rows were delivered, and "
        "no attempt can read the rest. Redriven, it comes back. It has to be given up with its reason, "
        "and the partner has to send a file that is one."
    ),
    pipeline=FILES,
    traffic=FileTraffic(every_seconds=5.0),
    breaks=(DrillStep("upload the partner's file", lambda scene: files.upload_broken(scene, _FILE)),),
    repairs=(
        IncidentRepair(
            "Set the file aside, and tell its sender",
            (
                "lab files list --status FAILED",
                "lab logs csv --since 15m --filter PermanentFailure",
                f"lab files set-aside {_FILE.key}",
            ),
            (_SET_ASIDE,),
        ),
        IncidentRepair(
            "Replace it by a file that is one, and give the old one up",
            (
                f"lab files simulate --files 1 --rows 20 --prefix {_FOLDER} --wait",
                f"lab files set-aside {_FILE.key}",
            ),
            (
                DrillStep("upload the corrected file", lambda scene: files.upload_all(scene, [_FILE])),
                _SET_ASIDE,
            ),
        ),
    ),
    hints=(
        "How many files are concerned, and do the others get through?",
        "Every dead letter says why it is there. Would the same file succeed an hour later?",
        "The reason names the byte at which the file stops being a CSV. Nobody but its sender can change "
        "that: it needs no further attempt, it needs to go.",
        f"lab files list --status FAILED names it; lab files set-aside {_FILE.key} gives it up, and keeps "
        "its reason.",
    ),
    runbook="files.md",
    proof=Proof(parked=1),
)
