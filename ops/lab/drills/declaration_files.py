"""Files of declarations: where they stand, and how one is loaded by its name.

A declaration is a file `<name>.py` that declares one constant of that name, such as `DRILL`. A file that
begins with _ is none. A name that stands in two places is refused.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeVar

from ops.lab.errors import Refused


class Named(Protocol):
    """What is declared: it has a name, that of its file."""

    @property
    def name(self) -> str: ...


Declared = TypeVar("Declared", bound=Named)


@dataclass(frozen=True)
class DeclarationFile:
    """Where something is declared. `package` is the importable one that the file is in, if any."""

    path: Path
    package: str | None = None

    @property
    def name(self) -> str:
        return self.path.stem

    def load(self, kind: type[Declared], constant: str) -> Declared:
        """The declaration. Raises Refused where the file has none of its name."""
        found = getattr(self._module(constant), constant, None)
        if not isinstance(found, kind) or found.name != self.name:
            raise Refused(f"{self.path} does not declare {_article(constant)} named {self.name!r}")
        return found

    def _module(self, constant: str) -> ModuleType:
        if self.package:
            return importlib.import_module(f"{self.package}.{self.name}")
        spec = spec_from_file_location(f"dlq_lab_{constant.lower()}s_{self.name}", self.path)
        assert spec is not None  # of a .py file there is always one
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[spec.name] = module  # where dataclasses look for the names of their annotations
        spec.loader.exec_module(module)
        return module


@dataclass(frozen=True)
class DeclarationPlaces:
    """Where declarations of one kind stand: the lab's own folder, packages of an entry point, folders that a
    variable names, and those of the caller. `noun` is what one is called, `option` what names a folder."""

    noun: str
    folder: Path
    entry_points: str
    variable: str
    option: str

    def files(self, folders: Sequence[Path] = ()) -> dict[str, DeclarationFile]:
        """Every file by its name, in alphabetical order."""
        found: dict[str, DeclarationFile] = {}
        for file in self._all(folders):
            other = found.setdefault(file.name, file)
            if other.path != file.path:
                raise Refused(
                    f"two {self.noun}s are named {file.name}: {other.path} and {file.path}",
                    hint="rename one of them",
                )
        return dict(sorted(found.items()))

    def file(self, name: str, folders: Sequence[Path] = ()) -> DeclarationFile:
        """The one of this name. Raises Refused where there is none."""
        files = self.files(folders)
        if name not in files:
            near = get_close_matches(name, files, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            raise Refused(
                f"there is no {self.noun} {name!r}",
                hint=f"{meant}there are: {', '.join(files) or 'none here'}",
            )
        return files[name]

    def _all(self, folders: Sequence[Path]) -> Iterator[DeclarationFile]:
        if self.folder.is_dir():
            yield from _in_folder(self.folder)
        for entry_point in entry_points(group=self.entry_points):
            for place in self._package_folders(entry_point):
                yield from _in_folder(place, entry_point.value)
        named = [Path(folder) for folder in os.environ.get(self.variable, "").split(os.pathsep) if folder]
        for folder in (*named, *folders):
            if not folder.is_dir():
                raise Refused(
                    f"there is no folder {folder} of {self.noun}s",
                    hint=f"see {self.option} and {self.variable}",
                )
            yield from _in_folder(folder)

    def _package_folders(self, entry_point: EntryPoint) -> list[Path]:
        try:
            return [Path(place) for place in entry_point.load().__path__]
        except (ImportError, AttributeError) as error:
            raise Refused(
                f"{entry_point.value}, which brings {self.noun}s, is no package that can be imported: "
                f"{error}",
                hint=f"it is the entry point {entry_point.name} of {self.entry_points}",
            ) from error


def _in_folder(folder: Path, package: str | None = None) -> Iterator[DeclarationFile]:
    return (DeclarationFile(path, package) for path in sorted(folder.resolve().glob("[!_]*.py")))


def _article(constant: str) -> str:
    return f"an {constant}" if constant[0] in "AEIOU" else f"a {constant}"
