"""A job goes on after its request, tells how far it is, and ends when asked to."""

import threading

import pytest

from ops.lab.console.changes.background_job import BackgroundJob, BackgroundJobSlot, BackgroundJobState
from ops.lab.errors import CommandError, Refused
from ops.lab.waiting import eventually


class Counting(BackgroundJob):
    """Counts to three, a step at each `go`; raises `failure` at the end, where there is one."""

    def __init__(self, failure: Exception | None = None) -> None:
        super().__init__("Counting", 3)
        self.go = threading.Semaphore(0)
        self._failure = failure

    def work(self) -> str:
        for _ in range(self.planned):
            self.go.acquire()
            if self.stopping:
                break
            self.one_done()
        if self._failure is not None:
            raise self._failure
        return f"counted to {self.done}"


@pytest.fixture
def slot() -> BackgroundJobSlot:
    return BackgroundJobSlot()


def test_a_job_tells_how_far_it_is_and_what_came_of_it(slot: BackgroundJobSlot) -> None:
    ended: list[BackgroundJob] = []
    job = Counting()
    slot.start(job, ended.append)
    job.go.release()
    eventually(lambda: job.done == 1, within=10)
    assert job.running
    job.go.release(2)
    job.join()
    assert (job.state, job.outcome) == (BackgroundJobState.DONE, "counted to 3")
    assert ended == [job]
    assert job.per_second > 0


def test_a_job_that_is_stopped_finishes_what_has_begun(slot: BackgroundJobSlot) -> None:
    job = Counting()
    slot.start(job, lambda _: None)
    assert slot.stop() is job
    job.go.release()
    job.join()
    assert (job.state, job.outcome) == (BackgroundJobState.STOPPED, "counted to 0")


def test_one_job_at_a_time(slot: BackgroundJobSlot) -> None:
    job = Counting()
    slot.start(job, lambda _: None)
    with pytest.raises(Refused, match="Counting is under way"):
        slot.start(Counting(), lambda _: None)
    job.go.release(3)
    job.join()
    with pytest.raises(Refused, match="nothing is under way"):
        slot.stop()
    another = Counting()
    slot.start(another, lambda _: None)
    another.go.release(3)
    another.join()


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (CommandError("it broke", hint="mend it"), "it broke; mend it"),
        (OSError("disk full"), "disk full"),
    ],
)
def test_a_failure_is_the_outcome(slot: BackgroundJobSlot, failure: Exception, told: str) -> None:
    job = Counting(failure)
    slot.start(job, lambda _: None)
    job.go.release(3)
    job.join()
    assert (job.state, job.outcome) == (BackgroundJobState.FAILED, told)


def test_the_end_of_the_console_ends_the_job(slot: BackgroundJobSlot) -> None:
    slot.close()
    job = Counting()
    slot.start(job, lambda _: None)
    job.go.release(3)
    slot.close()
    assert not job.running
