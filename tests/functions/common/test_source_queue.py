"""Source queue: which records come back, and after how long."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.common.clock import Deadline
from functions.common.source_queue import MAX_BACKOFF_SECONDS, RetryingSourceQueue
from tests.functions.doubles import StubClient, raising


def record(id_: str, *, receives: int = 1) -> dict[str, Any]:
    return {
        "messageId": id_,
        "receiptHandle": f"handle-{id_}",
        "body": id_,
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
    }


def queue(client: StubClient) -> RetryingSourceQueue:
    longest = lambda _, high: high  # noqa: E731  # the upper end of the jitter
    return RetryingSourceQueue(client, "url", 5, longest)  # type: ignore[arg-type]


def ample() -> Deadline:
    return Deadline(lambda: 60_000)


def test_only_what_was_not_taken_is_named_and_comes_back_later() -> None:
    client = StubClient(change_message_visibility=lambda **_: {})
    answer = queue(client).run(
        [record("a"), record("b"), record("c")], lambda each: each.body != "b", ample(), needs_seconds=1
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "b"}]}
    assert client.calls == [
        (
            "change_message_visibility",
            {"QueueUrl": "url", "ReceiptHandle": "handle-b", "VisibilityTimeout": 5},
        )
    ]


@pytest.mark.parametrize(("receives", "seconds"), [(1, 5), (2, 10), (5, 80), (50, MAX_BACKOFF_SECONDS)])
def test_the_backoff_doubles_with_each_receive_up_to_its_cap(receives: int, seconds: int) -> None:
    client = StubClient(change_message_visibility=lambda **_: {})
    queue(client).run([record("a", receives=receives)], lambda _: False, ample(), needs_seconds=1)
    assert client.calls[0][1]["VisibilityTimeout"] == seconds


def test_nothing_is_begun_that_the_invocation_may_not_see_the_end_of() -> None:
    client = StubClient(change_message_visibility=lambda **_: {})
    taken: list[str] = []
    remaining = iter([60_000, 40_000, 9_000])  # at the start, then before each record

    def take(each: Any) -> bool:
        taken.append(each.body)
        return True

    answer = queue(client).run(
        [record("a"), record("b")], take, Deadline(lambda: next(remaining)), needs_seconds=10
    )
    assert taken == ["a"]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "b"}]}


def test_without_sqs_the_queues_own_visibility_timeout_brings_it_back() -> None:
    client = StubClient(change_message_visibility=raising(EndpointConnectionError(endpoint_url="x")))
    answer = queue(client).run([record("a")], lambda _: False, ample(), needs_seconds=1)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}]}
