"""A dead letter tells why it is one, within what SQS takes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.common.error_category import error_type
from functions.common.sqs_message import MAX_REASON_CHARACTERS, text_attribute
from functions.files.round_control.dead_letter_reason import explain
from tests.functions.doubles import client_error


def test_a_functions_error_gives_its_message_and_not_its_stack_trace() -> None:
    cause = json.dumps({"errorMessage": "no header", "errorType": "PermanentFailure", "stackTrace": ["…"]})
    told = explain({"Error": "PermanentFailure", "Cause": cause}, 3, {"priority": text_attribute("high")})
    assert (told["errorType"], told["reason"]) == ("PermanentFailure", "no header")
    assert told["messageAttributes"] == {
        "priority": {"DataType": "String", "StringValue": "high"},
        "errorType": {"DataType": "String", "StringValue": "PermanentFailure"},
        "reason": {"DataType": "String", "StringValue": "no header"},
        "receiveCount": {"DataType": "Number", "StringValue": "3"},
    }


def test_an_answer_of_aws_goes_by_its_code_as_everywhere_else() -> None:
    """`functions.common.error_category.error_type`: by this name the table and the logs know it."""
    error = client_error("KeyTooLongError")
    cause = json.dumps({"errorMessage": str(error), "errorType": type(error).__name__})
    assert explain({"Error": "ClientError", "Cause": cause}, 1, {})["errorType"] == error_type(error)


@pytest.mark.parametrize("cause", ["{}", "", "null", '{"errorMessage": "An error occurred () when"}'])
def test_an_answer_of_aws_without_a_code_keeps_its_class(cause: str) -> None:
    assert explain({"Error": "ClientError", "Cause": cause}, 1, {})["errorType"] == "ClientError"


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("Rate exceeded", "Rate exceeded"),
        ('{"errorType": "Sandbox.Timedout"}', '{"errorType": "Sandbox.Timedout"}'),
        ("[1]", "[1]"),
        ('{"errorMessage": ""}', '{"errorMessage": ""}'),
        ("", "no reason was given"),
        (None, "no reason was given"),
        ("\x00\x01 zero", "\ufffd\ufffd zero"),
    ],
)
def test_whatever_the_cause_is_there_is_a_reason(cause: str | None, reason: str) -> None:
    assert explain({"Error": "States.TaskFailed", "Cause": cause}, 1, {})["reason"] == reason


@given(st.text(max_size=3_000), st.text(max_size=300))
def test_sqs_takes_every_reason(cause: str, error: str) -> None:
    told = explain({"Error": error, "Cause": json.dumps({"errorMessage": cause})}, 1, {})
    assert 1 <= len(told["reason"]) <= MAX_REASON_CHARACTERS
    assert told["errorType"]
    for text in (told["reason"], told["errorType"]):
        assert all(c in "\t\n\r" or c >= " " for c in text)
        assert not any("\ud800" <= c <= "\udfff" or c in "\ufffe\uffff" for c in text)
