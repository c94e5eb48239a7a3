"""Machine that a kit is to be installed on: its platform, and the programs that have to be there."""

import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.kit.installer.contents import KitContents, KitRefusal

# The oldest systems that a kit's wheels are chosen for: Debian 10, Ubuntu 20.04, RHEL 8; macOS 14.
LEAST_GLIBC = (2, 28)
LEAST_MACOS = (14, 0)
_PROGRAMS = {"make": "GNU make", "node": "Node.js 20 or later", "npm": "npm, which comes with Node.js"}


@dataclass(frozen=True)
class KitMachine:
    """`platform` as kits name it, such as linux-x86_64; `python`, its version, such as 3.11."""

    platform: str
    python: str
    system: str = ""
    system_version: tuple[int, ...] = ()

    @classmethod
    def this(cls) -> "KitMachine":
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        processor = platform.machine().lower()
        if sys.platform == "darwin":
            release = platform.mac_ver()[0]
            return cls(f"macos-{processor}", version, "macOS", _numbers(release))
        library, release = platform.libc_ver()
        return cls(f"{sys.platform}-{processor}", version, library or "no glibc", _numbers(release))

    def check(self, contents: KitContents) -> None:
        """Raises KitRefusal where the kit has not all that this machine needs."""
        if self.platform not in contents.missing:
            raise KitRefusal(
                f"this kit is for {', '.join(contents.missing)}, and this machine is {self.platform}",
                hint=f"on a machine with a network: make bundle PLATFORMS={self.platform}",
            )
        least = {"macOS": LEAST_MACOS, "glibc": LEAST_GLIBC}.get(self.system)
        if least is None or self.system_version < least:
            wanted = "macOS 14" if self.platform.startswith("macos") else "a Linux with glibc 2.28"
            has = " ".join([self.system, ".".join(map(str, self.system_version))]).strip()
            raise KitRefusal(
                f"the kit's packages need {wanted} or later, and this machine has {has}",
                hint='the container way: docs/docker.md, "A room without internet"',
            )
        usable = contents.complete(self.platform)
        if self.python in usable:
            return
        hint = f"name one of those: PYTHON=python{usable[-1]} ./lab-kit install" if usable else ""
        lacking = contents.missing[self.platform].get(self.python)
        if lacking:
            raise KitRefusal(
                f"for Python {self.python} on {self.platform} this kit lacks {', '.join(lacking)}", hint=hint
            )
        known = ", ".join(usable) or "no version"
        raise KitRefusal(
            f"this kit has packages for Python {known} on {self.platform}, not for {self.python}", hint=hint
        )


def check_programs(sources: Path) -> None:
    """Raises KitRefusal where a program is missing, or is too old for the Makefile of these sources."""
    for program, title in _PROGRAMS.items():
        if shutil.which(program) is None:
            raise KitRefusal(f"{program} is not installed", hint=f"install {title}")
    with tarfile.open(sources) as archive:
        makefile = archive.extractfile("Makefile")
        assert makefile is not None
        text = makefile.read()
    # Its own check, the same as before every `make setup`; nothing is unpacked for it.
    _run(["make", "--no-print-directory", "-f", "-", "tools", f"PYTHON={sys.executable}"], text)


def _run(command: Sequence[str], text: bytes) -> None:
    checked = subprocess.run(command, input=text, capture_output=True, check=False)
    if checked.returncode != 0:
        said = checked.stderr.decode(errors="replace").strip().splitlines()
        raise KitRefusal(said[0] if said else f"`{' '.join(command)}` failed")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
