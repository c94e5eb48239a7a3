"""`lab dlq purge`: it asks, it keeps what went, and it takes nothing that it did not ask for."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app import queue_depth
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.local.directory import LabDirectory

Purge = Callable[..., Any]


@pytest.fixture
def purge(directory: LabDirectory, target: Target, monkeypatch: pytest.MonkeyPatch) -> Purge:
    monkeypatch.setattr("ops.lab.commands.dlq.choose", lambda *_: target)
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)
    return lambda *arguments, answer="": CliRunner().invoke(app, ["dlq", "purge", *arguments], input=answer)


def bury(target: Target, count: int) -> None:
    for number in range(count):
        attributes: Any = {
            "idempotencyKey": {"DataType": "String", "StringValue": f"key-{number}"},
            "blob": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        }
        body = f'{{"orderId":"{number}"}}'
        target.sqs.send_message(
            QueueUrl=target.output("DlqUrl"), MessageBody=body, MessageAttributes=attributes
        )


def depth(target: Target) -> int:
    return queue_depth.dead_letter_queue(target).total


def test_each_message_is_in_the_record_whole_and_gone_from_the_queue(
    purge: Purge, target: Target, directory: LabDirectory
) -> None:
    bury(target, 23)
    result = purge(answer="y\n")
    assert (result.exit_code, depth(target)) == (0, 0), result.output
    [record] = directory.purged.iterdir()
    assert str(record) in result.stdout
    assert "23 messages deleted" in result.stdout
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert sorted(json.loads(line["MessageBody"])["orderId"] for line in lines) == sorted(map(str, range(23)))
    assert lines[0]["MessageAttributes"]["blob"]["BinaryValue"] == base64.b64encode(b"\x00\xff").decode()


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_deleted(
    purge: Purge, target: Target, directory: LabDirectory, answer: str
) -> None:
    bury(target, 2)
    result = purge(answer=answer)
    assert (result.exit_code, depth(target), directory.purged.exists()) == (2, 2, False), result.output
    assert "nothing was deleted" in result.stderr


def test_json_is_all_that_is_printed(purge: Purge, target: Target) -> None:
    bury(target, 3)
    document = json.loads(purge("--yes", "--json").stdout)
    assert (document["deleted"], document["failed"], document["left"]) == (3, 0, 0)


def test_an_empty_queue_needs_no_answer(purge: Purge, directory: LabDirectory) -> None:
    result = purge()
    assert (result.exit_code, "no messages" in result.stdout, directory.purged.exists()) == (0, True, False)


def test_what_arrives_after_the_answer_stays(
    purge: Purge, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(target, 2)

    def five_arrive(*_: object, **__: object) -> bool:
        bury(target, 5)
        return True

    monkeypatch.setattr("ops.lab.commands.dlq.typer.confirm", five_arrive)
    result = purge()
    assert (result.exit_code, depth(target)) == (0, 5), result.output


def test_what_sqs_does_not_delete_is_said_to_be_there(
    purge: Purge, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(target, 1)
    refusal = {"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]}
    monkeypatch.setattr(target.sqs, "delete_message_batch", lambda **_: refusal)
    result = purge("--yes")
    assert (result.exit_code, "SQS did not delete 1 messages" in result.stderr) == (1, True)


def test_ctrl_c_says_what_is_gone_and_where_it_is(
    purge: Purge, target: Target, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(target, 12)
    delete = target.sqs.delete_message_batch
    calls: list[Any] = []

    def second_is_interrupted(**parameters: Any) -> Any:
        calls.append(parameters)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return delete(**parameters)

    monkeypatch.setattr(target.sqs, "delete_message_batch", second_is_interrupted)
    result = purge("--yes")
    gone = len(calls[0]["Entries"])
    [record] = directory.purged.iterdir()
    assert result.exit_code == 130
    assert f"{gone} messages were deleted" in result.stderr
    assert str(record) in result.stderr
    assert len(record.read_text().splitlines()) == 12
