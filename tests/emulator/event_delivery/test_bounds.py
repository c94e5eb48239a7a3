"""Bounds of rules and targets, with the words in which EventBridge refuses what is outside them."""

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator

QUEUE = "arn:aws:sqs:us-east-1:000000000000:queue"
SHORT, LONG = "must have length greater than or equal to", "must have length less than or equal to"


@pytest.mark.parametrize(
    ("parameters", "refused"),
    [
        ({"Name": "n" * 65}, f"Value '{'n' * 65}' at 'name' failed to satisfy constraint: Member {LONG} 64"),
        ({"Name": ""}, f"at 'name' failed to satisfy constraint: Member {SHORT} 1"),
        ({"Name": "a b"}, "at 'name' failed to satisfy constraint: Member must satisfy regular expression"),
        (
            {"ScheduleExpression": f"rate({'0' * 250}1 minute)"},
            f"at 'scheduleExpression' failed .*{LONG} 256",
        ),
        ({"EventPattern": f'{{"source": ["{"s" * 4096}"]}}'}, f"at 'eventPattern' failed .*{LONG} 4096"),
        ({"Description": "d" * 513}, f"at 'description' failed .*{LONG} 512"),
        ({"RoleArn": "r" * 1601}, f"at 'roleArn' failed .*{LONG} 1600"),
        ({"State": "ASLEEP"}, r"at 'state' failed .*must satisfy enum value set: \[ENABLED, DISABLED"),
        ({"Tags": [{"Key": "k" * 129, "Value": ""}]}, f"at 'tags.1.member.key' failed .*{LONG} 128"),
    ],
)
def test_a_rule_outside_its_bounds_is_refused(
    emulator: Emulator, parameters: dict[str, Any], refused: str
) -> None:
    events = _unchecked(emulator)
    with pytest.raises(ClientError, match=f"1 validation error detected: .*{refused}") as caught:
        events.put_rule(**({"Name": "bounds", "EventPattern": '{"source": ["a"]}'} | parameters))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "bounds" not in {rule["Name"] for rule in events.list_rules()["Rules"]}


@pytest.mark.parametrize(
    ("target", "refused"),
    [
        ({"Id": "i" * 65}, f"at 'targets.2.member.id' failed .*{LONG} 64"),
        ({"Arn": "a" * 1601}, f"at 'targets.2.member.arn' failed .*{LONG} 1600"),
        ({"Input": '"' + "i" * 8191 + '"'}, f"at 'targets.2.member.input' failed .*{LONG} 8192"),
        ({"InputPath": "$." + "p" * 255}, f"at 'targets.2.member.inputPath' failed .*{LONG} 256"),
        (
            {"RetryPolicy": {"MaximumEventAgeInSeconds": 59}},
            "at 'targets.2.member.retryPolicy.maximumEventAgeInSeconds' failed .*"
            "must have value greater than or equal to 60",
        ),
        (
            {"RetryPolicy": {"MaximumRetryAttempts": 186}},
            "at 'targets.2.member.retryPolicy.maximumRetryAttempts' failed .*"
            "must have value less than or equal to 185",
        ),
        (
            {"InputTransformer": {"InputTemplate": "t" * 8193}},
            f"at 'targets.2.member.inputTransformer.inputTemplate' failed .*{LONG} 8192",
        ),
    ],
)
def test_a_target_outside_its_bounds_is_refused_and_none_is_put(
    emulator: Emulator, target: dict[str, Any], refused: str
) -> None:
    events = _unchecked(emulator)
    events.put_rule(Name="bounded", EventPattern='{"source": ["a"]}')
    try:
        with pytest.raises(ClientError, match=f"1 validation error detected: .*{refused}"):
            events.put_targets(
                Rule="bounded", Targets=[{"Id": "good", "Arn": QUEUE}, {"Id": "other", "Arn": QUEUE} | target]
            )
        assert events.list_targets_by_rule(Rule="bounded")["Targets"] == []
    finally:
        events.delete_rule(Name="bounded")


def test_each_violation_is_told(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match=r"2 validation errors detected: Value .*; Value "):
        _unchecked(emulator).put_rule(Name="n" * 65, EventPattern="{}", Description="d" * 513)


def _unchecked(emulator: Emulator) -> Any:
    """A client that leaves it to the service to refuse."""
    return boto3.client(
        "events",
        endpoint_url=emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False),
    )
