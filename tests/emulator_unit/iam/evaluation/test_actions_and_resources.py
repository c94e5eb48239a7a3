"""Action, NotAction, Resource and NotResource: which requests a statement is about."""

from typing import Any

import pytest

from tests.emulator_unit.iam.evaluation.callers import (
    ACTION,
    GRAMMAR,
    NOT_ACTION,
    NOT_RESOURCE,
    RESOURCE,
    covers,
)

BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
QUEUE = "arn:aws:sqs:us-east-2:123456789012:queue1"
SEVERAL_ACTIONS = [
    "sqs:SendMessage",
    "sqs:ReceiveMessage",
    "ec2:StartInstances",
    "iam:ChangePassword",
    "s3:GetObject",
]


@pytest.mark.parametrize(
    ("page", "actions", "action", "expected"),
    [
        (ACTION, "sqs:SendMessage", "sqs:SendMessage", True),
        (ACTION, "sqs:SendMessage", "sqs:ReceiveMessage", False),
        (ACTION, "sqs:SendMessage", "sns:SendMessage", False),
        (ACTION, "ec2:StartInstances", "ec2:StartInstances", True),
        (ACTION, "iam:ChangePassword", "iam:ChangePassword", True),
        (ACTION, "iam:ListAccessKeys", "IAM:listaccesskeys", True),
        (ACTION, "IAM:listaccesskeys", "iam:ListAccessKeys", True),
        (ACTION, "SQS:SendMessage", "sqs:SendMessage", True),
        (ACTION, SEVERAL_ACTIONS, "iam:ChangePassword", True),
        (ACTION, SEVERAL_ACTIONS, "s3:GetObject", True),
        (ACTION, SEVERAL_ACTIONS, "s3:PutObject", False),
        (ACTION, "s3:*", "s3:GetObject", True),
        (ACTION, "s3:*", "s3:ListAllMyBuckets", True),
        (ACTION, "s3:*", "s3-object-lambda:GetObject", False),
        (ACTION, "iam:*AccessKey*", "iam:CreateAccessKey", True),
        (ACTION, "iam:*AccessKey*", "iam:DeleteAccessKey", True),
        (ACTION, "iam:*AccessKey*", "iam:ListAccessKeys", True),
        (ACTION, "iam:*AccessKey*", "iam:UpdateAccessKey", True),
        (ACTION, "iam:*AccessKey*", "iam:CreateUser", False),
        (ACTION, "iam:*accesskey*", "iam:CreateAccessKey", True),
        (ACTION, "sqs:Get?ueueUrl", "sqs:GetQueueUrl", True),
        (ACTION, "sqs:Get?ueueUrl", "sqs:GetueueUrl", False),
        (ACTION, "sqs:SendMessage?", "sqs:SendMessage", False),
        (ACTION, "sqs:Send.essage", "sqs:SendMessage", False),
        (ACTION, "s3:Get", "s3:GetObject", False),
        (ACTION, "s3:Object*", "s3:GetObject", False),
        (GRAMMAR, "*", "cloudformation:CreateStack", True),
        (GRAMMAR, "cloudformation:*", "cloudformation:CreateStack", True),
        (GRAMMAR, ["s3:Get*", "s3:List*"], "s3:ListBucket", True),
        (GRAMMAR, ["s3:Get*", "s3:List*"], "s3:PutObject", False),
        (GRAMMAR, ["ec2:Describe*", "ec2:List*"], "ec2:DescribeInstances", True),
    ],
)
def test_actions(page: str, actions: Any, action: str, expected: bool) -> None:
    assert covers({"Effect": "Allow", "Action": actions, "Resource": "*"}, action) is expected, page


@pytest.mark.parametrize(
    ("page", "actions", "resources", "action", "resource", "expected"),
    [
        (NOT_ACTION, "s3:DeleteBucket", "arn:aws:s3:::*", "s3:PutObject", f"{BUCKET}/a", True),
        (NOT_ACTION, "s3:DeleteBucket", "arn:aws:s3:::*", "s3:DeleteBucket", BUCKET, False),
        (NOT_ACTION, "s3:DeleteBucket", "arn:aws:s3:::*", "s3:ListAllMyBuckets", "*", False),
        (NOT_ACTION, "s3:DeleteBucket", "arn:aws:s3:::*", "sqs:SendMessage", QUEUE, False),
        (NOT_ACTION, "iam:*", "*", "ec2:RunInstances", "*", True),
        (NOT_ACTION, "iam:*", "*", "iam:CreateUser", "arn:aws:iam::123456789012:user/Bob", False),
        (NOT_ACTION, "IAM:*", "*", "iam:CreateUser", "arn:aws:iam::123456789012:user/Bob", False),
        (NOT_ACTION, ["iam:*", "sts:*"], "*", "sts:AssumeRole", "*", False),
        (NOT_ACTION, ["iam:*", "sts:*"], "*", "sqs:SendMessage", QUEUE, True),
        (NOT_ACTION, "*", "*", "sqs:SendMessage", QUEUE, False),
    ],
)
def test_not_action_is_about_every_other_action(
    page: str, actions: Any, resources: str, action: str, resource: str, expected: bool
) -> None:
    statement = {"Effect": "Allow", "NotAction": actions, "Resource": resources}

    assert covers(statement, action, resource) is expected, page


