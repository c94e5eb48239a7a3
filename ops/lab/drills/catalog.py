"""Catalogue of drills: where their declarations stand, and which there are.

A declaration is a file `<name>.py` that declares one `DRILL` of that name. Files stand in

    scenarios/drills               the lab's own
    a package of an entry point    of the group `dlq_lab.drills`: what another distribution brings
    a folder of LAB_DRILLS         folders, separated as in PATH
    a folder of the caller         `--drills` of `lab drill`
"""

from collections.abc import Sequence
from pathlib import Path

from ops.lab.drills.declaration import Drill, DrilledPipeline
from ops.lab.drills.declaration_files import DeclarationPlaces
from ops.lab.repository import REPOSITORY

# Found by its path: an entry point would be missing wherever the metadata of an editable install is older.
FOLDER = REPOSITORY / "scenarios" / "drills"
_CONSTANT = "DRILL"
_PLACES = DeclarationPlaces(
    noun="drill",
    folder=FOLDER,
    entry_points="dlq_lab.drills",
    variable="LAB_DRILLS",
    option="--drills",
)


def names(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all drills, in alphabetical order; those of `folders` too."""
    return list(_PLACES.files(folders))


def load(name: str, folders: Sequence[Path] = ()) -> Drill:
    """The drill of this name. Raises Refused where there is none, or where a name stands twice."""
    return _PLACES.file(name, folders).load(Drill, _CONSTANT)


def load_all(folders: Sequence[Path] = ()) -> list[Drill]:
    """Every drill, in alphabetical order."""
    return [file.load(Drill, _CONSTANT) for file in _PLACES.files(folders).values()]


def names_of(pipeline: DrilledPipeline) -> list[str]:
    """The names of the drills that break this pipeline."""
    return [drill.name for drill in load_all() if drill.pipeline is pipeline]
