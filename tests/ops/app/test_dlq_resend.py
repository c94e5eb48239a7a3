"""Dead letters whose key another event has: each is sent under a new key, and goes only then."""

from typing import Any

import pytest

from functions.ingestion.identity import checksum
from ops.lab.app import dlq_resend, queue_depth
from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.target import Target
from ops.lab.errors import CommandError

FIRST, SECOND, THIRD = (
    '{"amount":1,"orderId":"a"}',
    '{"amount":2,"orderId":"b"}',
    '{"amount":3,"orderId":"c"}',
)


class StubbedApi:
    """Accepts what is posted, or refuses all of it."""

    def __init__(self) -> None:
        self.posted: dict[str, str] = {}
        self.status = 202

    def request(self, _method: str, _path: str, body: bytes, headers: dict[str, str]) -> ApiAnswer:
        if self.status == 202:
            self.posted[headers["idempotency-key"]] = body.decode()
        return ApiAnswer(self.status, {"detail": "no room"})


@pytest.fixture
def api(target: Target, monkeypatch: pytest.MonkeyPatch) -> StubbedApi:
    stub = StubbedApi()
    monkeypatch.setattr(Api, "of", lambda *_: stub)
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)
    item: Any = {
        "idempotencyKey": {"S": "till"},
        "status": {"S": "SUCCEEDED"},
        "checksum": {"S": checksum(FIRST)},
    }
    target.dynamodb.put_item(TableName="state", Item=item)
    return stub


def bury(target: Target, *bodies: str, key: str = "till") -> None:
    for body in bodies:
        target.sqs.send_message(
            QueueUrl=target.output("DlqUrl"),
            MessageBody=body,
            MessageAttributes={"idempotencyKey": {"DataType": "String", "StringValue": key}},
        )


def test_each_other_payload_gets_a_key_of_its_own_and_leaves_the_queue(
    target: Target, api: StubbedApi
) -> None:
    bury(target, SECOND, THIRD)

    sent = dlq_resend.resend(target)

    assert sorted(api.posted.values()) == [SECOND, THIRD]
    assert {each.new_key for each in sent} == set(api.posted)
    assert queue_depth.dead_letter_queue(target).total == 0


def test_what_a_redrive_could_bring_back_stays(target: Target, api: StubbedApi) -> None:
    bury(target, FIRST)  # its own key
    bury(target, SECOND, key="unknown")

    assert dlq_resend.resend(target) == []
    assert queue_depth.dead_letter_queue(target).visible == 2


def test_only_the_keys_that_are_named(target: Target, api: StubbedApi) -> None:
    bury(target, SECOND)

    assert dlq_resend.resend(target, ["another"]) == []
    assert [each.old_key for each in dlq_resend.resend(target, ["till"])] == ["till"]


def test_what_the_api_does_not_take_is_still_there(target: Target, api: StubbedApi) -> None:
    bury(target, SECOND)
    api.status = 503

    with pytest.raises(CommandError, match="no room"):
        dlq_resend.resend(target)

    assert queue_depth.dead_letter_queue(target).visible == 1


def test_the_new_key_is_valid_and_the_same_at_each_attempt() -> None:
    longest = "k" * 128

    assert dlq_resend.new_key(longest, SECOND) == dlq_resend.new_key(longest, SECOND)
    assert len(dlq_resend.new_key(longest, SECOND)) == 128
    assert dlq_resend.new_key("till", SECOND) != dlq_resend.new_key("till", THIRD)
