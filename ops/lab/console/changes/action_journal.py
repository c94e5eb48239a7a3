"""Journal of what was changed by consoles, and at the lab by commands. A JSON line each: who, when, what."""

import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ops.lab.app.target import Target
from ops.lab.local.directory import lab_directory

_TAIL_BYTES = 32_768


@dataclass(frozen=True)
class ActionRecord:
    """`at` is epoch seconds, `title` what was done in a few words, `outcome` what came of it.

    `detail` is what an audit needs, such as a body before and after. `target` is the
    emulator's endpoint, or the account with region and environment; empty in records of before it was noted.
    """

    at: float
    who: str
    title: str
    outcome: str
    done: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""


class ActionJournal:
    """The journal at `path`, which outlives the console. Records are appended, and never changed.

    `target` names what its console changes. Several consoles write to one file: each reads what was done to
    its own target, and what names none; a journal without a target reads all.
    """

    def __init__(self, path: Path, target: Callable[[], str] = str) -> None:
        self.path = path
        self._target = target
        self._lock = threading.Lock()
        self._who = f"{_user()}@{socket.gethostname()}"

    def add(self, title: str, outcome: str, *, done: bool = True, **detail: Any) -> ActionRecord:
        """Append a record of now; it is on the disk when this returns."""
        record = ActionRecord(time.time(), self._who, title, outcome, done, detail, self._target())
        line = json.dumps(asdict(record), default=str)
        with self._lock:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        return record

    def since(self, at: float) -> list[ActionRecord]:
        """The records since then (epoch seconds), the oldest first, without lines that cannot be read."""
        own = self._target()
        return [record for record in self._read() if record.at >= at and _is_of(record, own)]

    def latest(self, count: int) -> list[ActionRecord]:
        """The last so many records, the newest first. Reads only the end of a long file."""
        span, own = _TAIL_BYTES, self._target()
        while True:
            tail, whole = self._tail(span)
            records = [record for line in tail if (record := _record(line)) and _is_of(record, own)]
            if whole or len(records) >= count:
                return records[::-1][:count]
            span *= 4

    def _tail(self, span: int) -> tuple[list[str], bool]:
        """The whole lines of the last `span` bytes, and whether those are all that there are."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - span))
                lines = file.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return [], True
        return (lines, True) if span >= size else (lines[1:], False)

    def _read(self) -> list[ActionRecord]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [record for line in lines if (record := _record(line)) is not None]


def note_of_terminal(target: Target, title: str, command: str, outcome: str = "") -> None:
    """Write down what a command has changed; `command` is what a person could have typed.

    At the lab alone: of an account CloudTrail tells, and to name it takes a call. A disk that is full does
    not make a failure of what is done.
    """
    if (endpoint := target.endpoint) is not None:
        journal = ActionJournal(lab_directory().console_journal, lambda: endpoint)
        with suppress(OSError):
            journal.add(title, f"{command} in a terminal" + (f": {outcome}" if outcome else ""))


def _record(line: str) -> ActionRecord | None:
    try:
        return ActionRecord(**json.loads(line))
    except (TypeError, ValueError):  # a line that was being written when the machine stopped
        return None


def _is_of(record: ActionRecord, target: str) -> bool:
    return not target or record.target in ("", target)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
