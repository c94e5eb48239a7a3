"""Catalogue of incidents: where their declarations stand, which there are, and one of them by chance.

A declaration is a file `<name>.py` that declares one `INCIDENT` of that name. Files stand in
`scenarios/incidents`, in packages of the entry point `dlq_lab.incidents`, and in folders of LAB_INCIDENTS.
"""

import random
from collections.abc import Collection

from ops.lab.drills.declaration import DrilledPipeline
from ops.lab.drills.declaration_files import DeclarationPlaces
from ops.lab.errors import Refused
from ops.lab.incidents.declaration import Incident
from ops.lab.repository import REPOSITORY

_CONSTANT = "INCIDENT"
_VARIABLE = "LAB_INCIDENTS"
_PLACES = DeclarationPlaces(
    noun="incident",
    folder=REPOSITORY / "scenarios" / "incidents",
    entry_points="dlq_lab.incidents",
    variable=_VARIABLE,
    option=_VARIABLE,
)


def names() -> list[str]:
    """The names of all incidents, in alphabetical order."""
    return list(_PLACES.files())


def load(name: str) -> Incident:
    """The incident of this name. Raises Refused where there is none; the hint does not say which there are:
    that would tell an attendee too much."""
    files = _PLACES.files()
    if name not in files:
        raise Refused(f"there is no incident {name!r}", hint="start one by chance: lab incident start random")
    return files[name].load(Incident, _CONSTANT)


def load_all() -> list[Incident]:
    """Every incident, in alphabetical order."""
    return [file.load(Incident, _CONSTANT) for file in _PLACES.files().values()]


def names_of(pipeline: DrilledPipeline) -> list[str]:
    """The names of the incidents of this pipeline."""
    return [incident.name for incident in load_all() if incident.pipeline is pipeline]


def choose(seed: int, level: int | None = None, without: Collection[DrilledPipeline] = ()) -> Incident:
    """One by chance: the same seed, level and catalogue give the same one. `without` are pipelines that are
    not deployed. Raises Refused where there is none of this level."""
    fitting = [
        each
        for each in load_all()
        if level in (None, each.level) and not any(each.pipeline is absent for absent in without)
    ]
    if not fitting:
        raise Refused(
            f"there is no incident of level {level}", hint="which levels there are: lab incident list"
        )
    # Neighbouring seeds give different ones, until all have been drawn.
    turns, place = divmod(seed, len(fitting))
    return random.Random(turns).sample(fitting, len(fitting))[place]  # nosec B311 - a game's choice, for repetition
