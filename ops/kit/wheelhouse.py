"""Wheelhouse of a kit: the wheels of the locks for its targets, as `pip download` brings them.

A package without a wheel comes as its own source archive, if that is pure Python: any machine builds it with
what is in the kit, and it still has the checksum of the lock. What would have to be compiled is missing.
"""

import re
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import parse_sdist_filename, parse_wheel_filename

from ops.kit.locked_package import LockedPackage
from ops.kit.target import KitTarget
from ops.lab.errors import CommandError
from ops.lab.local.child_environment import installer_environment

_LAST_LINES = 5
_NO_WHEEL = re.compile(r"No matching distribution found for ([^\s=]+)==")
# awslambdaric builds its native part on Linux alone (its setup.py); elsewhere the emulator stands in for it
# (lab_emulator/lambda_executor/child/portable). Where only its metadata is read, BUILD has it build nothing.
_NATIVE_ON_LINUX_ALONE = frozenset({"awslambdaric"})
_METADATA_ALONE = {"BUILD": "true"}
# Of languages that need a compiler.
_COMPILED = (".c", ".cc", ".cpp", ".cxx", ".pyx", ".rs", ".f", ".f90", ".go", ".m")


@dataclass
class Wheelhouse:
    """Files in `folder`; `python` is the program whose pip downloads them."""

    folder: Path
    python: str
    _asked: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)

    def fill(self, target: KitTarget, packages: Sequence[LockedPackage]) -> list[str]:
        """Download what the target wants of a lock's packages; return those of which it can have nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = [package for package in packages if target.wants(package.requirement)]
        without_wheel = self._download_wheels(target, [each for each in wanted if not self.has(each, target)])
        return [package.pin for package in without_wheel if not self._has_pure_archive(package, target)]

    def has(self, package: LockedPackage, target: KitTarget) -> bool:
        """Whether a file is here that the target can install."""
        archive = self._archive(package)
        return (archive is not None and _is_pure(archive, package, target)) or any(
            (name, version) == (package.name, package.version) and not tags.isdisjoint(target.tags)
            for name, version, _, tags in map(parse_wheel_filename, self._names(".whl"))
        )

    def _names(self, ending: str) -> list[str]:
        return [path.name for path in self.folder.iterdir() if path.name.endswith(ending)]

    def _download_wheels(self, target: KitTarget, packages: Sequence[LockedPackage]) -> list[LockedPackage]:
        """Returns the packages that have no wheel for the target."""
        options = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", target.python]
        for platform in target.pip_platforms:
            options += ["--platform", platform]
        # pip stops at the first one without a wheel. A single file is often that of the sources:
        # packages that have one come first, before anything is downloaded in vain.
        left, without = sorted(packages, key=lambda package: len(package.hashes)), []
        while left:
            said = self._pip_download(options, left)
            if said is None:
                break
            refused = _NO_WHEEL.search(said)
            lacking = [each for each in left if refused and each.name == refused[1]]
            if not lacking:
                raise _download_failed(target.title, said)
            without += lacking
            left = [each for each in left if each not in lacking]
        return without

    def _has_pure_archive(self, package: LockedPackage, target: KitTarget) -> bool:
        """Whether the package's source archive could be had, and needs no compiler. Others are not kept."""
        if self._archive(package) is None and package.pin not in self._asked:
            self._asked.add(package.pin)
            said = self._pip_download(["--no-binary", ":all:"], [package])
            if said is not None and not _NO_WHEEL.search(said):
                raise _download_failed(package.pin, said)
        archive = self._archive(package)
        if archive is None:
            return False
        if _is_pure(archive, package, target):
            self._kept.add(package.pin)
            return True
        if package.pin not in self._kept:
            archive.unlink()
        return False

    def _archive(self, package: LockedPackage) -> Path | None:
        for name in [*self._names(".tar.gz"), *self._names(".zip")]:
            if parse_sdist_filename(name) == (package.name, package.version):
                return self.folder / name
        return None

    def _pip_download(self, options: Sequence[str], packages: Sequence[LockedPackage]) -> str | None:
        """Download them, each with a checksum of the lock. Returns what pip says where it fails."""
        with tempfile.TemporaryDirectory(prefix="lab-kit-") as folder:
            requirements = Path(folder) / "requirements.txt"
            requirements.write_text("".join(f"{package.line}\n" for package in packages))
            # fmt: off
            command = [
                self.python, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check",
                "--no-deps", "--require-hashes", *options,
                "--requirement", str(requirements), "--dest", str(self.folder),
            ]
            # fmt: on
            ended = subprocess.run(
                command,
                env=installer_environment() | _METADATA_ALONE,
                capture_output=True,
                text=True,
                check=False,
            )
        return None if ended.returncode == 0 else ended.stderr


def _is_pure(archive: Path, package: LockedPackage, target: KitTarget) -> bool:
    if package.name in _NATIVE_ON_LINUX_ALONE and not target.platform.startswith("linux"):
        return True
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            names = zipped.namelist()
    else:
        with tarfile.open(archive) as members:
            names = members.getnames()
    return not any(name.endswith(_COMPILED) for name in names)


def _download_failed(what: str, said: str) -> CommandError:
    if "No module named pip" in said:
        return CommandError(
            said.strip(), hint="make bundle PYTHON=/path/to/python3, one that has pip (Debian: python3-pip)"
        )
    last = "\n".join(said.strip().splitlines()[-_LAST_LINES:])
    return CommandError(f"pip could not download the packages for {what}:\n{last}")
