"""A canary, against jobs and fates that the test decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from ops.lab.app.redrive_client import JobAtWork, RedriveFilters, ReportedJob
from ops.lab.console.letters.canary import CanaryProgress, CanaryRedrive, CanaryStage, Fates
from ops.lab.console.letters.canary_bench import CanaryBench
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.redrive_plan import RedrivePace
from ops.lab.errors import NotUp, Refused
from ops.lab.waiting import eventually
from tests.ops.console.letters.stand_in_letters import letter


def job(job_id: str, status: str, **counts: Any) -> ReportedJob:
    zeros = dict.fromkeys(("moved", "skipped", "parked", "failed", "deletedFailed"), 0)
    return ReportedJob.from_document(
        {"jobId": job_id, "status": status, "maxMessages": 100, "createdAt": "", **zeros, **counts}
    )


@dataclass
class FakeJobs:
    """Each job moves all it is asked for, after one look at it, unless `ends` says how it ends."""

    ends: Callable[[int, RedriveFilters], ReportedJob] | None = None
    endless: bool = False
    started: list[RedriveFilters] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def start(self, filters: RedriveFilters) -> ReportedJob:
        self.started.append(filters)
        return job(f"job-{len(self.started)}", "QUEUED")

    def job(self, job_id: str) -> ReportedJob:
        number = int(job_id.rpartition("-")[2])
        if job_id in self.cancelled:
            return job(job_id, "CANCELLED", moved=1, stopReason="cancelled")
        if self.endless:
            return job(job_id, "RUNNING", moved=1)
        filters = self.started[number - 1]
        if self.ends is not None:
            return self.ends(number, filters)
        return job(job_id, "SUCCEEDED", moved=filters.max_messages, stopReason="drained")

    def cancel(self, job_id: str) -> ReportedJob:
        self.cancelled.append(job_id)
        return job(job_id, "CANCELLING", moved=1)

    @property
    def keys(self) -> list[list[str]]:
        return [list(each.idempotency_keys or ()) for each in self.started]


@dataclass
class FakeFates:
    """Answers one after another, the last for ever."""

    answers: list[Fates]
    asked: int = 0

    def of(self, letters: Sequence[FoundLetter]) -> Fates:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def fates(*succeeded: str, dead: dict[str, int] | None = None) -> Fates:
    dead = dead or {}
    return Fates(frozenset(succeeded), dead, dict.fromkeys(dead, "SchemaValidationError"))


LETTERS = [letter(f"key-{number}") for number in range(12)]
FIRST = [f"key-{number}" for number in range(5)]


def canary(jobs: FakeJobs, *answers: Fates, first: int = 5, **changes: Any) -> CanaryRedrive:
    settings = {"patience": 30, "every": 0.001} | changes
    letters = settings.pop("letters", LETTERS)
    return CanaryRedrive(jobs, FakeFates(list(answers)), letters, first, RedrivePace(), **settings)


def test_sends_the_rest_once_each_of_the_first_has_succeeded() -> None:
    jobs = FakeJobs()
    ended = canary(jobs, fates(), fates(*FIRST[:3]), fates(*FIRST)).run()
    assert (ended.stage, ended.moved, sorted(ended.succeeded)) == (CanaryStage.DONE, 12, FIRST)
    assert jobs.keys == [FIRST, [f"key-{number}" for number in range(5, 12)]]
    assert [each.max_messages for each in jobs.started] == [5, 7]


def test_sends_no_more_once_one_is_dead_again_and_says_which_and_why() -> None:
    jobs = FakeJobs()
    ended = canary(jobs, fates("key-0"), fates("key-0", dead={"key-3": 1})).run()
    assert ended.stage is CanaryStage.STOPPED
    assert "key-3 (SchemaValidationError)" in ended.why
    assert ended.dead == {"key-3": "SchemaValidationError"}
    assert jobs.keys == [FIRST]


def test_a_letter_that_was_not_deleted_from_the_dlq_is_not_dead_again() -> None:
    """The copy counts one more redrive: what has as many as before is the original."""
    letters = [letter("key-0", redrives=2), letter("other")]
    jobs = FakeJobs()
    ended = canary(
        jobs, fates(dead={"key-0": 2}), fates("key-0", dead={"key-0": 2}), letters=letters, first=1
    ).run()
    assert (ended.stage, len(jobs.started)) == (CanaryStage.DONE, 2)

    again = canary(FakeJobs(), fates(dead={"key-0": 3}), letters=letters, first=1).run()
    assert again.stage is CanaryStage.STOPPED


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"status": "SUCCEEDED", "moved": 3, "parked": 2}, "2 of 5 letters were parked"),
        ({"status": "SUCCEEDED", "moved": 4, "failed": 1}, "1 letters not moved"),
        ({"status": "SUCCEEDED", "moved": 4}, "1 of 5 canaries were not in the DLQ"),
        ({"status": "FAILED", "moved": 0, "reason": "AWS did not serve us"}, "AWS did not serve us"),
        ({"status": "CANCELLED", "moved": 2, "stopReason": "cancelled"}, "CANCELLED"),
    ],
)
def test_a_job_that_did_not_move_all_of_the_first_stops_it(counts: dict[str, Any], why: str) -> None:
    status = counts.pop("status")
    jobs = FakeJobs(lambda number, _: job(f"job-{number}", status, **counts))
    ended = canary(jobs, fates(*FIRST)).run()
    assert ended.stage is CanaryStage.STOPPED
    assert why in ended.why
    assert len(jobs.started) == 1


def test_one_that_neither_succeeds_nor_dies_stops_it() -> None:
    jobs = FakeJobs()
    ended = canary(jobs, fates(*FIRST[1:]), patience=0.01).run()
    assert ended.stage is CanaryStage.STOPPED
    assert "key-0" in ended.why
    assert "key-1" not in ended.why
    assert len(jobs.started) == 1


def test_goes_on_in_turns_of_a_hundred_keys_and_stops_between_them() -> None:
    letters = [letter(f"key-{number}") for number in range(225)]
    jobs = FakeJobs()
    ended = canary(jobs, fates(*FIRST), letters=letters).run()
    assert (ended.stage, ended.moved) == (CanaryStage.DONE, 225)
    assert [len(keys) for keys in jobs.keys] == [5, 100, 100, 20]

    jobs = FakeJobs()
    died = canary(jobs, fates(*FIRST), fates(*FIRST), fates(*FIRST, dead={"key-1": 1}), letters=letters)
    assert died.run().stage is CanaryStage.STOPPED
    assert [len(keys) for keys in jobs.keys] == [5, 100]


def test_letters_of_one_key_go_together() -> None:
    letters = [letter("a"), letter("b"), letter("a", message_id="second")]
    jobs = FakeJobs()
    canary(jobs, fates("a"), letters=letters, first=1).run()
    assert (jobs.keys, [each.max_messages for each in jobs.started]) == ([["a"], ["b"]], [2, 1])


def test_without_canaries_all_go_in_turns_and_no_fate_is_asked_for() -> None:
    jobs = FakeJobs()
    told = FakeFates([fates()])
    ended = CanaryRedrive(jobs, told, LETTERS, 0, RedrivePace(), every=0.001).run()
    assert (ended.stage, ended.moved, told.asked) == (CanaryStage.DONE, 12, 0)


def test_who_stops_it_stops_the_job_as_well() -> None:
    jobs = FakeJobs(endless=True)
    at_work = canary(jobs, fates())
    bench = CanaryBench()
    ends: list[CanaryProgress] = []
    bench.start(at_work, ends.append)
    eventually(lambda: at_work.progress.job_id, within=30, every=0.001)
    with pytest.raises(Refused, match="at work"):
        bench.start(canary(FakeJobs(), fates()), ends.append)
    bench.stop()
    eventually(lambda: ends, within=30, every=0.001)
    assert (ends[0].stage, jobs.cancelled) == (CanaryStage.CANCELLED, ["job-1"])
    with pytest.raises(Refused, match="no redrive"):
        bench.stop()


def test_who_stops_it_while_it_watches_keeps_the_rest() -> None:
    jobs = FakeJobs()
    at_work = canary(jobs, fates(), patience=30)
    bench = CanaryBench()
    ends: list[CanaryProgress] = []
    bench.start(at_work, ends.append)
    eventually(lambda: at_work.progress.stage is CanaryStage.WATCHING, within=30, every=0.001)
    bench.stop()
    eventually(lambda: ends, within=30, every=0.001)
    assert (ends[0].stage, len(jobs.started)) == (CanaryStage.CANCELLED, 1)


@pytest.mark.parametrize("error", [NotUp("the API does not answer"), JobAtWork("id", "job id is RUNNING")])
def test_what_the_api_refuses_is_told(error: Exception) -> None:
    class Refusing(FakeJobs):
        def start(self, filters: RedriveFilters) -> ReportedJob:
            raise error

    ended = canary(Refusing(), fates()).run()
    assert (ended.stage, ended.why) == (CanaryStage.STOPPED, str(error))
    assert ended.is_over
