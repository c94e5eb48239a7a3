"""Checksums of a kit: its list of every file, as `sha256sum` writes and checks it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.kit.installer.contents import KitRefusal

LIST = "SHA256SUMS"
_COPY_AGAIN = "copy the kit again and unpack it into a new folder"
# Beside them a person may keep what they like, such as the installed lab.
_CLOSED_FOLDERS = ("program", "wheels", "npm", "sources")
_SHOWN = 5


@dataclass(frozen=True)
class KitChecksums:
    """What the files below `kit` should be, by their relative paths."""

    kit: Path
    expected: dict[str, str]

    @classmethod
    def read(cls, kit: Path) -> "KitChecksums":
        """Raises KitRefusal where the list is missing or is none."""
        try:
            lines = (kit / LIST).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise KitRefusal(f"{LIST} cannot be read: {error.strerror}", hint=_COPY_AGAIN) from error
        expected = {}
        for number, line in enumerate(lines, 1):
            digest, separator, name = line.partition("  ")
            if not separator or len(digest) != 64:
                raise KitRefusal(f"{LIST} is damaged in line {number}", hint=_COPY_AGAIN)
            expected[name] = digest
        return cls(kit, expected)

    def verify(self) -> None:
        """Raises KitRefusal with the names of the files that are changed, missing or not of the kit."""
        wrong = [*self._wrong_files(), *self._foreign_files()]
        if wrong:
            more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
            raise KitRefusal(
                f"this kit is not as it was made: {', '.join(wrong[:_SHOWN])}{more}", hint=_COPY_AGAIN
            )

    def _wrong_files(self) -> Iterator[str]:
        for name, digest in self.expected.items():
            if not (self.kit / name).is_file():
                yield f"{name} is missing"
            elif _digest(self.kit / name) != digest:
                yield f"{name} is changed"

    def _foreign_files(self) -> Iterator[str]:
        for folder in _CLOSED_FOLDERS:
            for path in sorted((self.kit / folder).rglob("*")):
                name = path.relative_to(self.kit).as_posix()
                if path.is_file() and name not in self.expected:
                    yield f"{name} does not belong to it"


def write_checksums(kit: Path) -> None:
    """Write the list of all files that `kit` has now."""
    names = sorted(path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file())
    lines = [f"{_digest(kit / name)}  {name}\n" for name in names if name != LIST]
    (kit / LIST).write_text("".join(lines), encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
