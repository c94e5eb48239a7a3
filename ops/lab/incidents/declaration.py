"""Declaration of an incident: data, which `lab incident` carries out without saying what it is.

    ticket    what a customer or an alarm says: a symptom
    traffic   what clients send all the while
    breaks    the changes that are the cause, through the APIs that a release or a person would use
    health    what is whole again once the incident is over, besides what every incident is measured by
    repairs   the ways that heal, the expert's first: for `solve`, and for the tests, which play each of them
    hints     from vague to plain

A repair counts by its effect: nothing compares an attendee's commands with these.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from functions.files.rounds.priority import INCOMING
from ops.lab.app.traffic import Event, order
from ops.lab.drills.declaration import DrillCheck, DrilledPipeline, DrillStep, Proof
from ops.lab.files.csv_file import CsvFile

# What the probe of a health check answers while nothing can be said: its line is left out, and it goes on.
NOT_YET = "not known yet"


@dataclass(frozen=True)
class Ticket:
    """The words that an attendee gets. They tell what somebody saw, and neither cause nor place."""

    sender: str
    subject: str
    text: str


@dataclass(frozen=True)
class OrderTraffic:
    """Orders that clients send to the ingestion API until the incident is over.

    `make` gives the order of a run's name and a number, counted from 1: the same two give the same order.
    """

    per_second: float = 1.0
    make: Callable[[str, int], Event] = lambda run, number: order(f"{run}-{number:06d}", number)


@dataclass(frozen=True)
class FileTraffic:
    """CSV files that arrive in the files pipeline's bucket until the incident is over.

    `make` gives the file of a run's name and a number, counted from 1. A `CsvFile` and no rows: the proof
    knows its rows by their numbers.
    """

    every_seconds: float = 5.0
    make: Callable[[str, int], CsvFile] = lambda run, number: CsvFile(f"{INCOMING}{run}/{number:06d}.csv", 10)


@dataclass(frozen=True)
class IncidentRepair:
    """A way that heals. `commands` is what a person types, for `solve`; `steps` is the same, for a test.

    Both end with what was left behind: the dead letters are redriven, the keys are free.
    """

    title: str
    commands: tuple[str, ...]
    steps: tuple[DrillStep, ...]


@dataclass(frozen=True)
class Incident:
    """`level` is 1 (one lever, loud) to 3 (quiet, or more than one cause). `cause` and `title` are told once
    it is over. A title of `health` names a symptom and never the cause: an attendee reads it in `check`.

    `runbook` is the file in `ops/runbooks` that leads to the repair. `proof` is what may be left at the end.
    """

    name: str
    title: str
    level: int
    ticket: Ticket
    cause: str
    pipeline: DrilledPipeline
    breaks: tuple[DrillStep, ...]
    repairs: tuple[IncidentRepair, ...]
    hints: tuple[str, ...]
    runbook: str
    traffic: OrderTraffic | FileTraffic = field(default_factory=OrderTraffic)
    health: tuple[DrillCheck, ...] = ()
    proof: Proof = field(default_factory=Proof)

    def __post_init__(self) -> None:
        if self.level not in (1, 2, 3) or len(self.repairs) < 2 or len(self.hints) < 3:
            raise ValueError(f"{self.name}: a level of 1 to 3, two repairs and three hints, at least")