@pytest.mark.parametrize(
    ("page", "resources", "resource", "expected"),
    [
        (RESOURCE, QUEUE, QUEUE, True),
        (RESOURCE, QUEUE, "arn:aws:sqs:us-east-2:123456789012:queue2", False),
        (RESOURCE, QUEUE, "arn:aws:sqs:us-east-2:123456789012:Queue1", False),
        (RESOURCE, QUEUE, "arn:aws:sqs:us-east-1:123456789012:queue1", False),
        (RESOURCE, "arn:aws:iam::123456789012:user/Bob", "arn:aws:iam::123456789012:user/bob", False),
        (RESOURCE, "arn:aws:iam::1:user/accounting/*", "arn:aws:iam::1:user/accounting/Anne", True),
        (RESOURCE, "arn:aws:iam::1:user/accounting/*", "arn:aws:iam::1:user/accounting", False),
        (RESOURCE, f"{BUCKET}/*", f"{BUCKET}/photos/a.jpg", True),
        (RESOURCE, f"{BUCKET}/*", BUCKET, False),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/test/object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/test/object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/test/3/object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/3/test/4/object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1///test///object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/test/.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}//test/object.jpg", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/test/", True),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1-test/object.jpg", False),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/test/object.jpg", False),
        (RESOURCE, f"{BUCKET}/*/test/*", f"{BUCKET}/1/2/test.jpg", False),
        (RESOURCE, "arn:aws:sqs:*:123456789012:queue1", QUEUE, True),
        (RESOURCE, "arn:aws:sqs:us-*-2:123456789012:queue1", QUEUE, True),
        (RESOURCE, "arn:aws:sqs:us-east-?:123456789012:queue?", QUEUE, True),
        (RESOURCE, "arn:aws:sqs:us-east-2?123456789012:queue1", QUEUE, False),
        (RESOURCE, "arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:1:table/prod-a", True),
        (RESOURCE, "arn:aws:dynamodb:*:table/prod-*", "arn:aws:dynamodb:eu-west-1:1:table/dev-a", False),
        (RESOURCE, "arn:aws:dynamodb:eu*1:table/a", "arn:aws:dynamodb:eu-west-1:1:table/a", False),
        (RESOURCE, "arn:aws:sqs:*", QUEUE, True),
        (RESOURCE, "arn:aws:sqs:*", "arn:aws:sns:us-east-2:123456789012:queue1", False),
        (RESOURCE, "*", QUEUE, True),
        (RESOURCE, "*", "*", True),
        (RESOURCE, "arn:aws:s3:::*", "*", False),
        (RESOURCE, f"{BUCKET}/[a-z]", f"{BUCKET}/b", False),
        (RESOURCE, f"{BUCKET}/a+b(1)", f"{BUCKET}/a+b(1)", True),
        (RESOURCE, f"{BUCKET}/*.txt", f"{BUCKET}/10:00.txt", True),
        (
            RESOURCE,
            "arn:aws:logs:*:*:log-group:/aws/*:*",
            "arn:aws:logs:us-east-1:1:log-group:/aws/f:*",
            True,
        ),
        (
            RESOURCE,
            [
                "arn:aws:dynamodb:us-east-2:1:table/books_table",
                "arn:aws:dynamodb:us-east-2:1:table/magazines_table",
            ],
            "arn:aws:dynamodb:us-east-2:1:table/magazines_table",
            True,
        ),
    ],
)
def test_resources(page: str, resources: Any, resource: str, expected: bool) -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": resources}

    assert covers(statement, resource=resource) is expected, page


PAYROLL = ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]


@pytest.mark.parametrize(
    ("page", "resources", "resource", "expected"),
    [
        (NOT_RESOURCE, PAYROLL, "arn:aws:s3:::HRBucket/Payroll", False),
        (NOT_RESOURCE, PAYROLL, "arn:aws:s3:::HRBucket/Payroll/2026/may.csv", False),
        (NOT_RESOURCE, PAYROLL, "arn:aws:s3:::HRBucket/Reviews/may.csv", True),
        (NOT_RESOURCE, PAYROLL, "arn:aws:s3:::Other", True),
        (NOT_RESOURCE, PAYROLL, "*", True),
        (NOT_RESOURCE, "*", "arn:aws:s3:::Other", False),
    ],
)
def test_not_resource_is_about_every_other_resource(
    page: str, resources: Any, resource: str, expected: bool
) -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "NotResource": resources}

    assert covers(statement, resource=resource) is expected, page
