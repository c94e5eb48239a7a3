"""The proof counts keys from the table, events from the bus, messages from the queues."""

import json
from collections.abc import Callable

import pytest

from ops.lab.app.target import Target
from ops.lab.drills.declaration import Proof
from ops.lab.drills.ingestion_pipeline import INGESTION, account, delete_dead_letters
from ops.lab.drills.scene import Scene

Announce = Callable[..., None]
PutItem = Callable[..., None]
NoteProcessed = Callable[[str], None]


@pytest.fixture
def accepted(scene: Scene, put_item: PutItem, announce: Announce, note_processed: NoteProcessed) -> Scene:
    """Three keys, all of them SUCCEEDED and announced."""
    for key in ("a", "b", "c"):
        scene.ledger.accept(key, 1, 2)
        put_item(key)
        announce(key, f"event-{key}")
        note_processed(key)
    return scene


def _missed(scene: Scene, proof: Proof | None = None) -> list[tuple[str, object]]:
    lines = account(scene).lines(proof or Proof())
    return [(line.title, line.value) for line in lines if not line.met]


def test_all_announced_once_and_nothing_left_is_a_proof(accepted: Scene) -> None:
    assert _missed(accepted) == []


def test_a_key_accepted_twice_counts_once(accepted: Scene) -> None:
    accepted.ledger.accept("a", 3, 4)
    assert account(accepted).accepted == 3


def test_a_failed_key_is_missed_unless_it_is_declared(accepted: Scene, put_item: PutItem) -> None:
    put_item("c", status="FAILED")
    assert ("accepted keys that have not succeeded", 1) in _missed(accepted)
    assert ("accepted keys that have not succeeded", 1) not in _missed(accepted, Proof(dead_letters=1))


def test_a_success_without_an_event_is_missed(accepted: Scene, put_item: PutItem) -> None:
    accepted.ledger.accept("silent", 1, 2)
    put_item("silent")
    assert _missed(accepted) == [("keys that succeeded without a success event", 1)]


def test_an_event_that_a_cut_off_attempt_left_to_be_repeated_is_no_violation(
    accepted: Scene, put_item: PutItem, announce: Announce
) -> None:
    """Its attempt was killed between PutEvents and the verdict; the table counts the next one."""
    put_item("a", attempts=2)
    announce("a", "event-a", attempt=2)
    assert _missed(accepted) == []
    assert account(accepted).repeated_events == 1


def test_a_repetition_that_no_attempt_on_record_explains_is_missed(
    accepted: Scene, announce: Announce
) -> None:
    announce("a", "event-a", attempt=2)
    assert _missed(accepted) == [("success events of attempts not on record", 1)]


def test_a_second_event_of_a_key_is_missed(accepted: Scene, announce: Announce) -> None:
    announce("a", "another")
    assert _missed(accepted) == [("keys announced by two different success events", 1)]


def test_a_key_that_is_processed_again_after_its_success_is_missed(
    accepted: Scene, put_item: PutItem, announce: Announce, note_processed: NoteProcessed
) -> None:
    """A duplicate that the table should have told."""
    put_item("a", attempts=2)
    announce("a", "event-a", attempt=2)
    note_processed("a")
    assert _missed(accepted) == [("keys processed twice", 1)]


def test_events_of_other_keys_are_nobody_s_business(accepted: Scene, announce: Announce) -> None:
    announce("somebody else's")
    assert _missed(accepted) == []


@pytest.mark.parametrize(
    ("output", "title"),
    [("QueueUrl", "messages left in the queue"), ("DlqUrl", "messages left in the DLQ")],
)
def test_a_message_left_behind_is_missed(accepted: Scene, output: str, title: str) -> None:
    accepted.target.sqs.send_message(QueueUrl=accepted.target.output(output), MessageBody="{}")
    assert _missed(accepted) == [(title, 1)]


def test_dead_letters_that_are_declared_are_expected(accepted: Scene) -> None:
    accepted.ledger.accept("dead", 1, 2)
    accepted.target.sqs.send_message(QueueUrl=accepted.target.output("DlqUrl"), MessageBody="{}")
    assert _missed(accepted, Proof(dead_letters=1)) == []


def _put_dead_letter(target: Target, key: str | None, queue: str = "DlqUrl") -> None:
    attributes = {} if key is None else {"idempotencyKey": {"DataType": "String", "StringValue": key}}
    target.sqs.send_message(
        QueueUrl=target.output(queue),
        MessageBody="{}",
        MessageAttributes=attributes,  # type: ignore[arg-type]  # the stubs want their own TypedDict
    )


def test_only_the_dead_letters_of_the_keys_are_deleted(target: Target) -> None:
    for key in ("mine-1", "mine-2", "yours", None):
        _put_dead_letter(target, key)

    assert delete_dead_letters(target, ["mine-1", "mine-2", "never sent"]) == 2

    answer = target.sqs.receive_message(
        QueueUrl=target.output("DlqUrl"), MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    left = [message.get("MessageAttributes", {}) for message in answer["Messages"]]
    assert sorted(each["idempotencyKey"]["StringValue"] for each in left if each) == ["yours"]
    assert len(left) == 2


def test_what_is_parked_of_a_drill_goes_with_its_dead_letters(scene: Scene) -> None:
    scene.ledger.accept("mine", 0.0, 0.0)
    for queue in ("DlqUrl", "ParkedUrl"):
        for key in ("mine", "yours"):
            _put_dead_letter(scene.target, key, queue)

    assert INGESTION.delete_dead_letters(scene) == 2


def test_the_circuits_of_each_execution_environment_are_told_apart(scene: Scene) -> None:
    group, target = "/aws/lambda/worker", scene.target
    target.logs.create_log_group(logGroupName=group)
    now = int(scene.started_at * 1000)
    for at, (stream, state) in enumerate((("first", "open"), ("second", "open"), ("first", "half-open"))):
        if at < 2:
            target.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        line = json.dumps({"message": "circuit state changed", "circuit": "SQS", "circuitState": state})
        events = [{"timestamp": now + at, "message": text} for text in (line, "START RequestId: 1", "{}")]
        target.logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)  # type: ignore[arg-type]

    changes = dict.fromkeys(INGESTION.circuit_changes(scene))  # all three functions log to one group here

    assert [(each.circuit, each.environment, each.state) for each in changes] == [
        ("SQS", "first", "open"),
        ("SQS", "second", "open"),
        ("SQS", "first", "half-open"),
    ]
    assert next(iter(changes)).at == now / 1000
