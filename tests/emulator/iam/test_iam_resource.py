"""Resource `/_lab/iam`: the mode, what was denied and what is missing, what is unused, the least policy."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.app.permission_mode import PermissionMode, read_policy, read_report, set_mode
from ops.lab.errors import Refused
from tests.emulator.conftest import Emulator
from tests.emulator.iam.conftest import Caller, new_role, policy
from tests.emulator.lambda_functions import Function, deploy

SOURCE = """
import boto3
def handler(event, context):
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=event["queue"], MessageBody="x")
    return "sent"
"""


def _function(emulator: Emulator, *statements: dict[str, Any]) -> tuple[Function, str]:
    role = new_role(emulator, "lambda.amazonaws.com")
    logs = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
    emulator.client("iam").put_role_policy(
        RoleName=role, PolicyName="all", PolicyDocument=policy(logs, *statements)
    )
    return deploy(emulator.endpoint, SOURCE, Role=f"arn:aws:iam::000000000000:role/{role}"), role


def _of(report: dict[str, Any], kind: str, name: str) -> list[dict[str, Any]]:
    return [line for line in report[kind] if line["name"] == name]


def test_a_denied_call_of_a_function_is_reported_with_what_is_missing(
    emulator: Emulator,
) -> None:
    name = f"queue-{uuid.uuid4().hex[:8]}"
    url = emulator.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:000000000000:{name}"
    function, role = _function(emulator, {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": arn})

    result = function.invoke({"queue": url})

    assert result.error
    assert "is not authorized to perform: sqs:SendMessage on resource" in result.payload["errorMessage"]
    report = read_report(emulator.endpoint)
    (denied,) = _of(report, "denied", function.name)
    assert denied["missing"] == {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    assert denied["policy"] == "identity-based policy"
    assert "sqs:ReceiveMessage" in {line["action"] for line in _of(report, "unused", function.name)}
    assert read_policy(emulator.endpoint, function.name)["policy"]["Statement"][-1] == {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }

    emulator.client("iam").put_role_policy(
        RoleName=role, PolicyName="sends", PolicyDocument=policy(denied["missing"])
    )
    assert function.invoke({"queue": url}).payload == "sent"


def test_a_warning_lets_the_call_through_and_records_it(emulator: Emulator, role: Caller) -> None:
    set_mode(emulator.endpoint, PermissionMode.WARN)
    try:
        role.client("sqs").list_queues()
    finally:
        set_mode(emulator.endpoint, PermissionMode.ENFORCE)

    (denied,) = [
        line for line in read_report(emulator.endpoint)["denied"] if line["principal"].endswith(role.name)
    ]
    assert (denied["action"], denied["count"]) == ("sqs:ListQueues", 1)


def test_off_looks_at_nothing(emulator: Emulator, role: Caller) -> None:
    set_mode(emulator.endpoint, PermissionMode.OFF)
    try:
        role.client("sqs").list_queues()
    finally:
        set_mode(emulator.endpoint, PermissionMode.ENFORCE)

    assert not [
        line for line in read_report(emulator.endpoint)["denied"] if line["principal"].endswith(role.name)
    ]


def test_what_the_table_lacks_is_not_evaluated_and_passes(emulator: Emulator, role: Caller) -> None:
    role.client("ses").list_identities()

    lines = read_report(emulator.endpoint)["not_evaluated"]
    (line,) = [line for line in lines if line["principal"].endswith(role.name)]
    assert (line["action"], line["message"]) == (
        "ses:ListIdentities",
        "the table of operations does not have it",
    )


def test_a_condition_that_the_lab_cannot_tell_is_not_evaluated(emulator: Emulator, role: Caller) -> None:
    role.allow("sqs:ListQueues", "*", Condition={"StringEquals": {"aws:PrincipalTag/team": "a"}})

    role.client("sqs").list_queues()
    with pytest.raises(ClientError):  # its other actions are
        role.client("ssm").describe_parameters()

    lines = read_report(emulator.endpoint)["not_evaluated"]
    (line,) = [line for line in lines if line["principal"].endswith(role.name)]
    assert "aws:principaltag/team, which the lab cannot tell" in line["message"]


def test_no_mode_is_refused_with_those_there_are(emulator: Emulator) -> None:
    request = urllib.request.Request(
        f"{emulator.endpoint}/_lab/iam", json.dumps({"mode": "strict"}).encode(), method="PUT"
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)

    assert refused.value.code == 400
    assert json.load(refused.value)["error"] == (
        "LAB_IAM=strict is no mode of IAM: take one of enforce, warn, off"
    )


def test_no_function_of_a_name_is_refused(emulator: Emulator) -> None:
    with pytest.raises(Refused, match="no function and no state machine is called nobody"):
        read_policy(emulator.endpoint, "nobody")
