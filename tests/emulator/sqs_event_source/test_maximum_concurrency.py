"""How many batches of a mapping are in flight at once, and what throttling does."""

from pathlib import Path
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.metrics import Metrics
from tests.emulator.sqs_event_source.bench import Bench, Invocation, bench, receive_counts

PATIENT = {"visibility_seconds": 120, "timeout_seconds": 100}


def most_at_once(invocations: list[Invocation]) -> int:
    """The largest number of invocations that ran at the same moment."""
    began = [(invocation.began_at, 1) for invocation in invocations]
    ended = [(invocation.ended_at, -1) for invocation in invocations if invocation.ended_at is not None]
    running = most = 0
    for _moment, change in sorted(began + ended):
        running += change
        most = max(most, running)
    return most


def test_overlap_reaches_the_maximum_concurrency_and_never_exceeds_it(
    emulator: Emulator, tmp_path: Path
) -> None:
    released = tmp_path / "released"
    with bench(emulator, tmp_path, **PATIENT) as queue:
        queue.send(*held(released, 10, sleep=0.5))
        queue.map(BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        queue.wait_for_invocations(2)
        released.touch()
        queue.wait_until_drained()
        assert most_at_once(queue.invocations()) == 2
        assert len(queue.invocations()) == 10


def test_an_update_counts_the_batches_that_are_in_flight(emulator: Emulator, tmp_path: Path) -> None:
    released = tmp_path / "released"
    with bench(emulator, tmp_path, **PATIENT) as queue:
        queue.send(*held(released, 6, sleep=1.5))
        queue.map(BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        queue.wait_for_invocations(2)
        queue.update(MaximumBatchingWindowInSeconds=1)
        queue.wait_for_state("Enabled")
        released.touch()
        queue.wait_until_drained()
        assert most_at_once(queue.invocations()) == 2


def test_a_raised_maximum_concurrency_takes_effect(emulator: Emulator, tmp_path: Path) -> None:
    released = tmp_path / "released"
    with bench(emulator, tmp_path, **PATIENT) as queue:
        queue.map(BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        queue.update(ScalingConfig={"MaximumConcurrency": 4})
        queue.send(*held(released, 8, sleep=0.5))
        queue.wait_for_invocations(4)
        released.touch()
        queue.wait_until_drained()
        assert most_at_once(queue.invocations()) == 4


def test_a_lowered_maximum_concurrency_takes_effect(emulator: Emulator, tmp_path: Path) -> None:
    released = tmp_path / "released"
    with bench(emulator, tmp_path, **PATIENT) as queue:
        queue.map(BatchSize=1, ScalingConfig={"MaximumConcurrency": 4})
        queue.update(ScalingConfig={"MaximumConcurrency": 2})
        queue.send(*held(released, 8, sleep=0.5))
        queue.wait_for_invocations(2)
        released.touch()
        queue.wait_until_drained()
        assert most_at_once(queue.invocations()) == 2


def held(released: Path, count: int, sleep: float) -> list[dict[str, Any]]:
    """Messages whose invocations last until the file is there: none has to be quick to meet another."""
    return [{"id": str(number), "until": str(released), "sleep": sleep} for number in range(count)]


def test_a_healthy_function_gets_each_of_300_messages_once(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=10, MaximumBatchingWindowInSeconds=1)
        queue.send(*({"id": f"{number:03}"} for number in range(300)))
        queue.wait_until_drained()
        assert sorted(queue.ids()) == [f"{number:03}" for number in range(300)]
        assert queue.depth(queue.dlq_url) == 0


def test_a_throttled_function_loses_nothing(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        reserve(queue, 1)
        queue.send(*({"id": str(number), "sleep": 0.3} for number in range(8)))
        queue.map(BatchSize=1)
        queue.wait_until_drained()
        assert sorted(queue.ids()) == [str(number) for number in range(8)]
        assert most_at_once(queue.invocations()) == 1
        assert queue.depth(queue.dlq_url) == 0


def test_a_throttled_batch_comes_back_and_is_delivered_once_the_limit_is_gone(
    emulator: Emulator, tmp_path: Path
) -> None:
    with bench(emulator, tmp_path, visibility_seconds=4, timeout_seconds=1, max_receive_count=100) as queue:
        reserve(queue, 0)
        queue.send(*({"id": str(number)} for number in range(5)))
        queue.map(BatchSize=1)
        throttled = Metrics(emulator, "AWS/Lambda", {"FunctionName": queue.name})
        eventually(lambda: throttled.total("Throttles"), until=lambda total: total > 10, within=60)
        wait_until_received_twice(queue)
        assert queue.invocations() == []
        emulator.client("lambda").delete_function_concurrency(FunctionName=queue.name)
        queue.wait_until_drained()
        # One whose invocation lasts longer than it is invisible is delivered twice.
        assert set(queue.ids()) == {str(number) for number in range(5)}
        assert min(receive_counts(queue)) >= 2


def test_a_mapping_can_be_disabled_while_it_is_throttled(emulator: Emulator, tmp_path: Path) -> None:
    visibility_seconds = 20  # for as long a delivery goes on trying
    with bench(emulator, tmp_path, visibility_seconds=visibility_seconds, max_receive_count=100) as queue:
        reserve(queue, 0)
        queue.send({"id": "waits"})
        queue.map(BatchSize=1)
        throttled = Metrics(emulator, "AWS/Lambda", {"FunctionName": queue.name})
        eventually(lambda: throttled.total("Throttles"), within=10)
        queue.update(Enabled=False)
        eventually(queue.state, until=lambda state: state == "Disabled", within=visibility_seconds / 2)
        emulator.client("lambda").delete_function_concurrency(FunctionName=queue.name)
        queue.update(Enabled=True)
        queue.wait_until_drained()
        assert queue.ids() == ["waits"]


def test_throttling_alone_dead_letters_healthy_messages(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=1, timeout_seconds=1, max_receive_count=2) as queue:
        reserve(queue, 0)
        queue.send({"id": "healthy"})
        queue.map(BatchSize=1)
        queue.wait_for_dead_letters("healthy")
        assert queue.invocations() == []


def reserve(queue: Bench, concurrency: int) -> None:
    queue.emulator.client("lambda").put_function_concurrency(
        FunctionName=queue.name, ReservedConcurrentExecutions=concurrency
    )


def wait_until_received_twice(queue: Bench) -> None:
    """Wait until the queue has been asked for every message again, though no function ran."""
    measured = Metrics(queue.emulator, "AWS/SQS", {"QueueName": queue.name})
    eventually(
        lambda: measured.total("NumberOfMessagesReceived"),
        until=lambda received: received >= 10,
        within=30,
        what="five messages received twice",
    )
