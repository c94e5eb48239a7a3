"""Canary redrive: a few letters first, and the rest only if all of those succeeded.

It knows no HTTP: a `RedriveJobs` moves letters, a `LetterFates` tells what became of them.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from ops.lab.app.aws_errors import FORESEEN_ERRORS, as_told
from ops.lab.app.redrive_client import RedriveFilters, ReportedJob
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.redrive_plan import RedrivePace, turns

# Longer than a message needs for all its receives; the delay of a redrive comes in addition.
_PATIENCE_SECONDS = 900.0
_LOOK_EVERY_SECONDS = 1.0


class JobClient(Protocol):
    """As `RedriveClient`."""

    def start(self, filters: RedriveFilters) -> ReportedJob: ...
    def job(self, job_id: str) -> ReportedJob: ...
    def cancel(self, job_id: str) -> ReportedJob: ...


@dataclass(frozen=True)
class Fates:
    """What became of some letters, by key. `dead` has those that are in the DLQ now, and how often each was
    redriven; `errors` the error type of those that failed last."""

    succeeded: frozenset[str]
    dead: Mapping[str, int]
    errors: Mapping[str, str]


class LetterFates(Protocol):
    """Tells the fates of letters now, by their keys. Raises CommandError, or botocore's errors."""

    def of(self, letters: Sequence[FoundLetter]) -> Fates: ...


class CanaryStage(StrEnum):
    """Where it is; the last three are ends."""

    SENDING = "sending the canaries"
    WATCHING = "watching the canaries"
    REST = "sending the rest"
    DONE = "done"
    STOPPED = "stopped by itself"
    CANCELLED = "stopped by you"


@dataclass(frozen=True)
class CanaryProgress:
    """Counts are of letters; `keys` are those of the canaries. `dead` has the error type of each key that
    failed again. `why` says why it ended."""

    stage: CanaryStage
    keys: Sequence[str]
    rest: int
    began: float
    succeeded: frozenset[str] = frozenset()
    dead: Mapping[str, str] | None = None
    job_id: str = ""
    moved: int = 0
    parked: int = 0
    ended: float | None = None
    why: str = ""

    @property
    def is_over(self) -> bool:
        return self.ended is not None


class _End(Exception):
    def __init__(self, stage: CanaryStage, why: str) -> None:
        super().__init__(why)
        self.stage = stage


class CanaryRedrive:
    """One canary. `run` works until the end and raises nothing; `progress` and `stop` are for other threads.

    With `first` 0 there are no canaries: all go in turns, and a turn waits for the one before.
    """

    def __init__(
        self,
        jobs: JobClient,
        fates: LetterFates,
        letters: Sequence[FoundLetter],
        first: int,
        pace: RedrivePace,
        *,
        patience: float = _PATIENCE_SECONDS,
        every: float = _LOOK_EVERY_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._jobs = jobs
        self._fates = fates
        canary_keys = list(dict.fromkeys(letter.key for letter in letters))[:first]
        self._canaries = [letter for letter in letters if letter.key in canary_keys]
        self._rest = [letter for letter in letters if letter.key not in canary_keys]
        self._pace = pace
        self._patience = patience + pace.jitter
        self._every = every
        self._now = now
        self._stopping = threading.Event()
        stage = CanaryStage.SENDING if canary_keys else CanaryStage.REST
        self.progress = CanaryProgress(stage, canary_keys, len(self._rest), began=now())

    def stop(self) -> None:
        """End at the next look; a job at work is cancelled."""
        self._stopping.set()

    def run(self) -> CanaryProgress:
        try:
            if self._canaries:
                self._send(self._canaries)
                self._watch()
            self._tell(stage=CanaryStage.REST)
            for turn in turns(self._rest):
                self._refuse_where_they_fail_again()
                self._send(turn)
            end, why = CanaryStage.DONE, f"{self.progress.moved} letters are back in the queue"
        except _End as reached:
            end, why = reached.stage, str(reached)
        except FORESEEN_ERRORS as error:
            known = as_told(error)
            end, why = CanaryStage.STOPPED, str(known)
        self._tell(stage=end, why=why, ended=self._now())
        return self.progress

    def _send(self, letters: Sequence[FoundLetter]) -> None:
        """By one job, followed to its end."""
        keys = list(dict.fromkeys(letter.key for letter in letters))
        moved, parked = self.progress.moved, self.progress.parked
        job = self._jobs.start(self._pace.filters(keys, len(letters)))
        cancelled = False
        while True:
            self._tell(job_id=job.job_id, moved=moved + job.moved, parked=parked + job.parked)
            if job.is_finished:
                break
            if self._stopping.is_set() and not cancelled:
                cancelled = True
                job = self._jobs.cancel(job.job_id)
                continue
            self._pause()
            job = self._jobs.job(job.job_id)
        self._refuse_to_go_on_after(job, len(letters))

    def _refuse_to_go_on_after(self, job: ReportedJob, sent: int) -> None:
        if self._stopping.is_set():
            raise _End(CanaryStage.CANCELLED, f"{self.progress.moved} letters were moved before")
        if job.status != "SUCCEEDED" or job.failed:
            ended = f"{job.status}: {job.reason or job.stop_reason}"
            raise _End(CanaryStage.STOPPED, f"job {job.job_id} ended {ended}; {job.failed} letters not moved")
        if job.parked:
            often = f"{job.parked} of {sent} letters were parked: redriven too often, or no room to count it"
            raise _End(CanaryStage.STOPPED, often)
        if self._canaries and self.progress.stage is CanaryStage.SENDING and job.moved < sent:
            missing = f"{sent - job.moved} of {sent} canaries were not in the DLQ, or somebody held them"
            raise _End(CanaryStage.STOPPED, missing)

    def _watch(self) -> None:
        """Until each canary has succeeded. Raises _End where one is dead again, or too long away."""
        self._tell(stage=CanaryStage.WATCHING)
        deadline = self._now() + self._patience
        keys = self.progress.keys
        while len(self.progress.succeeded) < len(keys):
            self._refuse_where_they_fail_again()
            if len(self.progress.succeeded) == len(keys):
                return
            if self._stopping.is_set():
                raise _End(CanaryStage.CANCELLED, "the rest is in the DLQ")
            if self._now() > deadline:
                away = [key for key in keys if key not in self.progress.succeeded]
                waited = f"neither succeeded nor dead after {self._patience:.0f} s: {_some(away)}"
                raise _End(CanaryStage.STOPPED, f"{waited}; the rest is in the DLQ")
            self._pause()

    def _refuse_where_they_fail_again(self) -> None:
        if not self._canaries:
            return
        before: dict[str, int] = {}
        for letter in self._canaries:
            before[letter.key] = max(before.get(letter.key, 0), letter.letter.redrive_count)
        fates = self._fates.of(self._canaries)
        dead = {
            key: fates.errors.get(key, "Unknown")
            for key, redrives in fates.dead.items()
            if key in before and redrives > before[key]
        }
        self._tell(succeeded=fates.succeeded & set(self.progress.keys), dead=dead)
        if dead:
            told = _some([f"{key} ({error})" for key, error in dead.items()])
            raise _End(CanaryStage.STOPPED, f"dead again: {told}; the rest is in the DLQ")

    def _tell(self, **changes: object) -> None:
        self.progress = replace(self.progress, **changes)  # type: ignore[arg-type]

    def _pause(self) -> None:
        self._stopping.wait(self._every) if not self._stopping.is_set() else time.sleep(self._every)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"
