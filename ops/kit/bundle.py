"""Bundle: makes a kit in a folder, and one file of it.

Of the same commit it is the same file, byte by byte, as long as the registries have the same wheels: names
are sorted, times are the commit's, owners nobody's.
"""

import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.kit.installer.checksums import write_checksums
from ops.kit.installer.contents import KitContents
from ops.kit.installer.installation import unpack
from ops.kit.kit_readme import kit_readme
from ops.kit.kit_sources import KitSources
from ops.kit.locked_package import LOCKS, locked_packages
from ops.kit.npm_tarballs import download_npm, npm_packages
from ops.kit.target import KitTarget
from ops.kit.wheelhouse import Wheelhouse

_INSTALLER = Path("ops/kit/installer")
# What `python -m ops.kit.installer` imports.
_PROGRAM = ("ops/__init__.py", "ops/kit/__init__.py")


@dataclass(frozen=True)
class KitBundle:
    """One kit, of `sources` for `targets`; the pip of `python` downloads, and `say` tells how far it is."""

    sources: KitSources
    targets: Sequence[KitTarget]
    python: str
    say: Callable[[str], None]

    def write(self, destination: Path) -> tuple[Path, KitContents]:
        """Write the kit's file into the folder `destination`."""
        destination.mkdir(parents=True, exist_ok=True)
        # Beside the file, which may be large for the system's temporary folder.
        with tempfile.TemporaryDirectory(prefix=".lab-kit-", dir=destination) as scratch:
            kit, checkout = Path(scratch) / "kit", Path(scratch) / "checkout"
            empty = KitContents(self.sources.version(), self.sources.commit, {})
            self.sources.archive(kit / empty.sources)
            # What goes into a kit is read from the commit, not from the working tree.
            unpack(kit / empty.sources, checkout)
            missing = self._wheels(checkout, kit / "wheels")
            self._npm(checkout, kit / "npm")
            contents = KitContents(empty.version, empty.commit, missing)
            write_program(checkout, kit)
            contents.write(kit)
            (kit / "README.txt").write_text(kit_readme(contents), encoding="utf-8")
            write_checksums(kit)
            packed = Path(scratch) / "kit.tar"
            pack(kit, packed, contents.name, self.sources.time)
            # In one step: what has the name of a kit is a whole one.
            return packed.rename(destination / f"{contents.name}.tar"), contents

    def _wheels(self, checkout: Path, folder: Path) -> dict[str, dict[str, list[str]]]:
        wheelhouse = Wheelhouse(folder, self.python)
        locks = [locked_packages(checkout / lock) for lock in LOCKS]
        missing: dict[str, dict[str, list[str]]] = {}
        for target in self.targets:
            lacking = [pin for packages in locks for pin in wheelhouse.fill(target, packages)]
            missing.setdefault(target.platform, {})[target.python] = lacking
            self.say(f"{target.title}: {'missing ' + ', '.join(lacking) if lacking else 'complete'}")
        return missing

    def _npm(self, checkout: Path, folder: Path) -> None:
        locks = sorted(checkout.rglob("package-lock.json"))
        packages = [package for lock in locks for package in npm_packages(lock)]
        download_npm(packages, folder)
        self.say(f"npm: {len(packages)} packages")


def write_program(checkout: Path, kit: Path) -> None:
    """The kit's own script, and what it runs."""
    shutil.copytree(checkout / _INSTALLER, kit / "program" / _INSTALLER)
    for name in _PROGRAM:
        shutil.copy(checkout / name, kit / "program" / name)
    (kit / "program" / _INSTALLER / "lab-kit").rename(kit / "lab-kit")


def pack(kit: Path, file: Path, name: str, time: int) -> None:
    """Without compression: nearly all of it is compressed already."""
    with tarfile.open(file, "w") as archive:
        for path in sorted(kit.rglob("*")):
            if path.is_file():
                member = archive.gettarinfo(path, f"{name}/{path.relative_to(kit).as_posix()}")
                member.mtime, member.uid, member.gid, member.uname, member.gname = time, 0, 0, "", ""
                member.mode = 0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644
                with path.open("rb") as content:
                    archive.addfile(member, content)
