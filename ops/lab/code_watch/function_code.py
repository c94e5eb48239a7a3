"""Code of the functions as an archive: what the latest synthesis packed, with `functions/` as it is now.

Only a synthesis, which takes seconds, decides which distributions go along; so those are taken from it.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ops.lab.code_watch.source_watch import CODE_SUFFIXES
from ops.lab.errors import DeploymentFailed

_FUNCTIONS = "functions"
# The earliest that a zip file knows: equal files make equal archives.
_DATE = (1980, 1, 1, 0, 0, 0)


class FunctionCode:
    """Makes the archives. `packed` is the folder of the synthesis, with code that may be old by now."""

    def __init__(self, assembly: Path, repository: Path) -> None:
        """Raises DeploymentFailed where the assembly has no code of functions."""
        self.packed = _packed_folder(assembly)
        self._repository = repository
        self._distributions = _archive(self._unchanging())

    def archive(self) -> bytes:
        """A zip file for UpdateFunctionCode."""
        return _archive(self._current(), onto=self._distributions)

    def _unchanging(self) -> Iterator[tuple[str, Path]]:
        for path in sorted(self.packed.rglob("*")):
            inside = path.relative_to(self.packed)
            if path.is_file() and inside.parts[0] != _FUNCTIONS and "__pycache__" not in inside.parts:
                yield inside.as_posix(), path

    def _current(self) -> Iterator[tuple[str, Path]]:
        for path in sorted((self._repository / _FUNCTIONS).rglob("*")):
            inside = path.relative_to(self._repository)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
            if path.is_file() and not hidden and path.suffix in CODE_SUFFIXES:
                yield inside.as_posix(), path


def _archive(files: Iterator[tuple[str, Path]], onto: bytes = b"") -> bytes:
    """Not compressed: it goes no farther than this machine."""
    written = io.BytesIO(onto)
    written.seek(len(onto))
    with zipfile.ZipFile(written, "a" if onto else "w") as archive:
        for name, path in files:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return written.getvalue()


def _packed_folder(assembly: Path) -> Path:
    """The asset that has `functions/`, by the manifests of the stacks' assets."""
    for manifest in sorted(assembly.glob("*.assets.json")):
        for asset in json.loads(manifest.read_text())["files"].values():
            folder: Path = assembly / asset["source"]["path"]
            if (folder / _FUNCTIONS / "__init__.py").is_file():
                return folder
    raise DeploymentFailed(f"{assembly} has no code of functions", hint="synthesize it again: lab up")
