"""Catalogue of drills: where their declarations stand, and which there are.

A declaration is a file `<name>.py` that declares one `DRILL` of that name. Files stand in

    scenarios/drills               the lab's own
    a package of an entry point    of the group `dlq_lab.drills`: what another distribution brings
    a folder of LAB_DRILLS         folders, separated as in PATH
    a folder of the caller         `--drills` of `lab drill`

A file that begins with _ is no drill. A name that stands in two places is refused.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from ops.lab.drills.declaration import Drill, DrilledPipeline
from ops.lab.errors import Refused
from ops.lab.repository import REPOSITORY

# Found by its path: an entry point would be missing wherever the metadata of an editable install is older.
FOLDER = REPOSITORY / "scenarios" / "drills"
ENTRY_POINTS = "dlq_lab.drills"
VARIABLE = "LAB_DRILLS"


@dataclass(frozen=True)
class DrillFile:
    """Where a drill is declared. `package` is the importable one that the file is in, if any."""

    path: Path
    package: str | None = None

    @property
    def name(self) -> str:
        return self.path.stem

    def load(self) -> Drill:
        """The declaration. Raises Refused where the file has none of its name."""
        drill = getattr(self._module(), "DRILL", None)
        if not isinstance(drill, Drill) or drill.name != self.name:
            raise Refused(f"{self.path} does not declare a DRILL named {self.name!r}")
        return drill

    def _module(self) -> ModuleType:
        if self.package:
            return importlib.import_module(f"{self.package}.{self.name}")
        spec = spec_from_file_location(f"dlq_lab_drills_{self.name}", self.path)
        assert spec is not None  # of a .py file there is always one
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[spec.name] = module  # where dataclasses look for the names of their annotations
        spec.loader.exec_module(module)
        return module


def names(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all drills, in alphabetical order; those of `folders` too."""
    return sorted(_files(folders))


def load(name: str, folders: Sequence[Path] = ()) -> Drill:
    """The drill of this name. Raises Refused where there is none, or where a name stands twice."""
    files = _files(folders)
    if name not in files:
        raise Refused(
            f"there is no drill {name!r}", hint=f"there are: {', '.join(sorted(files)) or 'none here'}"
        )
    return files[name].load()


def load_all(folders: Sequence[Path] = ()) -> list[Drill]:
    """Every drill, in alphabetical order."""
    return [file.load() for _, file in sorted(_files(folders).items())]


def names_of(pipeline: DrilledPipeline) -> list[str]:
    """The names of the drills that break this pipeline."""
    return [drill.name for drill in load_all() if drill.pipeline is pipeline]


def _files(folders: Sequence[Path]) -> dict[str, DrillFile]:
    found: dict[str, DrillFile] = {}
    for file in _all_files(folders):
        other = found.setdefault(file.name, file)
        if other.path != file.path:
            raise Refused(
                f"two drills are named {file.name}: {other.path} and {file.path}", hint="rename one of them"
            )
    return found


def _all_files(folders: Sequence[Path]) -> Iterator[DrillFile]:
    if FOLDER.is_dir():
        yield from _in_folder(FOLDER)
    for entry_point in entry_points(group=ENTRY_POINTS):
        for place in _package_folders(entry_point):
            yield from _in_folder(place, entry_point.value)
    named = [Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    for folder in (*named, *folders):
        if not folder.is_dir():
            raise Refused(f"there is no folder {folder} of drills", hint=f"see --drills and {VARIABLE}")
        yield from _in_folder(folder)


def _package_folders(entry_point: EntryPoint) -> list[Path]:
    try:
        return [Path(place) for place in entry_point.load().__path__]
    except (ImportError, AttributeError) as error:
        raise Refused(
            f"{entry_point.value}, which brings drills, is no package that can be imported: {error}",
            hint=f"it is the entry point {entry_point.name} of {ENTRY_POINTS}",
        ) from error


def _in_folder(folder: Path, package: str | None = None) -> Iterator[DrillFile]:
    return (DrillFile(path, package) for path in sorted(folder.resolve().glob("[!_]*.py")))
