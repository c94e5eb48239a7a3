"""Journal of a drill: what happened, as it happened. The `recorder` writes it.

Its JSON is described in docs/drills.md.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ops.lab.drills.declaration import DrillVerdict, Value
from ops.lab.report.chart import ChartData

SCHEMA = 1
_MARKS = {True: "✓", False: "✗", None: "·"}


class Phase(StrEnum):
    """In the order in which they come; `rollback` comes always."""

    STEADY_BEFORE = "steady state before"
    METHOD = "method"
    OBSERVATIONS = "observations"
    REPAIR = "repair"
    RECOVERY = "recovery"
    PROOF = "proof"
    STEADY_AFTER = "steady state after"
    ROLLBACK = "rollback"


@dataclass
class PhaseRecord:
    """All times of a journal are seconds since the drill began."""

    name: Phase
    begins: float
    ends: float | None = None


@dataclass(frozen=True)
class StepRecord:
    """`outcome` is done, failed or left out; `detail` says what it changed or why it failed."""

    phase: Phase
    title: str
    begins: float
    ends: float
    outcome: str
    detail: str = ""

    @property
    def mark(self) -> str:
        """✓ done, ✗ failed, · left out."""
        return _MARKS[{"done": True, "failed": False}.get(self.outcome)]


@dataclass(frozen=True)
class CheckRecord:
    """`met` is None where the check was left out; `seconds` is how long after its phase began it was seen."""

    phase: Phase
    title: str
    expected: str
    within_seconds: float
    met: bool | None
    value: Value | None
    at: float
    seconds: float
    hint: str = ""

    @property
    def mark(self) -> str:
        """✓ met, ✗ missed, · left out."""
        return _MARKS[self.met]

    @property
    def sentence(self) -> str:
        """What was seen, and what was expected where it was something else."""
        if self.met is None:
            return f"{self.title}: not visible here"
        expected = "" if self.met else f", expected {self.expected}"
        return f"{self.title}: {shown(self.value)}{expected}"

    @property
    def complaint(self) -> str:
        """What was expected and what was seen instead."""
        waited = f" within {self.within_seconds:g} s" if self.within_seconds else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.phase}: {self.title}: expected {self.expected}{waited}, saw {self.value!r}{hint}"


@dataclass(frozen=True)
class CircuitChange:
    """The circuit of one execution environment has this state from then on: open, half-open or closed."""

    at: float
    circuit: str
    environment: str
    state: str


def shown(value: Value | None) -> str:
    """A value without needless decimals."""
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass
class DrillJournal:
    """`reason` is the first thing that went wrong. Nothing that goes wrong later replaces it."""

    drill: str
    title: str
    story: str
    environment: dict[str, str]
    repair_left_out: bool = False
    started_at: float = field(default_factory=time.time)
    verdict: DrillVerdict = DrillVerdict.HELD
    reason: str = ""
    seconds: float = 0.0
    phases: list[PhaseRecord] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    checks: list[CheckRecord] = field(default_factory=list)
    proof: dict[str, int] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    circuits: list[CircuitChange] = field(default_factory=list)
    series: ChartData = field(default_factory=ChartData)
    _began: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        """Seconds since the drill began."""
        return round(time.monotonic() - self._began, 2)

    def conclude(self, verdict: DrillVerdict, reason: str) -> None:
        """The first conclusion stands."""
        if self.verdict is DrillVerdict.HELD:
            self.verdict, self.reason = verdict, reason

    @property
    def missed(self) -> list[CheckRecord]:
        """The checks that were not met, in the order in which they were given up."""
        return [record for record in self.checks if record.met is False]

    def as_dict(self) -> dict[str, Any]:
        """What is written as JSON."""
        fields = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        started = datetime.fromtimestamp(self.started_at, UTC).isoformat(timespec="milliseconds")
        return {"schema": SCHEMA} | fields | {"started_at": started}

    @classmethod
    def read(cls, path: Path) -> "DrillJournal":
        """The journal that was written there. Raises OSError, and ValueError where it is none."""
        try:
            return cls._from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is no journal of a drill: {error!r}") from error

    @classmethod
    def _from_dict(cls, written: dict[str, Any]) -> "DrillJournal":
        known = {name: value for name, value in written.items() if name not in ("schema", "started_at")}
        return cls(
            **known
            | {
                "started_at": datetime.fromisoformat(written["started_at"]).timestamp(),
                "verdict": DrillVerdict(written["verdict"]),
                "phases": [PhaseRecord(**each | {"name": Phase(each["name"])}) for each in written["phases"]],
                "steps": [StepRecord(**each | {"phase": Phase(each["phase"])}) for each in written["steps"]],
                "checks": [
                    CheckRecord(**each | {"phase": Phase(each["phase"])}) for each in written["checks"]
                ],
                "circuits": [CircuitChange(**each) for each in written.get("circuits", ())],
                "refused": {int(status): count for status, count in written["refused"].items()},
                "series": ChartData(**written["series"]),
            }
        )

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_dict(), indent=1), encoding="utf-8")
