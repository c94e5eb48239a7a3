"""What becomes of the messages that a function did not process."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import Bench, bench

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
    with short_lived(emulator, tmp_path) as queue:
        queue.send({"id": "good"}, {"id": "bad", "fail": True}, {"id": "fine"})
        queue.map(BatchSize=3, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_dead_letters("bad")
        queue.wait_until_drained()
        assert sorted(queue.ids()) == ["bad", "fine", "good"]


def test_every_reported_item_comes_back_when_all_failed(emulator: Emulator, tmp_path: Path) -> None:
    with short_lived(emulator, tmp_path) as queue:
        queue.send({"id": "a", "fail": True}, {"id": "b", "fail": True})
        queue.map(BatchSize=2, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_dead_letters("a", "b")


def test_a_malformed_response_fails_the_whole_batch(emulator: Emulator, tmp_path: Path) -> None:
    answers = COMPLETE_SUCCESSES | COMPLETE_FAILURES
    with short_lived(emulator, tmp_path) as queue:
        queue.send(*({"id": name, "respond": answer} for name, answer in answers.items()))
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_for_dead_letters(*COMPLETE_FAILURES)
        queue.wait_until_drained()
        assert queue.dead_letter_ids() == sorted(COMPLETE_FAILURES)
        assert [queue.ids().count(name) for name in COMPLETE_SUCCESSES] == [1, 1, 1, 1]


def test_a_response_counts_for_nothing_unless_the_mapping_asks_for_it(
    emulator: Emulator, tmp_path: Path
) -> None:
    with short_lived(emulator, tmp_path) as queue:
        queue.send({"id": "reported", "fail": True})
        queue.map(BatchSize=1)
        queue.wait_until_drained()
        assert queue.ids() == ["reported"]
        assert queue.dead_letter_ids() == []


@pytest.mark.parametrize("order", [{"raise": True}, {"sleep": 5}], ids=["exception", "timeout"])
def test_a_function_error_brings_the_whole_batch_back(
    emulator: Emulator, tmp_path: Path, order: dict[str, Any]
) -> None:
    with short_lived(emulator, tmp_path) as queue:
        queue.send({"id": "cause", **order}, {"id": "bystander"})
        queue.map(BatchSize=2, MaximumBatchingWindowInSeconds=1, **REPORTING)
        queue.wait_for_dead_letters("bystander", "cause")


def test_a_killed_function_process_gets_its_message_again(emulator: Emulator, tmp_path: Path) -> None:
    with short_lived(emulator, tmp_path, max_receive_count=2) as queue:
        queue.send({"id": "unlucky", "crash": "once"})
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_until_drained()
        assert queue.ids() == ["unlucky", "unlucky"]
        assert queue.dead_letter_ids() == []


def test_a_failed_message_stays_invisible_for_its_visibility_timeout(
    emulator: Emulator, tmp_path: Path
) -> None:
    with short_lived(emulator, tmp_path, max_receive_count=2) as queue:
        queue.send({"id": "failing", "raise": True})
        queue.map(BatchSize=1, **REPORTING)
        queue.wait_for_dead_letters("failing")
        again = queue.invocations()[1]
        first_received_at = int(again.records[0]["attributes"]["ApproximateFirstReceiveTimestamp"]) / 1000
        assert again.began_at - first_received_at >= VISIBILITY_SECONDS


def short_lived(
    emulator: Emulator, tmp_path: Path, max_receive_count: int = 1
) -> AbstractContextManager[Bench]:
    """A queue whose messages come back soon, and are dead-lettered when they were received enough."""
    return bench(
        emulator,
        tmp_path,
        visibility_seconds=VISIBILITY_SECONDS,
        timeout_seconds=1,
        max_receive_count=max_receive_count,
    )
