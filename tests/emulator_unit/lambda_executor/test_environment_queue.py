"""Queue for environments: who is served first, by what, and how many are started for those that wait."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from lab_emulator.lambda_executor.environment_queue import BUSY_START_SECONDS, EnvironmentQueue
from ops.lab.waiting import eventually

WITHIN = 20
CLIENTS = 16
AT_ONCE = 2
START_SECONDS = 0.5


class HeldPool:
    """Environments are numbers, in the order of their starts, each of which lasts until `let_ready`."""

    def __init__(self) -> None:
        self.begun = 0
        self.alive: set[int] = set()
        self.free: list[int] = []
        self.failure: Exception | None = None
        self._ready = threading.Semaphore(0)

    def reserve_free(self) -> int | None:
        return self.free.pop(0) if self.free else None

    def is_empty(self) -> bool:
        return not self.alive

    def start(self) -> None:
        self.begun += 1
        number = self.begun
        assert self._ready.acquire(timeout=WITHIN)
        if self.failure:
            raise self.failure
        self.alive.add(number)
        self.free.append(number)

    def stop(self) -> None:
        self.alive.clear()
        self.free.clear()

    def let_ready(self, count: int = 1) -> None:
        self._ready.release(count)


class Scene:
    """A queue by a clock that stands still unless it is moved, and those who wait, a thread each."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pool = HeldPool()
        self.queue = EnvironmentQueue(self.pool, starts_at_once=AT_ONCE, clock=lambda: self.now)
        self.threads = ThreadPoolExecutor(CLIENTS)
        self.came: list[Future[int]] = []

    def come(self, count: int = 1) -> list[Future[int]]:
        """Let so many more come, one after the other; return when they stand in the queue."""
        for _ in range(count):
            there = len(self.queue)
            self.came.append(self.threads.submit(self.queue.take))
            eventually(partial(self._more_wait_than, there), within=WITHIN, every=0.005)
        return self.came[-count:]

    def _more_wait_than(self, there: int) -> bool:
        return len(self.queue) > there

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds
        self.queue.look()

    def begins(self, count: int) -> None:
        eventually(lambda: self.pool.begun, within=WITHIN, until=lambda begun: begun == count, every=0.005)

    def leave(self, environment: int) -> None:
        self.pool.free.append(environment)
        self.queue.look()

    def one_environment(self) -> int:
        """The first, which an invocation has taken, and which took START_SECONDS."""
        (first,) = self.come()
        self.begins(1)
        self.pass_seconds(START_SECONDS)
        self.pool.let_ready()
        return first.result(WITHIN)


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.pool.let_ready(CLIENTS)
    for future in scene.came:
        if not future.done():
            scene.leave(0)
    scene.threads.shutdown()


def test_a_burst_of_short_invocations_is_served_by_what_starts_at_once(scene: Scene) -> None:
    burst = scene.come(CLIENTS)
    scene.begins(AT_ONCE)
    scene.pass_seconds(START_SECONDS)
    scene.pool.let_ready(AT_ONCE)
    for future in burst:
        scene.leave(future.result(WITHIN))
    assert scene.pool.begun == AT_ONCE


def test_the_oldest_is_served_first(scene: Scene) -> None:
    environment = scene.one_environment()
    waiting = scene.come(5)
    for count in range(5):
        scene.leave(environment)
        assert waiting[count].result(WITHIN) == environment
        assert [future.done() for future in waiting] == [place <= count for place in range(5)]


def test_who_comes_does_not_pass_by_those_that_wait(scene: Scene) -> None:
    environment = scene.one_environment()
    first, second = scene.come(2)
    scene.pool.free.append(environment)  # and nobody has been told yet
    third = scene.threads.submit(scene.queue.take)
    scene.came.append(third)
    scene.queue.look()
    assert first.result(WITHIN) == environment
    assert not second.done()
    assert not third.done()


def test_an_environment_that_is_left_serves_before_the_one_that_starts(scene: Scene) -> None:
    environment = scene.one_environment()
    (second,) = scene.come()
    scene.pass_seconds(START_SECONDS)
    scene.begins(2)
    scene.leave(environment)
    assert second.result(WITHIN) == environment
    scene.pool.let_ready()
    eventually(lambda: scene.pool.free, within=WITHIN, until=lambda free: free == [2], every=0.005)
    assert scene.queue.take() == 2


def test_one_that_waits_as_long_as_a_start_takes_gets_one(scene: Scene) -> None:
    scene.one_environment()
    scene.come()
    scene.pass_seconds(START_SECONDS - 0.01)
    assert scene.pool.begun == 1
    scene.pass_seconds(0.01)
    scene.begins(2)


def test_starts_follow_while_all_environments_are_busy(scene: Scene) -> None:
    burst = scene.come(6)
    for begun in (2, 4, 6):
        scene.begins(begun)
        scene.pass_seconds(START_SECONDS)
        scene.pool.let_ready(AT_ONCE)
        done = [future.result(WITHIN) for future in burst[:begun]]
        assert sorted(done) == list(range(1, begun + 1))
        scene.pass_seconds(START_SECONDS)


def test_a_start_that_takes_long_lets_others_begin(scene: Scene) -> None:
    scene.come(3)
    scene.begins(AT_ONCE)
    scene.pass_seconds(BUSY_START_SECONDS)
    scene.begins(3)


def test_no_more_start_than_wait(scene: Scene) -> None:
    scene.come()
    scene.begins(1)
    scene.pass_seconds(BUSY_START_SECONDS)
    scene.come()
    scene.begins(2)
    scene.pass_seconds(BUSY_START_SECONDS)
    scene.pool.let_ready(2)
    assert sorted(future.result(WITHIN) for future in scene.came) == [1, 2]
    assert scene.pool.begun == 2


def test_a_start_that_fails_is_the_failure_of_the_oldest_alone(scene: Scene) -> None:
    first, second = scene.come(2)
    scene.begins(2)
    scene.pool.failure = OSError("no more processes")
    scene.pool.let_ready()
    with pytest.raises(OSError, match="no more processes"):
        first.result(WITHIN)
    scene.pool.failure = None
    scene.pool.let_ready()
    assert second.result(WITHIN) == 2


def test_one_that_is_ready_when_its_version_has_ended_is_ended(scene: Scene) -> None:
    environment = scene.one_environment()
    (second,) = scene.come()
    scene.pass_seconds(START_SECONDS)
    scene.begins(2)
    scene.leave(environment)
    assert second.result(WITHIN) == environment
    scene.queue.close()
    scene.pool.let_ready()
    eventually(scene.pool.is_empty, within=WITHIN, every=0.005, what="the end of what was started")
    assert scene.pool.free == []


def test_who_waits_when_its_version_ends_is_served(scene: Scene) -> None:
    scene.one_environment()
    (second,) = scene.come()
    scene.pool.stop()
    scene.queue.close()
    scene.begins(2)
    scene.pool.let_ready()
    assert second.result(WITHIN) == 2
    scene.queue.look()
    assert scene.pool.is_empty()
