"""Folder of an incident, `.lab/incident`: what its process and its commands keep for each other, as JSON.

    sealed          which incident it is, in base64 of zlib: against accident, and not against intent
    attendee.json   what the attendee said and asked for; written by commands
    watch.json      what was seen, and the score's numbers; written by the process
    process.json    the process
    process.log     what it said

All of it is for its user's eyes alone. It stays when the incident is over, until the next one starts.
"""

import base64
import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ops.lab.errors import CommandError
from ops.lab.incidents.card import CardMark, EventCounts
from ops.lab.incidents.reading import Symptom


@dataclass(frozen=True)
class SealedIncident:
    """Which incident it is, and the seed that it was drawn by; None where it was named.

    `permissions` is the mode of permissions before it, which a reset of the lab keeps as it finds it.
    """

    name: str
    seed: int | None = None
    permissions: str | None = None


@dataclass(frozen=True)
class AttendeeRecord:
    """What commands note: `acknowledged` are the attendee's own words, `hints` when each was asked for.

    All times are seconds since `started_at`, which is in epoch seconds.
    """

    name: str
    started_at: float
    acknowledged: tuple[CardMark, ...] = ()
    hints: tuple[float, ...] = ()
    help_asked: float | None = None
    solved: float | None = None
    abandoned: float | None = None


@dataclass(frozen=True)
class WatchRecord:
    """What the process saw. `begun` once everything is broken that is to be; `ended` once all is put back.

    `shown` is when the first symptom showed. `left` is what could not be put back, `error` why it ended.
    """

    begun: bool = False
    seen_at: float | None = None
    symptoms: tuple[Symptom, ...] = ()
    shown: float | None = None
    mitigated: float | None = None
    recovered: float | None = None
    ended: float | None = None
    events: EventCounts = field(default_factory=EventCounts)
    wrong_actions: tuple[CardMark, ...] = ()
    timeline: tuple[CardMark, ...] = ()
    left: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class IncidentFolder:
    """Reads and writes its files in one step each: a reader sees the old one or the new one."""

    root: Path

    @property
    def log(self) -> Path:
        return self.root / "process.log"

    @property
    def process_file(self) -> Path:
        return self.root / "process.json"

    def renew(self, sealed: SealedIncident, attendee: AttendeeRecord) -> None:
        """Forget the last incident, and note a new one."""
        self.forget()
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root.chmod(0o700)
        packed = zlib.compress(json.dumps(asdict(sealed)).encode())
        self._put("sealed", base64.b64encode(packed).decode())
        self.put_attendee(attendee)

    def forget(self) -> None:
        """Remove every file of the last incident."""
        for path in self.root.glob("*") if self.root.is_dir() else ():
            path.unlink(missing_ok=True)

    def sealed(self) -> SealedIncident | None:
        """Which incident is kept here; None where there is none that can be read."""
        try:
            packed = base64.b64decode((self.root / "sealed").read_text())
            return SealedIncident(**json.loads(zlib.decompress(packed)))
        except (FileNotFoundError, ValueError, TypeError, zlib.error):
            return None

    def attendee(self) -> AttendeeRecord:
        """Raises CommandError where it cannot be read."""
        found = self._get("attendee.json")
        found["acknowledged"] = tuple(CardMark(**mark) for mark in found["acknowledged"])
        found["hints"] = tuple(found["hints"])
        return AttendeeRecord(**found)

    def put_attendee(self, record: AttendeeRecord) -> None:
        self._put("attendee.json", json.dumps(asdict(record), indent=2))

    def watch(self) -> WatchRecord:
        """What the process saw last; nothing yet where it has not written."""
        if not (self.root / "watch.json").exists():
            return WatchRecord()
        found = self._get("watch.json")
        found["symptoms"] = tuple(Symptom(**each) for each in found["symptoms"])
        found["events"] = EventCounts(**found["events"])
        for marks in ("wrong_actions", "timeline"):
            found[marks] = tuple(CardMark(**mark) for mark in found[marks])
        found["left"] = tuple(found["left"])
        return WatchRecord(**found)

    def put_watch(self, record: WatchRecord) -> None:
        self._put("watch.json", json.dumps(asdict(record), indent=2))

    @contextmanager
    def one_command(self) -> Iterator[None]:
        """Only one command changes the attendee's record at a time."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def put_process(self, values: dict[str, Any]) -> None:
        self._put("process.json", json.dumps(values))

    def _get(self, name: str) -> dict[str, Any]:
        path = self.root / name
        try:
            found: dict[str, Any] = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise CommandError(
                f"{path} cannot be read: {error}", hint="start anew: lab incident abandon"
            ) from error
        return found

    def _put(self, name: str, text: str) -> None:
        path = self.root / name
        draft = path.with_name(f"{name}.{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
