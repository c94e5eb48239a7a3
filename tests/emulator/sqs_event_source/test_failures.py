"""What becomes of the messages that a function did not process."""

from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import bench

REPORTING = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
VISIBILITY_SECONDS = 3

COMPLETE_SUCCESSES: dict[str, Any] = {
    "null": None,
    "empty-object": {},
    "null-list": {"batchItemFailures": None},
    "empty-list": {"batchItemFailures": []},
}
COMPLETE_FAILURES: dict[str, Any] = {
    "text": "done",
    "not-a-list": {"batchItemFailures": "all"},
    "unknown-identifier": {"batchItemFailures": [{"itemIdentifier": "of-no-message"}]},
    "empty-identifier": {"batchItemFailures": [{"itemIdentifier": ""}]},
    "null-identifier": {"batchItemFailures": [{"itemIdentifier": None}]},
    "misnamed-identifier": {"batchItemFailures": [{"messageId": "of-no-message"}]},
}


def test_only_the_reported_items_come_back(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.send({"id": "good"}, {"id": "bad", "fail": True}, {"id": "fine"})
        queue.map(BatchSize=3, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_ids("bad", "fine", "good")
        assert queue.left_ids() == ["bad"]
        assert sorted(queue.ids()) == ["bad", "fine", "good"]


def test_every_reported_item_comes_back_when_all_failed(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.send({"id": "a", "fail": True}, {"id": "b", "fail": True})
        queue.map(BatchSize=2, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_ids("a", "b")
        assert queue.left_ids() == ["a", "b"]


def test_a_malformed_response_fails_the_whole_batch(emulator: Emulator, tmp_path: Path) -> None:
    answers = COMPLETE_SUCCESSES | COMPLETE_FAILURES
    with bench(emulator, tmp_path) as queue:
        queue.send(*({"id": name, "respond": answer} for name, answer in answers.items()))
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_for_ids(*answers, within_seconds=60)
        assert queue.left_ids() == sorted(COMPLETE_FAILURES)
        assert sorted(queue.ids()) == sorted(answers)


def test_a_response_counts_for_nothing_unless_the_mapping_asks_for_it(
    emulator: Emulator, tmp_path: Path
) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.send({"id": "reported", "fail": True})
        queue.map(BatchSize=1)
        queue.wait_until_drained()
        assert queue.ids() == ["reported"]
        assert queue.dead_letter_ids() == []


@pytest.mark.parametrize("order", [{"raise": True}, {"sleep": 60}], ids=["exception", "timeout"])
def test_a_function_error_brings_the_whole_batch_back(
    emulator: Emulator, tmp_path: Path, order: dict[str, Any]
) -> None:
    with bench(emulator, tmp_path, timeout_seconds=5) as queue:
        queue.send({"id": "cause", **order}, {"id": "bystander"})
        queue.map(BatchSize=2, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_ids("bystander", "cause")
        assert queue.left_ids() == ["bystander", "cause"]


def test_a_killed_function_process_gets_its_message_again(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        queue.send({"id": "unlucky", "crash": "once"})
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_for_ids("unlucky")
        queue.wait_until_delivered()
        queue.make_visible()
        queue.update(Enabled=True)
        queue.wait_until_drained()
        assert queue.ids() == ["unlucky", "unlucky"]
        assert queue.dead_letter_ids() == []


def test_a_failed_message_stays_invisible_for_its_visibility_timeout_and_ends_in_the_dlq(
    emulator: Emulator, tmp_path: Path
) -> None:
    seconds = VISIBILITY_SECONDS
    with bench(
        emulator, tmp_path, visibility_seconds=seconds, timeout_seconds=seconds, max_receive_count=2
    ) as queue:
        queue.send({"id": "failing", "raise": True})
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_for_dead_letters("failing")
        again = queue.invocations()[1]
        first_received_at = int(again.records[0]["attributes"]["ApproximateFirstReceiveTimestamp"]) / 1000
        assert again.began_at - first_received_at >= seconds
