"""An Express workflow: deployed and changed by CloudFormation, started by a function, waited for, logged."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy

TIMEOUT_SECONDS = 20
STARTER = """
import boto3, json
def handler(event, context):
    answer = boto3.client("stepfunctions").start_sync_execution(
        stateMachineArn=event["arn"], input=json.dumps(event["input"])
    )
    return {name: answer.get(name) for name in ("status", "output", "error", "cause", "executionArn")}
"""
STEP = """
class NoAmount(Exception): pass
def handler(event, context):
    if "amount" not in event: raise NoAmount("how much?")
    return {"doubled": 2 * event["amount"]}
"""


def definition(step: str, answer_path: str) -> str:
    """Call the step, and answer what stands under a path; fail with the step's own error."""
    states = {
        "Step": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": step, "Payload.$": "$.order"},
            "ResultSelector": {"Payload.$": "$.Payload"},
            "ResultPath": "$.step",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Failed"}],
            "Next": "Answer",
        },
        "Answer": {"Type": "Pass", "OutputPath": answer_path, "End": True},
        "Failed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
    }
    return json.dumps({"StartAt": "Step", "TimeoutSeconds": 40, "States": states})


def resources(step: str, answer_path: str = "$.step.Payload") -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Group": {"Type": "AWS::Logs::LogGroup"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineType": "EXPRESS",
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DefinitionString": definition(step, answer_path),
                "TracingConfiguration": {"Enabled": True},
                "LoggingConfiguration": {
                    "Level": "ALL",
                    "IncludeExecutionData": False,
                    "Destinations": [
                        {"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Group", "Arn"]}}}
                    ],
                },
            },
        },
    }


@pytest.fixture(scope="module")
def step(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, STEP)


@pytest.fixture(scope="module")
def starter(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, STARTER, Timeout=50)


@pytest.fixture
def stack(emulator: Emulator, step: Function) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        opened.deploy(resources(step.name))
        yield opened


def test_a_functions_sdk_starts_it_and_gets_its_output(stack: Stack, starter: Function) -> None:
    """The SDK would send this call to the host `sync-127.0.0.1`, which resolves to nothing."""
    answer = starter.invoke({"arn": stack.outputs["Machine"], "input": {"order": {"amount": 21}}}).payload
    assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"doubled": 42})


def test_it_fails_with_the_error_and_cause_of_its_step(stack: Stack, starter: Function) -> None:
    answer = starter.invoke({"arn": stack.outputs["Machine"], "input": {"order": {}}}).payload
    assert (answer["status"], answer["error"]) == ("FAILED", "NoAmount")
    assert json.loads(answer["cause"])["errorMessage"] == "how much?"


def test_an_update_changes_what_it_does(stack: Stack, starter: Function, step: Function) -> None:
    event = {"arn": stack.outputs["Machine"], "input": {"order": {"amount": 21}}}
    assert json.loads(starter.invoke(event).payload["output"]) == {"doubled": 42}
    stack.deploy(resources(step.name, "$.order"))
    assert stack.outputs["Machine"] == event["arn"]
    assert json.loads(starter.invoke(event).payload["output"]) == {"amount": 21}


def test_its_log_tells_every_event_of_an_execution_in_order(
    emulator: Emulator, stack: Stack, starter: Function
) -> None:
    event = {"arn": stack.outputs["Machine"], "input": {"order": {"amount": 21}}}
    execution = starter.invoke(event).payload["executionArn"]
    logs: Any = emulator.client("logs")
    deadline = time.monotonic() + TIMEOUT_SECONDS
    types: list[str] = []
    while "ExecutionSucceeded" not in types and time.monotonic() < deadline:
        found = logs.filter_log_events(logGroupName=stack.outputs["Group"])["events"]
        lines = [json.loads(each["message"]) for each in found]
        types = [line["type"] for line in lines if line["execution_arn"] == execution]
    assert types[0] == "ExecutionStarted"
    assert types[-1] == "ExecutionSucceeded"
    assert types.index("TaskStateEntered") < types.index("TaskSucceeded") < types.index("PassStateEntered")


def test_an_ended_execution_is_forgotten(emulator: Emulator, stack: Stack, starter: Function) -> None:
    event = {"arn": stack.outputs["Machine"], "input": {"order": {"amount": 21}}}
    execution = starter.invoke(event).payload["executionArn"]
    states: Any = emulator.client("stepfunctions")
    with pytest.raises(ClientError, match="ExecutionDoesNotExist"):
        states.describe_execution(executionArn=execution)
