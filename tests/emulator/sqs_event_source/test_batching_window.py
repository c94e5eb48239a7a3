"""How a mapping gathers its batches: BatchSize, batching window, 6 MB."""

from pathlib import Path

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import bench, visible

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
WINDOW_SECONDS = 3


def test_messages_within_the_batching_window_come_as_one_batch(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        queue.map(BatchSize=4, MaximumBatchingWindowInSeconds=200)
        for name in ("a", "b", "c", "d"):  # each is received by itself
            queue.send({"id": name})
            eventually(lambda: visible(queue) == 0, within=30, what="the message was received")
        queue.wait_for_ids("a", "b", "c", "d")
        queue.wait_until_drained()
        assert [invocation.ids for invocation in queue.invocations()] == [["a", "b", "c", "d"]]


def test_what_came_is_handed_over_at_the_end_of_the_window(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=10, MaximumBatchingWindowInSeconds=WINDOW_SECONDS)
        queue.send({"id": "a"})
        queue.wait_for_ids("a")
        [invocation] = queue.invocations()
        attributes = invocation.records[0]["attributes"]
        received_at = int(attributes["ApproximateFirstReceiveTimestamp"]) / 1000
        # The window begins just before the receive.
        assert invocation.began_at - received_at >= WINDOW_SECONDS - 0.5


def test_a_full_batch_does_not_wait_for_the_window(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        queue.map(BatchSize=2, MaximumBatchingWindowInSeconds=200)
        queue.send({"id": "a"}, {"id": "b"})
        queue.wait_for_ids("a", "b")


def test_a_batch_holds_more_than_one_receive_gives(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        queue.send(*({"id": str(number)} for number in range(25)))
        queue.map(BatchSize=25, MaximumBatchingWindowInSeconds=200)
        queue.wait_until_drained()
        assert [len(invocation.records) for invocation in queue.invocations()] == [25]


def test_without_a_window_an_idle_mapping_invokes_at_once(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=10)
        queue.send({"id": "wakes the function up"})
        queue.wait_until_drained()
        queue.send({"id": "next"})
        queue.wait_for_ids("next", within_seconds=15)  # a long poll may take 20


def test_a_batch_stays_within_six_megabytes(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        for number in range(8):
            queue.send({"id": str(number), "padding": "x" * 1_000_000})
        queue.map(BatchSize=8)
        queue.wait_until_drained()
        sizes = [sum(len(r["body"]) for r in invocation.records) for invocation in queue.invocations()]
        assert max(sizes) <= MAX_PAYLOAD_BYTES
        assert sorted(queue.ids()) == [str(number) for number in range(8)]
        assert len(sizes) == 2
