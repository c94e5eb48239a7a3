"""Live log: the newest lines of some functions, read once for all pages that show them."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine, LogTail, log_group
from ops.lab.app.target import Target

_KEPT_LINES = 1_000
FIRST_SECONDS = 60
_AWS_LATE_SECONDS = 60.0
# At most this part of the time goes into reading: the lab has other work.
_SHARE_OF_TIME = 1 / 40
_MOST_LOGS = 8


class LogLevel(StrEnum):
    """What a tail shows: everything, what functions log themselves, or what tells of trouble."""

    ALL = "all"
    OWN = "own"
    WARNING = "warning"
    ERROR = "error"

    @property
    def pattern(self) -> str:
        """The filter pattern, of terms (CloudWatch Logs user guide, "Match terms in unstructured log
        events"): Lambda's own lines about time-outs are no JSON."""
        trouble = '?ERROR ?CRITICAL ?"Task timed out" ?"Status: error" ?"Status: timeout"'
        return {
            LogLevel.ALL: "",
            LogLevel.OWN: '"\\"level\\":"',
            LogLevel.WARNING: f"?WARNING {trouble}",
            LogLevel.ERROR: trouble,
        }[self]

    @property
    def meaning(self) -> str:
        """As the page's choice says it."""
        return {
            LogLevel.ALL: "everything, with Lambda's own lines",
            LogLevel.OWN: "what functions log themselves",
            LogLevel.WARNING: "warnings, errors, time-outs",
            LogLevel.ERROR: "errors and time-outs",
        }[self]


@dataclass(frozen=True)
class NumberedLine:
    """A line and its number in this log, from 1."""

    number: int
    line: FunctionLogLine


class LiveLog:
    """The log of these functions on this target, from a minute before it was first asked for."""

    def __init__(self, target: Target, functions: Sequence[FunctionName], level: LogLevel) -> None:
        self.target = target
        late = _AWS_LATE_SECONDS if target.endpoint is None else _longest_run(target, functions)
        self._tail = LogTail(
            target,
            functions,
            int((time.time() - FIRST_SECONDS) * 1000),
            pattern=level.pattern,
            late_seconds=late,
        )
        self._lines: deque[NumberedLine] = deque(maxlen=_KEPT_LINES)
        self._lock = threading.Lock()
        self._due = 0.0
        self._last = 0

    def after(self, number: int) -> list[NumberedLine]:
        """The lines with a greater number, oldest first; those of the last 1,000."""
        with self._lock:
            if time.monotonic() >= self._due:
                began = time.monotonic()
                for line in self._tail.read():
                    self._last += 1
                    self._lines.append(NumberedLine(self._last, line))
                self._due = began + (time.monotonic() - began) / _SHARE_OF_TIME
            return [each for each in self._lines if each.number > number]


class LiveLogs:
    """The live logs that pages show, by what they chose; those that were asked for last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logs: OrderedDict[tuple[tuple[str, ...], LogLevel], LiveLog] = OrderedDict()

    def of(self, target: Target, functions: Sequence[FunctionName], level: LogLevel) -> LiveLog:
        """The live log of the choice; a new one after another deployment, whose groups are others."""
        choice = (tuple(log_group(target, each) for each in functions), level)
        with self._lock:
            log = self._logs.get(choice)
            if log is None or log.target is not target:
                log = self._logs[choice] = LiveLog(target, functions, level)
            self._logs.move_to_end(choice)
            while len(self._logs) > _MOST_LOGS:
                self._logs.popitem(last=False)
            return log


def _longest_run(target: Target, functions: Sequence[FunctionName]) -> float:
    """How late a line comes in the lab: when its invocation is over, in seconds."""
    timeouts = [
        target.functions.get_function_configuration(FunctionName=target.output(each.output)).get("Timeout", 3)
        for each in functions
    ]
    return min(_AWS_LATE_SECONDS, max(timeouts, default=3) + 2.0)
