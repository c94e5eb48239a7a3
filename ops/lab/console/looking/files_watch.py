"""Watch over the files pipeline: one look for all open pages, in the background, while a page asks for it."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.processor.checkpoint import FileStatus
from ops.lab.app.aws_errors import FORESEEN_ERRORS, as_told
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.console.looking.look_memory import COUNTED_SECONDS
from ops.lab.files import simulated_api
from ops.lab.files.snapshot import Snapshot, snapshot
from ops.lab.probes import metrics
from ops.lab.probes.alarms import AlarmReading
from ops.lab.probes.metrics import MetricQuery

# Seconds between two looks at least. A look scans the files table: on AWS that costs capacity.
_AWS_PACE = 60.0
_LOCAL_PACE = 2.0
# And so many times as long as a look took: a large table costs the pipeline little at any rate.
_REST = 10.0
_ARRIVALS_ALARM = "CsvArrivalsFailedInvocations"


@dataclass(frozen=True)
class FilesObservation:
    """`at` is epoch seconds, 0 before any look. `rates` are a second over the last seconds, `counts` of the
    last ten minutes, `ages` in seconds by queue. `problem` says why nothing newer was seen."""

    at: float = 0.0
    snapshot: Snapshot | None = None
    behaviour: ApiBehaviour | None = None
    rates: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)
    problem: str = "the first look is under way"


class FilesWatch:
    """`latest` answers at once with what was seen last, and has a thread look where that is old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looking = False
        self._due = 0.0
        self._latest = FilesObservation()

    def latest(self, target: Callable[[], Target], readings: Mapping[str, AlarmReading]) -> FilesObservation:
        with self._lock:
            due = not self._looking and time.monotonic() >= self._due
            self._looking = self._looking or due
        if due:
            threading.Thread(
                target=self._look, args=(target, readings), name="files watch", daemon=True
            ).start()
        return self._latest

    def look_now(self) -> None:
        """Have the next call look: something was changed."""
        self._due = 0.0

    def _look(self, choose: Callable[[], Target], readings: Mapping[str, AlarmReading]) -> None:
        began, pace = time.monotonic(), _LOCAL_PACE
        try:
            target = choose()
            pace = _AWS_PACE if target.endpoint is None else _LOCAL_PACE
            self._latest = observe_files(target, readings, self._latest)
        except FORESEEN_ERRORS as error:
            known = as_told(error)
            self._latest = replace(self._latest, problem=str(known))
        finally:
            took = time.monotonic() - began
            with self._lock:
                self._due = time.monotonic() + max(pace, _REST * took)
                self._looking = False


def observe_files(
    target: Target, readings: Mapping[str, AlarmReading], before: FilesObservation
) -> FilesObservation:
    """About fifteen calls and a scan of the files table. Raises NotUp where an output is missing."""
    window = metrics.rate_window(target)
    counted = _counted(target, readings)
    aged = {
        name: metrics.oldest_message_age(target, target.output(f"Csv{output}Url"))
        for name, output in {"queue": "Queue", "dlq": "Dlq"}.items()
    }
    series = metrics.values(target, [*counted.values(), *aged.values()], time.time() - window)
    ages = {name: found[-1] for name, found in zip(aged, series[len(counted) :], strict=True) if found}
    rates = {name: sum(found) / window for name, found in zip(counted, series, strict=False)}
    lately = metrics.by_minute(target, list(counted.values()), time.time() - COUNTED_SECONDS)
    now = snapshot(target)
    return FilesObservation(
        at=time.time(),
        snapshot=now,
        behaviour=simulated_api.read(target),
        rates=rates | _by_difference(now, before.snapshot),
        counts={name: sum(found) for name, found in zip(counted, lately, strict=True)}
        | {"rows": now.rows, "finished": now.files[FileStatus.SUCCEEDED]},
        ages=ages,
        problem="",
    )


def _counted(target: Target, readings: Mapping[str, AlarmReading]) -> dict[str, MetricQuery]:
    queries = {
        "queued": metrics.of_queue(target.output("CsvQueueUrl"), "NumberOfMessagesSent"),
        "received": metrics.of_queue(target.output("CsvQueueUrl"), "NumberOfMessagesReceived"),
        "given_up": metrics.of_queue(target.output("CsvDlqUrl"), "NumberOfMessagesSent"),
        "attempted": metrics.of_function(target, FunctionName.CSV, "Invocations"),
    }
    if _ARRIVALS_ALARM in readings:  # no output has the rule's name; the alarm on it has
        dimensions = readings[_ARRIVALS_ALARM].dimensions
        queries["arrived"] = MetricQuery("AWS/Events", "MatchedEvents", dimensions=dimensions)
    return queries


def _by_difference(now: Snapshot, before: Snapshot | None) -> dict[str, float]:
    rows = now.rows_per_second(before)
    if before is None or rows is None:
        return {}
    finished = now.files[FileStatus.SUCCEEDED] - before.files[FileStatus.SUCCEEDED]
    # Records expire: fewer than before is no rate.
    return {"rows": max(0.0, rows), "finished": max(0.0, finished / (now.taken - before.taken))}
