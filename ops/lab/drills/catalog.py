"""The drills that there are: scenarios/drills/<name>.py declares one each, as DRILL."""

import importlib
from pathlib import Path

from ops.lab.drills.declaration import Drill, DrilledPipeline
from ops.lab.errors import Refused
from ops.lab.local.emulator_process import REPOSITORY

FOLDER = REPOSITORY / "scenarios" / "drills"


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all drills, in alphabetical order; files that begin with _ are no drills."""
    return sorted(file.stem for file in folder.glob("[!_]*.py"))


def load(name: str) -> Drill:
    """The drill of this name. Raises Refused where there is none."""
    if name not in names():
        raise Refused(f"there is no drill {name!r}", hint=f"there are: {', '.join(names()) or 'none here'}")
    drill = importlib.import_module(f"scenarios.drills.{name}").DRILL
    if not isinstance(drill, Drill) or drill.name != name:
        raise Refused(f"scenarios/drills/{name}.py does not declare a DRILL named {name!r}")
    return drill


def load_all() -> list[Drill]:
    return [load(name) for name in names()]


def names_of(pipeline: DrilledPipeline) -> list[str]:
    """The names of the drills that break this pipeline."""
    return [drill.name for drill in load_all() if drill.pipeline is pipeline]
