"""Progress file of drills: JSON lines that others follow while a drill runs, wherever it was started.

The first line is `began`; then `phase`, `doing`, `did`, `awaited` and `judged` as they come; the last one is
`ended`. A drill that was killed leaves no last one. All times are seconds since it began. The next drill
begins the file anew.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ops.lab.drills.declaration import DrillCheck, Value
from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase, StepRecord, shown
from ops.lab.drills.watcher import Watcher


class ProgressWriter(Watcher):
    """Writes to `path`. What cannot be written is left out: a full disk is no reason to end a drill."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._journal: DrillJournal | None = None
        self._awaited: dict[str, str] = {}

    def began(self, journal: DrillJournal) -> None:
        self._journal = journal
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(b"")
        self._write(
            "began",
            drill=journal.drill,
            title=journal.title,
            story=journal.story,
            started_at=journal.started_at,
            pid=os.getpid(),
        )

    def phase(self, phase: Phase) -> None:
        self._awaited.clear()
        self._write("phase", at=self._now(), name=phase.value)

    def doing(self, title: str) -> None:
        self._write("doing", at=self._now(), title=title)

    def did(self, record: StepRecord) -> None:
        self._write("did", **asdict(record))

    def looking(self, check: DrillCheck, value: Value, seconds_left: float) -> None:
        """One line for each value that is another one: the time that is left follows from `until`."""
        seen = shown(value)
        if self._awaited.get(check.title) != seen:
            self._awaited[check.title] = seen
            self._write(
                "awaited",
                title=check.title,
                expected=str(check.tolerance),
                value=seen,
                until=round(self._now() + seconds_left, 2),
            )

    def judged(self, record: CheckRecord) -> None:
        self._write("judged", **asdict(record))

    def ended(self) -> None:
        if self._journal is not None:
            self._write(
                "ended", at=self._now(), verdict=self._journal.verdict.value, reason=self._journal.reason
            )

    def _now(self) -> float:
        return 0.0 if self._journal is None else self._journal.now()

    def _write(self, event: str, **fields: Any) -> None:
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"event": event} | fields, default=str) + "\n")
