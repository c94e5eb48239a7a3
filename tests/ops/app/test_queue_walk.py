"""Walk of a queue: every message once, however long what is done with them takes."""

from typing import Any

import pytest

from ops.lab.app import queue_walk
from ops.lab.app.target import Target


def _message(number: int) -> dict[str, Any]:
    return {"MessageId": str(number), "ReceiptHandle": f"handle-{number}", "Body": ""}


def _receives(monkeypatch: pytest.MonkeyPatch, *answers: range) -> None:
    left = [[_message(number) for number in answer] for answer in answers]
    monkeypatch.setattr(queue_walk, "_receive", lambda *_: left.pop(0) if left else [])


def test_a_walk_that_meets_its_own_messages_again_goes_on_to_those_behind_them(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    _receives(monkeypatch, range(10), range(10), range(5, 15), range(15, 20))

    walked = [message["MessageId"] for batch in queue_walk.batches(target, "url") for message in batch]

    assert walked == [str(number) for number in range(20)]


def test_a_walk_that_meets_only_its_own_messages_ends(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_walk, "_receive", lambda *_: [_message(1)])

    assert [len(batch) for batch in queue_walk.batches(target, "url")] == [1]


def test_what_a_broken_deletion_kept_is_given_back(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_walk, "_WAIT_SECONDS", 0)
    url = target.output("DlqUrl")
    for body in ("kept", "broken"):
        target.sqs.send_message(QueueUrl=url, MessageBody=body)

    def matches(message: Any) -> bool:
        if message["Body"] == "broken":
            raise ValueError(message["Body"])
        return False

    with pytest.raises(ValueError, match="broken"):
        queue_walk.delete_matching(target, url, matches)

    assert {each["Body"] for each in queue_walk.look(target, url, 10)} == {"kept", "broken"}
