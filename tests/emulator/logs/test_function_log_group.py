"""A function writes to the log group of its LoggingConfig, where its metric filters wait."""

import time
from collections.abc import Iterator

import pytest

from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator

TIMEOUT_SECONDS = 30


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        yield opened


def test_a_function_logs_to_the_group_it_was_given_and_no_other(emulator: Emulator, stack: Stack) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    stack.deploy(
        {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"ZipFile": "def handler(event, context):\n    print('hello from here')\n"},
                    "Handler": "index.handler",
                    "Runtime": "python3.13",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "LoggingConfig": {"LogGroup": {"Ref": "Group"}},
                },
            },
        }
    )
    emulator.client("lambda").invoke(FunctionName=stack.outputs["Function"])
    logs, deadline = emulator.client("logs"), time.monotonic() + TIMEOUT_SECONDS
    found: list[str] = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.1)
        events = logs.filter_log_events(logGroupName=stack.outputs["Group"], filterPattern='"from here"')
        found = [event["message"].strip() for event in events["events"]]
    assert found == ["hello from here"]
    default = f"/aws/lambda/{stack.outputs['Function']}"
    assert logs.describe_log_groups(logGroupNamePrefix=default)["logGroups"] == []
