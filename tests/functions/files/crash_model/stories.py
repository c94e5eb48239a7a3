"""The stories: which file there is, and what happens besides the crash."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from moto import mock_aws

from functions.files.rounds.task import Task
from tests.functions.crash_model.crash import DEATHS, Crash, Moment, moments_of
from tests.functions.files.crash_model.invariants import violations
from tests.functions.files.crash_model.world import FileWorld, NeverSucceeds

GOOD = tuple(f"o{number},Ann,{number}" for number in range(1, 9))
TAINTED = (*GOOD[:1], "o2,,2", *GOOD[2:4], "o5,Ann,5000000", *GOOD[5:])


def nothing_else(_: FileWorld) -> None:
    """Only the crash."""


def first_attempt_is_refused(world: FileWorld) -> None:
    """The API answers 503 to row 5 until an attempt gives up: its neighbour in the batch is delivered."""
    world.api.refusals["o5"] = 5


def first_attempt_fails_for_good(world: FileWorld) -> None:
    """Behind two batches with rejects, which are merged then; a redrive goes on from there."""
    world.api.fails_for_good_at = "o8"


def time_runs_short(world: FileWorld) -> None:
    """Each call takes so long that an invocation has time for one batch, or two."""
    world.wire.round_trip_seconds = 1.5
    world.function.timeout_seconds = 14


@dataclass(frozen=True)
class Story:
    """A file of some rows, of which those in `rejected` (numbers) end in the rejects."""

    name: str
    rows: tuple[str, ...]
    rejected: tuple[int, ...] = ()
    plot: Callable[[FileWorld], None] = nothing_else
    is_gzip: bool = False
    moments: frozenset[Moment] = frozenset(Moment)

    def run(self, crash: Crash | None = None, kills_at: tuple[str, bool] | None = None) -> list[str]:
        """Play it until the file has succeeded, and return the violations."""
        with FileWorld.open(crash) as world:
            self.plot(world)
            world.api.kills_at = kills_at
            task = self._upload(world)
            try:
                world.process(task)
            except NeverSucceeds as error:
                return [str(error)]
            return violations(
                world, task, len(self.rows), self.rejected, undisturbed=self._is_undisturbed(crash, kills_at)
            )

    def _is_undisturbed(self, crash: Crash | None, kills_at: tuple[str, bool] | None) -> bool:
        return crash is None and kills_at is None and self.plot is nothing_else

    def _upload(self, world: FileWorld) -> Task:
        content = "".join(f"{line}\n" for line in ("order_id,customer,amount", *self.rows)).encode()
        if self.is_gzip:
            return world.upload(gzip.compress(content, mtime=0), "incoming/a.csv.gz")
        return world.upload(content, "incoming/a.csv")

    @cache  # noqa: B019  # a handful of stories, asked by several tests
    def crashes(self) -> dict[str, Crash]:
        """Every crash of its `moments`, by an id such as `3-dynamodb.UpdateItem-after`."""
        with mock_aws(), FileWorld.open() as world:
            self.plot(world)
            world.process(self._upload(world))
            calls = [str(call) for call in world.wire.calls]
        return {
            f"{number}-{call}-{moment}": Crash(number, moment)
            for number, call in enumerate(calls)
            for moment in moments_of(call.partition(".")[2])
            if moment in self.moments
        }


# Where the calls are those of another story, the death that leaves most behind stands for all.
_AFTERWARDS = frozenset({Moment.AFTER})

STORIES = [
    Story("plain", GOOD),
    Story("tainted", TAINTED, rejected=(2, 5)),
    Story("gzip", GOOD, is_gzip=True, moments=_AFTERWARDS),
    Story("refused", GOOD, plot=first_attempt_is_refused, moments=DEATHS),
    Story("failed-for-good", TAINTED, rejected=(2, 5), plot=first_attempt_fails_for_good, moments=DEATHS),
    Story("short-of-time", TAINTED, rejected=(2, 5), plot=time_runs_short, moments=_AFTERWARDS),
]
