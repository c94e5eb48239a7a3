"""Target of a kit: a platform and a Python version that its wheels are chosen for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms

from ops.kit.installer.machine import LEAST_GLIBC, LEAST_MACOS

PLATFORMS = ("linux-x86_64", "linux-aarch64", "macos-arm64", "macos-x86_64")
PYTHONS = ("3.11", "3.12", "3.13")
# The first glibc that wheels exist for, by processor (PEP 599, PEP 600), and the older names of some.
_FIRST_MINOR = {"x86_64": 5, "aarch64": 17}
_OLD_NAMES = {"x86_64": ("manylinux2014", "manylinux2010", "manylinux1"), "aarch64": ("manylinux2014",)}


@dataclass(frozen=True)
class KitTarget:
    """CPython `python`, such as 3.11, on `platform`, one of PLATFORMS."""

    platform: str
    python: str

    @property
    def title(self) -> str:
        return f"{self.platform}, Python {self.python}"

    def wants(self, requirement: Requirement) -> bool:
        """Whether the requirement's marker holds here."""
        if requirement.marker is None:
            return True
        is_mac = self._system == "macos"
        return requirement.marker.evaluate(
            {
                "implementation_name": "cpython",
                "implementation_version": f"{self.python}.0",
                "os_name": "posix",
                "platform_machine": self._processor,
                "platform_python_implementation": "CPython",
                "platform_system": "Darwin" if is_mac else "Linux",
                "python_full_version": f"{self.python}.0",
                "python_version": self.python,
                "sys_platform": "darwin" if is_mac else "linux",
            }
        )

    @cached_property
    def tags(self) -> frozenset[Tag]:
        """The tags of wheels that can be installed here."""
        version = tuple(int(part) for part in self.python.split("."))
        interpreter = f"cp{version[0]}{version[1]}"
        platforms = self.pip_platforms
        return frozenset(
            [
                *cpython_tags(version, abis=[interpreter], platforms=platforms),
                *compatible_tags(version, interpreter=interpreter, platforms=platforms),
            ]
        )

    @cached_property
    def pip_platforms(self) -> Sequence[str]:
        """The platforms of wheels that run here, newest first."""
        if self._system == "macos":
            return list(mac_platforms(LEAST_MACOS, self._processor))
        processor = self._processor
        major, newest = LEAST_GLIBC
        return [
            *(
                f"manylinux_{major}_{minor}_{processor}"
                for minor in range(newest, _FIRST_MINOR[processor] - 1, -1)
            ),
            *(f"{name}_{processor}" for name in _OLD_NAMES[processor]),
        ]

    @property
    def _system(self) -> str:
        return self.platform.partition("-")[0]

    @property
    def _processor(self) -> str:
        return self.platform.partition("-")[2]
