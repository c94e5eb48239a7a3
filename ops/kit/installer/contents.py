"""Contents of a kit: which lab it holds, for which platforms and Pythons; and its refusal elsewhere."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

_FILE = "kit.json"


@dataclass(frozen=True)
class KitContents:
    """`missing`: by platform and Python version, the packages that have no wheel for it."""

    version: str
    commit: str
    missing: dict[str, dict[str, list[str]]]

    @classmethod
    def read(cls, kit: Path) -> "KitContents":
        return cls(**json.loads((kit / _FILE).read_text(encoding="utf-8")))

    def write(self, kit: Path) -> None:
        (kit / _FILE).write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @property
    def name(self) -> str:
        """The name of the kit's folder and of its one file."""
        only = f"-{next(iter(self.missing))}" if len(self.missing) == 1 else ""
        return f"lab-kit-{self.version}-{self.commit[:12]}{only}"

    @property
    def sources(self) -> str:
        """The archive of the lab's sources, below the kit."""
        return f"sources/dlq-reliability-lab-{self.version}-{self.commit[:12]}.tar.gz"

    def complete(self, platform: str) -> list[str]:
        """The Python versions for which the kit has everything on this platform."""
        return [version for version, packages in self.missing.get(platform, {}).items() if not packages]


class KitRefusal(Exception):
    """A reason to stop. `hint` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        """The two lines that a person reads."""
        first = f"✗ {super().__str__()}"
        return f"{first}\n  {self.hint}" if self.hint else first
