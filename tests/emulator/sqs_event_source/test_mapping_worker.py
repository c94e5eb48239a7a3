"""Creating, disabling, updating and deleting a mapping."""

from pathlib import Path

import pytest

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import bench, receive_counts, visible


def test_a_disabled_mapping_leaves_messages_until_it_is_enabled(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=1)
        queue.update(Enabled=False)
        queue.wait_for_state("Disabled")
        queue.send({"id": "early"})
        assert visible(queue) == 1
        queue.update(Enabled=True)
        queue.wait_for_ids("early")
        queue.wait_until_drained()
        assert queue.state() == "Enabled"
        assert receive_counts(queue) == [1]


def test_disabling_waits_for_the_batch_in_flight_and_deletes_it(emulator: Emulator, tmp_path: Path) -> None:
    may_end = tmp_path / "may-end"
    with bench(emulator, tmp_path, timeout_seconds=30) as queue:
        queue.map(BatchSize=1)
        queue.send({"id": "slow", "until": str(may_end)})
        queue.wait_for_ids("slow")
        queue.update(Enabled=False)
        assert queue.state() == "Disabling"
        may_end.touch()
        queue.wait_for_state("Disabled")
        assert queue.depth(queue.queue_url) == 0
        [invocation] = queue.invocations()
        assert invocation.ended_at is not None


def test_a_mapping_created_disabled_does_not_poll(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.send({"id": "early"})
        queue.map(BatchSize=1, Enabled=False)
        assert visible(queue) == 1
        queue.update(Enabled=True)
        queue.wait_until_drained()
        assert receive_counts(queue) == [1]


def test_an_update_takes_effect_on_the_next_batch(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        queue.map(BatchSize=1)
        queue.update(BatchSize=3, MaximumBatchingWindowInSeconds=200)
        queue.wait_for_state("Enabled")
        queue.send({"id": "a"}, {"id": "b"}, {"id": "c"})
        queue.wait_until_drained()
        assert [sorted(invocation.ids) for invocation in queue.invocations()] == [["a", "b", "c"]]


def test_an_update_hands_over_a_batch_that_was_still_gathering(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        queue.map(BatchSize=10, MaximumBatchingWindowInSeconds=200)
        queue.send({"id": "waiting"})
        eventually(lambda: visible(queue) == 0, within=30, what="the message was received")
        queue.update(MaximumBatchingWindowInSeconds=1)
        queue.wait_for_ids("waiting")


@pytest.mark.parametrize("enabled", [True, False], ids=["enabled", "disabled"])
def test_a_deleted_mapping_can_be_created_again(emulator: Emulator, tmp_path: Path, enabled: bool) -> None:
    lambda_client = emulator.client("lambda")
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=1, Enabled=enabled)
        lambda_client.delete_event_source_mapping(UUID=queue.mapping_uuid)
        eventually(
            lambda: lambda_client.list_event_source_mappings(FunctionName=queue.name)["EventSourceMappings"],
            until=lambda mappings: mappings == [],
            within=30,
            what="deletion of the mapping",
        )
        queue.send({"id": "after"})
        assert visible(queue) == 1
        queue.map(BatchSize=1)
        queue.wait_until_drained()
        assert queue.ids() == ["after"]


def test_a_queue_that_is_deleted_and_created_again_is_read(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.map(BatchSize=1)
        emulator.client("sqs").delete_queue(QueueUrl=queue.queue_url)
        emulator.client("sqs").create_queue(QueueName=queue.name, Attributes={"VisibilityTimeout": "60"})
        queue.send({"id": "new"})
        queue.wait_for_ids("new")
