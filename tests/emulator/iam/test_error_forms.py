"""Denied calls: the code, the status and the message of AWS, in the form of each protocol."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.iam.conftest import Caller

Call = Callable[[Any], object]
NAME = "arn:aws:{service}:us-east-1:000000000000:{resource}"

CALLS: list[tuple[str, Call, str, str, str, int]] = [
    # JSON, with the code of the query protocol beside its own
    (
        "sqs",
        lambda sqs: sqs.send_message(QueueUrl="http://127.0.0.1/000000000000/orders", MessageBody="x"),
        "sqs:SendMessage",
        NAME.format(service="sqs", resource="orders"),
        "AccessDenied",
        403,
    ),
    # JSON
    (
        "dynamodb",
        lambda dynamodb: dynamodb.get_item(TableName="state", Key={"k": {"S": "1"}}),
        "dynamodb:GetItem",
        NAME.format(service="dynamodb", resource="table/state"),
        "AccessDeniedException",
        400,
    ),
    (
        "events",
        lambda events: events.put_events(Entries=[{"Source": "s", "DetailType": "t", "Detail": "{}"}]),
        "events:PutEvents",
        NAME.format(service="events", resource="event-bus/default"),
        "AccessDeniedException",
        400,
    ),
    (
        "ssm",
        lambda ssm: ssm.get_parameter(Name="/lab/mode"),
        "ssm:GetParameter",
        NAME.format(service="ssm", resource="parameter/lab/mode"),
        "AccessDeniedException",
        400,
    ),
    # query
    (
        "sns",
        lambda sns: sns.publish(TopicArn=NAME.format(service="sns", resource="pages"), Message="x"),
        "sns:Publish",
        NAME.format(service="sns", resource="pages"),
        "AuthorizationError",
        403,
    ),
    (
        "iam",
        lambda iam: iam.get_role(RoleName="any"),
        "iam:GetRole",
        "arn:aws:iam::000000000000:role/any",
        "AccessDenied",
        403,
    ),
    (
        "cloudformation",
        lambda cloudformation: cloudformation.delete_stack(StackName="any"),
        "cloudformation:DeleteStack",
        NAME.format(service="cloudformation", resource="stack/any/*"),
        "AccessDenied",
        403,
    ),
    # REST with XML
    (
        "s3",
        lambda s3: s3.get_object(Bucket="files", Key="a/b"),
        "s3:GetObject",
        "arn:aws:s3:::files/a/b",
        "AccessDenied",
        403,
    ),
    # REST with JSON
    (
        "lambda",
        lambda functions: functions.invoke(FunctionName="worker"),
        "lambda:InvokeFunction",
        NAME.format(service="lambda", resource="function:worker"),
        "AccessDeniedException",
        403,
    ),
]


@pytest.mark.parametrize(
    ("service", "call", "action", "resource", "code", "status"), CALLS, ids=[call[2] for call in CALLS]
)
def test_a_role_without_policies_is_denied_in_the_words_of_aws(
    role: Caller, service: str, call: Call, action: str, resource: str, code: str, status: int
) -> None:
    with pytest.raises(ClientError) as denied:
        call(role.client(service))

    assert denied.value.response["Error"]["Code"] == code
    assert denied.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert denied.value.response["Error"]["Message"] == (
        f"User: {role.arn} is not authorized to perform: {action} on resource: {resource}"
        f" because no identity-based policy allows the {action} action"
    )


def test_an_explicit_deny_names_the_kind_of_policy(role: Caller) -> None:
    role.allow("ssm:*", "*")
    role.allow("ssm:GetParameter", "*", Effect="Deny")

    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        role.client("ssm").get_parameter(Name="/lab/mode")


@pytest.mark.parametrize("service", ["sqs", "sts", "dynamodb", "lambda"])
def test_credentials_of_an_emulator_that_ended_are_unknown(role: Caller, service: str) -> None:
    stale = role.client(service, aws_access_key_id="LSIAQAAAAAAAJZNXPZP7")
    calls: dict[str, Call] = {
        "sqs": lambda sqs: sqs.list_queues(),
        "sts": lambda sts: sts.get_caller_identity(),
        "dynamodb": lambda dynamodb: dynamodb.list_tables(),
        "lambda": lambda functions: functions.list_functions(),
    }

    with pytest.raises(ClientError, match="The security token included in the request is invalid"):
        calls[service](stale)
