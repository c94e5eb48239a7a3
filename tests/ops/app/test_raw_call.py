"""A raw call: names as AWS's command line has them, parameters by their types, mistakes in words."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.app.raw_call import RawCall, parse_call
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.errors import CommandError, Refused


@pytest.mark.parametrize("operation", ["list-queues", "ListQueues"])
def test_an_operation_has_two_spellings(target: Target, operation: str) -> None:
    assert parse_call(target, "sqs", operation, []) == RawCall("sqs", "ListQueues", {})


def test_parameters_are_texts_or_json_by_their_types(target: Target) -> None:
    made = parse_call(target, "sqs", "list-queues", ["QueueNamePrefix=12", "MaxResults=5"])
    assert made.parameters == {"QueueNamePrefix": "12", "MaxResults": 5}
    whole = parse_call(target, "sqs", "send-message", ['{"QueueUrl": "u", "MessageBody": "b"}'])
    assert whole.parameters == {"QueueUrl": "u", "MessageBody": "b"}


@pytest.mark.parametrize(
    ("service", "operation", "given", "words"),
    [
        ("sqss", "list-queues", [], "no service sqss"),
        ("sqs", "list-queue", [], "no operation list-queue"),
        ("sqs", "list-queues", ["Prefix=x"], "no parameter Prefix"),
        ("sqs", "list-queues", ["MaxResults=x"], "is no JSON"),
        ("sqs", "list-queues", ["{"], "is no JSON"),
    ],
)
def test_a_mistake_is_refused_in_words(
    target: Target, service: str, operation: str, given: list[str], words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        parse_call(target, service, operation, given)
    assert refusal.value.hint


def test_a_missing_parameter_is_told(target: Target) -> None:
    with pytest.raises(CommandError, match="QueueUrl"):
        parse_call(target, "sqs", "purge-queue", []).make(target)


def test_reading_is_told_from_changing() -> None:
    assert RawCall("events", "ListRules", {}).only_reads
    assert not RawCall("events", "DisableRule", {}).only_reads


def test_the_command_prints_the_answer_alone(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.lab.commands.call.choose", lambda *_: target)

    result: Any = CliRunner().invoke(app, ["call", "sqs", "get-queue-url", "QueueName=dlq"])

    assert (result.exit_code, json.loads(result.stdout)) == (0, {"QueueUrl": target.output("DlqUrl")})


def test_a_query_takes_a_part_of_the_answer_and_a_text_stands_bare(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.call.choose", lambda *_: target)
    call = ["call", "sqs", "get-queue-url", "QueueName=dlq", "--query"]

    part: Any = CliRunner().invoke(app, [*call, "QueueUrl"])
    wrong: Any = CliRunner().invoke(app, [*call, "["])

    assert (part.exit_code, part.stdout) == (0, target.output("DlqUrl") + "\n")
    assert wrong.exit_code == 2
