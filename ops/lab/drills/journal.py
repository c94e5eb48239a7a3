"""What happened in a drill, as it happened. Its JSON is described in docs/drills.md."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from ops.lab.drills.tolerance import Value
from ops.lab.drills.verdict import Verdict

SCHEMA = 1
UNKNOWN = "INSUFFICIENT_DATA"  # as CloudWatch calls the state of an alarm that it cannot tell


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
    def complaint(self) -> str:
        """What was expected and what was seen instead."""
        waited = f" within {self.within_seconds:g} s" if self.within_seconds else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.phase}: {self.title}: expected {self.expected}{waited}, saw {self.value!r}{hint}"


@dataclass
class Series:
    """Samples in columns: `values[name][i]` was read at `seconds[i]`; None is a gap."""

    seconds: list[float] = field(default_factory=list)
    values: dict[str, list[float | None]] = field(default_factory=dict)
    alarms: dict[str, list[str]] = field(default_factory=dict)
    failed_samples: int = 0

    def add(self, at: float, values: Mapping[str, float | None], alarms: Mapping[str, str]) -> None:
        """Append one sample. A name that comes for the first time, or is left out, has gaps."""
        before = len(self.seconds)
        self.seconds.append(at)
        for name in values.keys() | self.values.keys():
            self.values.setdefault(name, [None] * before).append(values.get(name))
        for name in alarms.keys() | self.alarms.keys():
            self.alarms.setdefault(name, [UNKNOWN] * before).append(alarms.get(name, UNKNOWN))


@dataclass
class Journal:
    """`reason` is the first thing that went wrong. Nothing that goes wrong later replaces it."""

    drill: str
    title: str
    story: str
    environment: dict[str, str]
    repair_left_out: bool = False
    started_at: float = field(default_factory=time.time)
    verdict: Verdict = Verdict.HELD
    reason: str = ""
    seconds: float = 0.0
    phases: list[PhaseRecord] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    checks: list[CheckRecord] = field(default_factory=list)
    proof: dict[str, int] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    series: Series = field(default_factory=Series)
    _began: float = field(default_factory=time.monotonic)

    def now(self) -> float:
        """Seconds since the drill began."""
        return round(time.monotonic() - self._began, 2)

    def conclude(self, verdict: Verdict, reason: str) -> None:
        """The first conclusion stands."""
        if self.verdict is Verdict.HELD:
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

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_dict(), indent=1), encoding="utf-8")
