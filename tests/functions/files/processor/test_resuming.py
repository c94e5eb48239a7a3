"""A file that was not finished goes on where it stopped."""

import gzip
from typing import Any

import pytest

from functions.common.errors import LeaseHeld, LeaseLost, OutOfTime, TransientFailure
from functions.files.processor import handler as csv_handler
from functions.files.processor.checkpoint import Checkpoints
from functions.files.processor.simulated_api import CallTimedOut, SimulatedEndpoint
from tests.functions.conftest import Context
from tests.functions.files.processor.conftest import Files, good_rows, table_of

ROWS = 60


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The order ids that the API took."""
    orders: list[str] = []
    send = SimulatedEndpoint.send

    def sent(endpoint: SimulatedEndpoint, order: Any, timeout_seconds: float) -> None:
        send(endpoint, order, timeout_seconds)
        orders.append(order.order_id)

    monkeypatch.setattr(SimulatedEndpoint, "send", sent)
    return orders


class ShortContext(Context):
    """Time is over after so many looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    def get_remaining_time_in_millis(self) -> int:
        self._looks -= 1
        return 20_000 if self._looks > 0 else 3_000


@pytest.mark.parametrize("key", ["incoming/a.csv", "incoming/a.csv.gz"])
@pytest.mark.parametrize("looks", [60, 90, 130, 180])
def test_out_of_time_the_rest_is_another_invocations(
    files: Files, taken: list[str], key: str, looks: int
) -> None:
    content = table_of(good_rows(ROWS))
    task = files.put(gzip.compress(content) if key.endswith(".gz") else content, key)
    first = csv_handler.handler(task.as_document(), ShortContext(looks))
    assert first["status"] == "CONTINUE"
    assert 0 < first["rows"] < ROWS
    assert "leaseExpiresAt" not in files.checkpoint(task)
    second = files.process(task)
    assert (second["status"], first["rows"] + second["rows"]) == ("SUCCEEDED", ROWS)
    assert sorted(taken) == sorted(f"o{row}" for row in range(1, ROWS + 1))
    checkpoint = files.checkpoint(task)
    assert (checkpoint["rowsDelivered"], checkpoint["rowsRepeated"]) == (ROWS, 0)


def test_an_invocation_without_progress_is_a_failure(files: Files) -> None:
    """CONTINUE begins the receive count anew: without progress it would go on for ever."""
    task = files.put(table_of(good_rows(3)))
    with pytest.raises(OutOfTime):
        csv_handler.handler(task.as_document(), ShortContext(2))
    assert files.checkpoint(task)["errorType"] == "OutOfTime"


def test_to_pass_rows_that_an_earlier_attempt_delivered_is_progress(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def advance(*_: Any) -> None:
        raise TransientFailure("the table does not answer")

    task = files.put(table_of(good_rows(ROWS)))
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoints, "advance", advance)
        with pytest.raises(TransientFailure):
            files.process(task)
    assert files.checkpoint(task)["nextRow"] == 1
    answer = csv_handler.handler(task.as_document(), ShortContext(3))
    assert (answer["status"], answer["rows"]) == ("CONTINUE", 0)
    assert files.checkpoint(task)["nextRow"] == files.environment.batch_rows + 1


def test_an_api_that_is_down_fails_the_attempt_and_keeps_the_progress(
    files: Files, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    task = files.put(table_of(good_rows(3)), "incoming/poison.csv")
    files.simulate(failing="poison")
    with pytest.raises(TransientFailure, match="503, 5 times"):
        files.process(task)
    checkpoint = files.checkpoint(task)
    assert (checkpoint["status"], checkpoint["errorType"]) == ("FAILED", "TransientFailure")
    files.simulate()
    assert files.process(task)["rows"] == 3
    assert (files.checkpoint(task)["attempts"], files.checkpoint(task)["rowsRepeated"]) == (2, 0)
    assert "reason" not in files.checkpoint(task)


def test_now_and_then_a_503_costs_a_second_call_and_no_more(
    files: Files, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    # No error at all, or five on end for one row: each happens less than once in twenty thousand runs.
    files.simulate(errorRate=0.04)
    answer = files.process(files.put(table_of(good_rows(300))))
    assert sorted(taken) == sorted(f"o{row}" for row in range(1, 301))
    assert answer["apiErrors"] == answer["apiCalls"] - 300 > 0


def test_a_row_without_an_answer_in_time_is_sent_again_and_counts_as_repeated(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = SimulatedEndpoint.send

    def sent(endpoint: SimulatedEndpoint, order: Any, timeout_seconds: float) -> None:
        send(endpoint, order, timeout_seconds)
        if order.order_id == "o2":
            raise CallTimedOut("no answer")

    task = files.put(table_of(good_rows(3)))
    with monkeypatch.context() as patch:
        patch.setattr(SimulatedEndpoint, "send", sent)
        assert files.process(task)["status"] == "CONTINUE"
    (batch,) = files.batches(task)
    assert (batch["state"], batch["delivered"], batch["unknown"]) == ("PARTIAL", [1, 3], [2])
    assert files.process(task)["rows"] == 1
    assert files.checkpoint(task)["rowsRepeated"] == 1


def test_a_live_lease_is_respected_and_one_that_ran_out_is_taken_over(files: Files) -> None:
    task = files.put(table_of(good_rows(1)))
    checkpoints = csv_handler.attempts().checkpoints
    first = checkpoints.claim(task, 1_000)
    with pytest.raises(LeaseHeld, match="for 35 s more"):
        checkpoints.claim(task, 1_000)
    second = checkpoints.claim(task, 1_035)
    assert first is not None
    assert second is not None
    assert (first.attempts, second.attempts) == (1, 2)
    with pytest.raises(LeaseLost):
        checkpoints.advance(first, 1_036)
    checkpoints.advance(second, 1_036)


def test_the_one_who_meets_a_live_lease_changes_nothing(files: Files) -> None:
    task = files.put(table_of(good_rows(1)))
    csv_handler.attempts().checkpoints.claim(task, 4_000_000_000)
    before = files.entries(task)
    with pytest.raises(LeaseHeld):
        files.process(task)
    assert files.entries(task) == before


def test_whoever_is_overtaken_leaves_the_checkpoint_to_the_other(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = files.put(table_of(good_rows(30)))
    send = SimulatedEndpoint.send

    def overtake(endpoint: SimulatedEndpoint, order: Any, timeout_seconds: float) -> None:
        send(endpoint, order, timeout_seconds)
        if order.order_id == "o25":
            csv_handler.attempts().checkpoints.claim(task, 4_000_000_000)

    with monkeypatch.context() as patch:
        patch.setattr(SimulatedEndpoint, "send", overtake)
        with pytest.raises(LeaseLost):
            files.process(task)
    checkpoint = files.checkpoint(task)
    assert (checkpoint["status"], checkpoint["attempts"], checkpoint["nextRow"]) == ("INFLIGHT", 2, 1)


def test_every_attempt_leaves_its_times_and_its_outcome(files: Files) -> None:
    task = files.put(table_of(good_rows(30)))
    files.process(task)
    (attempt,) = (entry for entry in files.entries(task) if entry["entry"].startswith("attempt#"))
    assert (attempt["outcome"], attempt["rows"]) == ("SUCCEEDED", 30)
    assert attempt["startedAt"] <= attempt["endedAt"]
