"""Locked package: one release that a lock file names, with the checksums it may have."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

# What `make setup` installs; a test compares them with the Makefile.
LOCKS = ("ops/uv.txt", "requirements.txt", "ops/emulator/requirements.txt")


@dataclass(frozen=True)
class LockedPackage:
    """`requirement` has the version, and the marker that says where it is wanted."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> NormalizedName:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> Version:
        [specifier] = self.requirement.specifier
        return Version(specifier.version)

    @property
    def pin(self) -> str:
        return f"{self.name}=={self.version}"

    @property
    def line(self) -> str:
        """A requirement without its marker, which pip would evaluate for the Python that it runs in."""
        return " ".join([self.pin, *(f"--hash={each}" for each in self.hashes)])


def locked_packages(lock: Path) -> list[LockedPackage]:
    """The packages of a lock file."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    found = []
    for line in joined.splitlines():
        stated, *hashes = re.split(r"\s+--hash=", line.strip())
        if stated and not stated.startswith("#"):
            found.append(LockedPackage(Requirement(stated), tuple(hashes)))
    return found
