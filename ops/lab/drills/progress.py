"""Progress of a drill: what it has done and awaits, read from the lines of its progress file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.lab.drills.declaration import DrillVerdict
from ops.lab.drills.journal import CheckRecord, Phase, StepRecord


@dataclass(frozen=True)
class AwaitedCheck:
    """A check that is not met yet: what its probe saw last, and until when it has time (drill's seconds)."""

    title: str
    expected: str
    value: str
    until: float


@dataclass
class PhaseProgress:
    """A phase that has begun. Times are seconds since the drill began; `ends` is None while it lasts.

    `records` are its steps and checks in the order in which they came to their end; `unjudged` are the checks
    that were still awaited when it was interrupted.
    """

    name: Phase
    begins: float
    ends: float | None = None
    records: list[StepRecord | CheckRecord] = field(default_factory=list)
    unjudged: list[AwaitedCheck] = field(default_factory=list)


@dataclass
class DrillProgress:
    """What the lines of one drill say. `started_at` is epoch seconds, `pid` the process that carries it out.

    `verdict` is None until the drill has ended, rollback included; one that was killed never has one.
    """

    drill: str
    title: str
    story: str
    started_at: float
    pid: int
    phases: list[PhaseProgress] = field(default_factory=list)
    doing: str = ""
    awaited: dict[str, AwaitedCheck] = field(default_factory=dict)
    verdict: DrillVerdict | None = None
    reason: str = ""
    seconds: float = 0.0

    @property
    def phase(self) -> Phase | None:
        """The phase that it is in, or ended in; None before the first."""
        return self.phases[-1].name if self.phases else None

    def spans(self) -> list[tuple[str, float, float | None]]:
        """Each phase that has begun: its name, and when it began and ended in epoch seconds."""
        return [
            (
                each.name.value,
                self.started_at + each.begins,
                None if each.ends is None else self.started_at + each.ends,
            )
            for each in self.phases
        ]

    def take(self, line: Mapping[str, Any]) -> None:
        """Go on by one line. Raises KeyError, TypeError or ValueError where it is none of a drill's."""
        match line["event"]:
            case "phase":
                self._end_phase(line["at"])
                self.phases.append(PhaseProgress(Phase(line["name"]), line["at"]))
            case "doing":
                self.doing = line["title"]
            case "did":
                self.doing = ""
                self.phases[-1].records.append(StepRecord(**_record(line)))
            case "awaited":
                self.awaited[line["title"]] = AwaitedCheck(
                    line["title"], line["expected"], line["value"], line["until"]
                )
            case "judged":
                self.awaited.pop(line["title"], None)
                self.phases[-1].records.append(CheckRecord(**_record(line)))
            case "ended":
                self._end_phase(line["at"])
                self.verdict, self.reason = DrillVerdict(line["verdict"]), line["reason"]
                self.seconds = line["at"]

    def _end_phase(self, at: float) -> None:
        if self.phases:
            self.phases[-1].ends = at
            self.phases[-1].unjudged = list(self.awaited.values())
        self.doing = ""
        self.awaited.clear()


def read_progress(path: Path) -> DrillProgress | None:
    """The latest drill of that file; None where there has been none, or its first line is being written."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    lines = _parsed(text.splitlines())
    first = next(lines, None)
    try:
        if first is None or first.pop("event") != "began":
            return None
        progress = DrillProgress(**first)
        for line in lines:
            progress.take(line)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # written by another version
        return None
    return progress


def _parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:  # the last one, which is being written
            return


def _record(line: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in line.items() if name != "event"}
    return fields | {"phase": Phase(fields["phase"])}
