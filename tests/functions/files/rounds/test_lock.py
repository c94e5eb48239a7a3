"""One execution at a time, whatever dies, repeats or races."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.files.rounds.lock import BELIEVED_SECONDS, LockContended
from tests.functions.doubles import FakeClock, client_error, raising
from tests.functions.files.rounds.pipeline import Pipeline


def test_who_comes_first_has_it(pipeline: Pipeline) -> None:
    first, second = pipeline.stepfunctions.begin("a"), pipeline.stepfunctions.begin("b")
    assert pipeline.lock().take(first).owner == first
    assert pipeline.lock().take(second).owner == first
    assert pipeline.lock_item().owner == first


def test_a_repeated_take_has_it_still(pipeline: Pipeline) -> None:
    mine = pipeline.stepfunctions.begin("a")
    pipeline.lock().take(mine)
    assert pipeline.lock().take(mine).owner == mine


def test_released_it_is_anybodys_and_the_release_is_counted(pipeline: Pipeline) -> None:
    first, second = pipeline.stepfunctions.begin("a"), pipeline.stepfunctions.begin("b")
    pipeline.lock().take(first)
    assert pipeline.lock().release(first)
    assert (pipeline.lock_item().owner, pipeline.lock_item().releases) == (None, 1)
    assert pipeline.lock().take(second).owner == second
    assert pipeline.lock_item().releases == 1


def test_only_its_owner_releases_it(pipeline: Pipeline) -> None:
    mine = pipeline.stepfunctions.begin("a")
    pipeline.lock().take(mine)
    assert not pipeline.lock().release(pipeline.stepfunctions.begin("b"))
    assert (pipeline.lock_item().owner, pipeline.lock_item().releases) == (mine, 0)


def test_a_second_release_counts_nothing(pipeline: Pipeline) -> None:
    mine = pipeline.stepfunctions.begin("a")
    pipeline.lock().take(mine)
    pipeline.lock().release(mine)
    assert not pipeline.lock().release(mine)
    assert pipeline.lock_item().releases == 1


@pytest.mark.parametrize("status", ["ABORTED", "FAILED", "TIMED_OUT", "SUCCEEDED", None])
def test_a_lock_whose_owner_does_not_run_is_taken_over(
    pipeline: Pipeline, clock: FakeClock, status: str | None
) -> None:
    dead, mine = pipeline.stepfunctions.begin("dead"), pipeline.stepfunctions.begin("mine")
    pipeline.lock().take(dead)
    if status:
        pipeline.stepfunctions.end(dead, status)
    else:  # after 90 days, or an emulator's restart
        del pipeline.stepfunctions.status[dead]
    clock.advance(BELIEVED_SECONDS)
    assert pipeline.lock().take(mine).owner == mine
    assert pipeline.lock_item().owner == mine


def test_an_owner_that_is_new_is_not_asked_about(pipeline: Pipeline, clock: FakeClock) -> None:
    """DescribeExecution may not know an execution that has just begun."""
    unknown, mine = "arn:aws:states:us-east-1:000000000000:execution:round:new", "arn:mine"
    pipeline.lock().take(unknown)
    clock.advance(BELIEVED_SECONDS - 0.1)
    assert pipeline.lock().take(mine).owner == unknown
    assert pipeline.stepfunctions.calls == []


@pytest.mark.parametrize("acquired_at", ["", "yesterday", 17])
def test_an_item_that_nobody_can_read_blocks_nobody(pipeline: Pipeline, acquired_at: Any) -> None:
    pipeline.table.write("lock", {"owner": "somebody", "acquiredAt": acquired_at})
    mine = pipeline.stepfunctions.begin("a")
    assert pipeline.lock().take(mine).owner == mine


def racing(pipeline: Pipeline, before_write: list[Callable[[], Any]]) -> Any:
    """A lock before whose writes, one after the other, somebody else is faster."""
    lock = pipeline.lock()

    class Client:
        def update_item(self, **parameters: Any) -> Any:
            if before_write:
                before_write.pop(0)()
            return pipeline.table.dynamodb.update_item(**parameters)

    client: Any = Client()
    return replace(lock, dynamodb=client)


def test_of_two_who_take_over_one_wins(pipeline: Pipeline, clock: FakeClock) -> None:
    begin = pipeline.stepfunctions.begin
    dead, mine, other = begin("dead"), begin("mine"), begin("other")
    pipeline.lock().take(dead)
    pipeline.stepfunctions.end(dead)
    clock.advance(BELIEVED_SECONDS)
    race = racing(pipeline, [lambda: None, lambda: pipeline.lock().take(other)])
    assert race.take(mine).owner == other
    assert pipeline.lock_item().owner == other


def test_a_lock_that_is_released_meanwhile_is_taken(pipeline: Pipeline, clock: FakeClock) -> None:
    begin = pipeline.stepfunctions.begin
    dead, mine, other = begin("dead"), begin("mine"), begin("other")
    pipeline.lock().take(dead)
    pipeline.stepfunctions.end(dead)
    clock.advance(BELIEVED_SECONDS)

    def other_comes_and_goes() -> None:
        pipeline.lock().take(other)
        pipeline.lock().release(other)

    assert racing(pipeline, [lambda: None, other_comes_and_goes]).take(mine).owner == mine


def test_a_lock_that_changes_hands_without_end_is_reported(pipeline: Pipeline) -> None:
    names = iter(range(100))
    before = [lambda: pipeline.table.write("lock", {"owner": f"dead-{next(names)}"}) for _ in range(100)]
    with pytest.raises(LockContended):
        racing(pipeline, before).take(pipeline.stepfunctions.begin("mine"))


def test_an_outage_is_no_answer(pipeline: Pipeline) -> None:
    outage = client_error("InternalServerError", 500)
    with pytest.raises(ClientError, match="InternalServerError"):
        racing(pipeline, [raising(outage)]).take("arn:mine")
    pipeline.table.write("lock", {"owner": "arn:held"})
    pipeline.stepfunctions.fault = outage
    with pytest.raises(ClientError, match="InternalServerError"):
        pipeline.lock().take("arn:mine")
    assert pipeline.lock_item().owner == "arn:held"
