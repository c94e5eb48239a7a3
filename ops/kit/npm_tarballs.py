"""npm tarballs of a kit: the packages of the npm locks, each with the checksum that its lock names."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.kit.installer.npm_registry import integrity, package_json
from ops.lab.errors import CommandError
from ops.lab.local.child_environment import installer_environment

_LAST_LINES = 5


@dataclass(frozen=True)
class NpmPackage:
    """One release that an npm lock names."""

    name: str
    version: str
    integrity: str

    @property
    def pin(self) -> str:
        return f"{self.name}@{self.version}"


def npm_packages(lock: Path) -> Iterator[NpmPackage]:
    """The packages of a package-lock.json, without what another one carries inside."""
    # npm's documentation, "package-lock.json": the key is the place below the folder of the lock.
    for place, entry in json.loads(lock.read_text(encoding="utf-8"))["packages"].items():
        if place and not entry.get("inBundle"):
            name = entry.get("name", place.rpartition("node_modules/")[2])
            yield NpmPackage(name, entry["version"], entry["integrity"])


def download_npm(packages: Sequence[NpmPackage], folder: Path) -> None:
    """Download them as npm's registry has them. Raises CommandError where one is not what its lock says."""
    folder.mkdir(parents=True, exist_ok=True)
    pins = sorted({package.pin for package in packages})
    ended = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), *pins],
        env=installer_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        last = "\n".join((ended.stderr or ended.stdout).strip().splitlines()[-_LAST_LINES:])
        raise CommandError(f"npm could not download {', '.join(pins)}:\n{last}")
    check_npm(packages, folder)


def check_npm(packages: Sequence[NpmPackage], folder: Path) -> None:
    """Raises CommandError where a package is missing or has another checksum than its lock."""
    found = {}
    for tarball in folder.glob("*.tgz"):
        said = package_json(tarball)
        found[f"{said['name']}@{said['version']}"] = integrity(tarball)
    for package in packages:
        if found.get(package.pin) != package.integrity:
            raise CommandError(
                f"{package.pin} is not what the lock says: {found.get(package.pin, 'nothing came')}",
                hint=f"the lock has {package.integrity}; `npm config get registry` says where it comes from",
            )
