"""A walk that receives several times at once."""

from collections.abc import Callable, Iterable
from itertools import repeat
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.common.clock import Deadline
from functions.common.side_by_side import SideBySide
from functions.redrive.dead_letters import IngestionDlq
from functions.redrive.dlq_scan import DlqScan
from tests.functions.doubles import StubClient, client_error

HOLD_SECONDS = 30


def message(message_id: str, handle: str) -> dict[str, object]:
    system = {"SentTimestamp": "0", "ApproximateReceiveCount": "1"}
    return {"MessageId": message_id, "ReceiptHandle": handle, "Body": "{}", "Attributes": system}


def queue_of(*deliveries: Any, counted: Iterable[tuple[int, int]] = ()) -> StubClient:
    """A queue that hands these out, one delivery a receive, or raises what is an error. `counted` are its
    visible and its held letters, one pair a question; none at the end."""
    waiting, counting = iter(deliveries), iter(counted)

    def receive_message(**_: Any) -> Any:
        delivery = next(waiting)
        if isinstance(delivery, Exception):
            raise delivery
        return {"Messages": delivery}

    return StubClient(
        receive_message=receive_message,
        change_message_visibility_batch=lambda **_: {},
        get_queue_attributes=lambda **_: counts(*next(counting, (0, 0))),
    )


def counts(visible: int, held: int) -> dict[str, object]:
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return {"Attributes": dict(zip(names, (str(visible), str(held)), strict=True))}


def walk(client: StubClient, deadline: Deadline, look: Callable[[DlqScan], Any]) -> list[str]:
    """The receipt handles that the walk puts back after the look."""
    with DlqScan(IngestionDlq(client, "dlq"), deadline, HOLD_SECONDS, SideBySide(2)) as scan:  # type: ignore[arg-type]
        look(scan)
    released = [call for name, call in client.calls if name == "change_message_visibility_batch"]
    return sorted(entry["ReceiptHandle"] for call in released for entry in call["Entries"])


def test_all_receives_of_one_time_are_looked_at_together(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], [message("b", "2")], [message("c", "3")], [message("d", "4")])

    def look(scan: DlqScan) -> None:
        assert {letter.message_id for letter in scan.next_letters(1, 2)} == {"a", "b"}
        assert {letter.message_id for letter in scan.next_letters(1, 2)} == {"c", "d"}

    assert walk(client, deadline, look) == ["1", "2", "3", "4"]


def test_a_receive_that_finds_none_beside_one_that_does_ends_the_walk(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], [])

    def look(scan: DlqScan) -> None:
        assert [letter.message_id for letter in scan.next_letters(1, 2)] == ["a"]
        assert scan.next_letters(1, 2) == []
        assert scan.stop_reason == "drained"

    walk(client, deadline, look)


def test_one_letter_that_two_receives_bring_is_seen_once(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], [message("a", "1")])

    def look(scan: DlqScan) -> None:
        assert [letter.message_id for letter in scan.next_letters(1, 2)] == ["a"]

    assert walk(client, deadline, look) == ["1"]


def test_what_comes_beside_a_receive_that_fails_is_put_back(deadline: Deadline) -> None:
    client = queue_of(client_error("InternalError", 500), [message("a", "1")])

    def look(scan: DlqScan) -> None:
        with pytest.raises(ClientError):
            scan.next_letters(1, 2)

    assert walk(client, deadline, look) == ["1"]


def test_a_letter_that_is_gone_is_not_seen_again(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], [message("a", "2"), message("b", "3")])

    def look(scan: DlqScan) -> None:
        scan.drop(scan.next_letters())
        assert [letter.message_id for letter in scan.next_letters()] == ["b"]

    assert walk(client, deadline, look) == ["3"]


def test_what_others_hold_is_not_taken_for_an_empty_queue(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], *repeat([], 20), counted=repeat((0, 3)))

    def look(scan: DlqScan) -> None:
        assert [letter.message_id for letter in scan.next_letters()] == ["a"]
        assert scan.next_letters() == []
        assert scan.stop_reason == "heldElsewhere"

    assert walk(client, deadline, look) == ["1"]


def test_what_others_put_back_meanwhile_is_seen(deadline: Deadline) -> None:
    client = queue_of([], [], [message("a", "1")], [], counted=[(0, 1), (0, 1), (0, 1)])

    def look(scan: DlqScan) -> None:
        assert [letter.message_id for letter in scan.next_letters()] == ["a"]
        assert scan.next_letters() == []
        assert scan.stop_reason == "drained"

    walk(client, deadline, look)


def test_a_count_that_is_late_by_what_was_deleted_does_not_matter_once_it_follows(deadline: Deadline) -> None:
    client = queue_of([message("a", "1")], [], [], [], counted=[(0, 1), (0, 1), (0, 0)])

    def look(scan: DlqScan) -> None:
        scan.drop(scan.next_letters())
        assert scan.next_letters() == []
        assert scan.stop_reason == "drained"

    walk(client, deadline, look)


def test_what_the_walk_holds_itself_is_not_held_elsewhere(deadline: Deadline) -> None:
    client = queue_of([message("a", "1"), message("b", "2")], [], counted=[(0, 2)])

    def look(scan: DlqScan) -> None:
        assert len(scan.next_letters()) == 2
        assert scan.next_letters() == []
        assert scan.stop_reason == "drained"

    walk(client, deadline, look)


def test_a_walk_that_meets_its_own_letters_again_still_knows_of_others(deadline: Deadline) -> None:
    client = queue_of(*repeat([message("a", "1")], 40), counted=[(1, 2)])

    def look(scan: DlqScan) -> None:
        assert len(scan.next_letters()) == 1
        assert scan.next_letters() == []
        assert scan.stop_reason == "heldElsewhere"

    walk(client, deadline, look)
